# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options and results of sysmon_prune."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("check_mode", [True, False])
def test_result(check_mode, world, run_on):
    emulator = world()
    result = run_on(emulator, "sysmon_prune", {"workspace": "shop", "silent_for": "0s", "max_share": 25}, check_mode)
    assert [(each["target_id"], each["workspace"]) for each in result["pruned"]] == [("t4", "shop"), ("t3", "shop")]
    assert (result["changed"], result["kept"]) == (True, [])
    assert result["summary"] == {"targets": 4, "orphans": 1, "doubles": 1, "pruned": 2, "kept": 0, "failed": 0}
    left = {target["targetId"] for target in emulator.state["targets"] if target["jobId"] == "w1"}
    assert left == ({"t1", "t2", "t3", "t4"} if check_mode else {"t1", "t2"})


def test_guards(world, run_on):
    emulator = world()
    result = run_on(emulator, "sysmon_prune", {"silent_for": "0s"})
    assert (result["changed"], "1 of 5 targets" in str(result)) == (True, False)  # exactly 20 % are not more
    result = run_on(world(), "sysmon_prune", {"workspace": "shop", "silent_for": "0s"})
    assert (result["failed"], result["error"]["kind"]) == (True, "config")
    assert "1 of 4 targets have no listed server, more than max_share (20 %)" in result["msg"]
    result = run_on(world(), "sysmon_prune", {"silent_for": "0s", "protect": "o*"})
    assert [each["reason"] for each in result["kept"]] == ["It is protected by o*."]


def test_rejected(world, run_on):
    emulator = world()
    for arguments, words in (
        ({"workspace": "shop", "workspace_id": "w1"}, "mutually exclusive"),
        ({"max_share": "many"}, "max_share"),
        ({"max_workers": 0}, "max_workers"),
    ):
        assert words in run_on(emulator, "sysmon_prune", arguments)["msg"]
    assert emulator.requests() == []
