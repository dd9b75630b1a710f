# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which query shows samples, and to which target they belong."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.sampled import (
    SampleQuery,
    sample_query_from,
    sampled_hosts,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target

OPTIONS = {"silent_for": "24h", "query": "up", "label": "instance"}


@pytest.mark.parametrize(
    ("query", "promql"),
    [
        ("up", "count_over_time(up[1d])"),
        (' up{job="a}b"} ', 'count_over_time(up{job="a}b"}[1d])'),
        ('{__name__="up"}', 'count_over_time({__name__="up"}[1d])'),
        ("up == 1", "count_over_time((up == 1)[1d:1m])"),
        ("sum by (instance) (up)", "count_over_time((sum by (instance) (up))[1d:1m])"),
        ("up offset 1m", "count_over_time((up offset 1m)[1d:1m])"),
    ],
)
def test_promql(query, promql):
    assert SampleQuery(query, "instance", 86400000).promql == promql


@pytest.mark.parametrize("silent_for", ["0s", "0", "00m", " 0d ", "0.0", None])
def test_not_asked(silent_for):
    assert sample_query_from({**OPTIONS, "silent_for": silent_for}) is None


def test_asked():
    assert sample_query_from({**OPTIONS, "label": " nodename "}) == SampleQuery("up", "nodename", 86400000)


@pytest.mark.parametrize("changed", [{"silent_for": "soon"}, {"silent_for": "-1"}, {"query": " "}, {"label": ""}])
def test_refused(changed):
    with pytest.raises(SysmonError) as error:
        sample_query_from({**OPTIONS, **changed})
    assert error.value.kind == "config"
    assert next(iter(changed)) in str(error.value)


@pytest.mark.parametrize(
    ("value", "by"),
    [
        ("10.0.0.1:9100", {"ip"}),
        ("10.0.0.1:8080", {"ip"}),
        ("10.0.0.1", {"ip"}),
        ("[::ffff:10.0.0.1]:9100", {"ip"}),
        ("WEB-1:9100", {"hostname"}),
        ("web-1", {"hostname"}),
        ("h1", {"host_id"}),
        ("t1", {"target_id"}),
        ("web-1.example:9100", set()),
        ("web-11", set()),
        ("10.0.0.11:9100", set()),
        ("", set()),
    ],
)
def test_which_target(value, by):
    target = Target("h1", 9100, hostname="Web-1", ip="10.0.0.1", target_id="T1")
    assert sampled_hosts([{"labels": {"instance": value}}, {"labels": {}}], "instance").by(target) == by
    assert sampled_hosts([{"labels": {"other": value}}], "instance").by(target) == set()


def test_ipv6_in_any_spelling():
    target = Target("h1", 9100, ip="fe80:0:0::1")
    for value in ("[fe80::1]:9100", "fe80::1", "FE80::0001"):
        assert sampled_hosts([{"labels": {"instance": value}}], "instance").by(target) == {"ip"}


def test_what_is_not_known_is_not_seen():
    assert sampled_hosts([{"labels": {"instance": ""}}], "instance").by(Target(None, 9100)) == set()


def test_a_name_that_only_looks_as_if_it_had_a_port():
    assert sampled_hosts([{"labels": {"name": "SVC:80"}}], "name").by(Target("h1", 9100, hostname="svc:80")) == {
        "hostname"
    }


@pytest.mark.parametrize("value", ["svc:80", "SVC:80:9100"])
def test_a_name_with_a_colon(value):
    target = Target("h1", 9100, hostname="svc:80")
    assert sampled_hosts([{"labels": {"instance": value}}], "instance").by(target) == {"hostname"}
