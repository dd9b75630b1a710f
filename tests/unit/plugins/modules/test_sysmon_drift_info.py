# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options and results of sysmon_drift_info."""

from __future__ import annotations


def test_result(world, run_on):
    result = run_on(
        world(), "sysmon_drift_info", {"workspace": "shop", "port": 9100, "targets": [{"hostname": "web-1"}]}
    )
    assert (result["changed"], result["clean"]) == (False, False)
    assert [(each["drift"], each["target_id"]) for each in result["drift"]] == [
        ("unexpected", "t2"),
        ("doubled", "t3"),
        ("orphaned", "t4"),
    ]
    assert result["summary"] == {
        **dict.fromkeys(("missing", "failing", "silent", "over_limit", "unlisted"), 0),
        **dict.fromkeys(("unexpected", "doubled", "orphaned"), 1),
    }


def test_all_workspaces(world, run_on):
    result = run_on(world(), "sysmon_drift_info", {})
    assert {each["drift"] for each in result["drift"]} == {"doubled", "orphaned"}


def test_rejected(world, run_on):
    emulator = world()
    for arguments, words in (
        ({"workspace": "shop", "workspace_id": "w1"}, "mutually exclusive"),
        ({"targets": [{"hostname": "web-1", "port": 1}]}, "workspace"),
        ({"targets": [{"hostname": "web-1", "ip": "10.0.0.1", "port": 1}], "workspace": "shop"}, "mutually exclusive"),
        ({"targets": [{"hostname": "web-1"}], "workspace": "shop"}, "port"),
    ):
        assert words in run_on(emulator, "sysmon_drift_info", arguments)["msg"]
    assert emulator.requests() == []
