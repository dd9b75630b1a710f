# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Selector
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

WORKSPACE = Workspace("w1", "shop")


def entry(by, *values, port=9100):
    return Entry(Selector(by, values), port)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (entry("hostname", "new"), {"hostname": "new", "ip": None, "port": 9100}),
        (entry("ip", "10.1.1.1", "10.1.1.2"), {"hostname": None, "ip": "10.1.1.1", "port": 9100}),
        (entry("instance_id", "i"), {"hostname": None, "ip": None, "port": 9100}),
        (entry("host_id", "h"), {"hostname": None, "ip": None, "port": 9100}),
    ],
)
def test_unlisted(wanted, shown):
    assert wanted.unlisted().to_diff() == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (entry("hostname", "new"), entry("hostname", "NEW"), True),
        (entry("hostname", "new"), entry("hostname", "new", port=1), False),
        (entry("hostname", "new"), entry("hostname", "newer"), False),
        (entry("hostname", "10.1.1.1"), entry("ip", "10.1.1.1"), False),
        (entry("ip", "10.1.1.1"), entry("ip", "::ffff:10.1.1.1"), True),
        (entry("ip", "10.1.1.1", "10.1.1.2"), entry("ip", "10.1.1.2", "10.1.1.1"), True),
    ],
)
def test_unlisted_ones_that_are_the_same(one, other, same):
    assert (one.unlisted().key == other.unlisted().key) is same


@pytest.mark.parametrize(
    ("code", "reason", "health"),
    [
        (0, None, "collecting"),
        ("0", None, "collecting"),
        (0, "", "collecting"),
        (None, None, "preparing"),
        (None, "404 Not Found", "failing"),
        (0, "404 Not Found", "failing"),
        (1, None, "failing"),
        (-1, None, "failing"),
        ("E1", None, "failing"),
    ],
)
def test_health(code, reason, health):
    target = Target.from_api({**RECORD, "resultCd": code, "failReason": reason})
    assert (target.health, target.to_result(WORKSPACE)["health"]) == (health, health)


RECORD = {
    "targetId": "t1",
    "jobId": "w1",
    "hostId": "h1",
    "port": 9100,
    "resultCd": 0,
    "failReason": None,
    "mntrnStatCd": "S",
    "lstModifier": "someone",
    "lstModYmdt": "2021-08-17T11:06:29",
    "hostNm": "web-1",
    "svrIp": "10.0.0.1",
}
RESULT = {
    "target_id": "t1",
    "workspace_id": "w1",
    "workspace": "shop",
    "host_id": "h1",
    "hostname": "web-1",
    "ip": "10.0.0.1",
    "port": 9100,
    "health": "collecting",
    "result_code": 0,
    "fail_reason": None,
    "monitoring_status_code": "S",
    "last_modified_by": "someone",
    "last_modified_at": "2021-08-17T11:06:29",
}


def test_from_api():
    assert Target.from_api({**RECORD, "later": 1}).to_result(WORKSPACE) == RESULT
    assert Target.from_api({**RECORD, "port": "9100"}).to_result(WORKSPACE) == RESULT
    least = {key: RECORD[key] for key in ("targetId", "hostId", "port")}
    assert Target.from_api(least).to_result(WORKSPACE) == {
        **dict.fromkeys(RESULT),
        "target_id": "t1",
        "workspace_id": "w1",
        "workspace": "shop",
        "host_id": "h1",
        "port": 9100,
        "health": "preparing",
    }


@pytest.mark.parametrize("changed", [{"targetId": None}, {"hostId": "a b"}, {"port": 0}, {"port": None}, {"hostNm": 1}])
def test_from_a_strange_api(changed):
    with pytest.raises(SysmonError) as caught:
        Target.from_api({**RECORD, **changed})
    assert caught.value.kind == "protocol"


def test_one_that_is_still_to_be_made_has_no_id_and_no_health():
    result = Target("h1", 9100).to_result(WORKSPACE)
    assert (result["target_id"], result["health"]) == (None, None)


def test_diff_has_no_ids_and_no_times():
    assert Target.from_api(RECORD).to_diff() == {"hostname": "web-1", "ip": "10.0.0.1", "port": 9100}
