# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names by which samples may know a target, and what a failed verification says."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate import Judged
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_rules import GateRules
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.names import Index
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_verification import names_of, unverified

TARGET = {"hostname": "web1", "ip": "10.0.0.1", "target_id": "t1", "host_id": "h1", "port": 9100}
RULES = GateRules.of_query("up", "instance")


@pytest.mark.parametrize("name", ["10.0.0.1:9100", "WEB1:9100", "web1", "10.0.0.1", "t1", "H1", "alias"])
def test_names_of_a_target(name):
    index = Index([(name, "series")])
    assert index.find(names_of("alias", TARGET)) == ["series"]


def test_names_of_another_port_and_of_ipv6():
    assert Index([("web1:9200", "series")]).find(names_of("alias", TARGET)) == []
    names = names_of("alias", {**TARGET, "ip": "fd00::2"})
    assert Index([("[FD00::2]:9100", "series")]).find(names) == ["series"]


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (
            Judged("web1", False, "0", 5.4, "Its value is 0."),
            "up, label instance: Its value is 0. The sample is 5 s old.",
        ),
        (
            Judged("web1", False, None, None, "The query failed: no answer"),
            "label instance: The query failed: no answer",
        ),
        (
            Judged("web1", False, None, None, "It has no sample."),
            "It has no sample. Values of instance seen: 'other'. Set register_targets_verify_query or",
        ),
    ],
)
def test_what_is_seen_instead(judged, words):
    assert words in unverified(judged, RULES, "'other'")


@pytest.mark.parametrize(
    ("value", "age", "reason"),
    [("0", None, "Its value is 0."), ("1", 200.0, "Its last sample is 200 s old, more than max_age (150 s).")],
)
def test_the_age_is_said_once_and_only_where_it_is_known(value, age, reason):
    assert unverified(Judged("web1", False, value, age, reason), RULES, "none") == f"up, label instance: {reason}"
