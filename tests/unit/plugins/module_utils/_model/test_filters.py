# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.filters import filters_from, select
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target

NAMES = ("hostname", "ip", "host_id", "target_id", "port", "health")
TARGETS = [
    Target("h1", 9100, hostname="Web-1", ip="10.0.0.1", target_id="t1", result_code=0),
    Target("h1", 8080, hostname="Web-1", ip="10.0.0.1", target_id="t2", fail_reason="404"),
    Target("h2", 9100, hostname="web-2", ip="2001:db8::2", target_id="t3"),
    Target("h3", 9100, target_id="t4"),
]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["t1", "t2", "t3", "t4"]),
        ({"hostname": ["WEB-1"]}, ["t1", "t2"]),
        ({"hostname": ["web-2", "web-1"]}, ["t1", "t2", "t3"]),
        ({"hostname": ["web"]}, []),
        ({"hostname": [""]}, []),  # also not those without a name
        ({"ip": ["2001:DB8::0:2"]}, ["t3"]),
        ({"ip": ["::ffff:10.0.0.1"]}, ["t1", "t2"]),
        ({"host_id": ["h3"]}, ["t4"]),
        ({"target_id": ["t4", "t2"]}, ["t2", "t4"]),
        ({"port": [8080]}, ["t2"]),
        ({"health": ["collecting"]}, ["t1"]),
        ({"health": ["failing", "preparing"]}, ["t2", "t3", "t4"]),
        ({"hostname": ["web-1"], "port": [9100]}, ["t1"]),
        ({"hostname": ["web-1"], "ip": ["10.0.0.9"]}, []),
        ({"port": []}, []),
    ],
)
def test_select(given, found):
    filters = filters_from({**dict.fromkeys(NAMES), **given}, NAMES)
    assert [target.target_id for target in select(TARGETS, filters)] == found


@pytest.mark.parametrize(
    "given", [{"ip": ["10.0.0"]}, {"ip": [""]}, {"host_id": ["a/b"]}, {"target_id": [".."]}, {"host_id": [""]}]
)
def test_malformed(given):
    with pytest.raises(SysmonError) as caught:
        filters_from({**dict.fromkeys(NAMES), **given}, NAMES)
    assert caught.value.kind == "config"
