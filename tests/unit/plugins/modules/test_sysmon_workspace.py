# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

FIELDS = {
    "workspace_id",
    "name",
    "project_id",
    "metrics_path",
    "description",
    "reserved",
    "reserved_code",
    "last_modified_by",
    "last_modified_at",
}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({}, "one of the following is required: name, workspace_id"), ({"name": "a", "state": "latest"}, "state")],
)
def test_rejected(arguments, words, world, run_on):
    assert words in run_on(world(), "sysmon_workspace", arguments)["msg"]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("arguments", [{"name": "new"}, {"name": "shop"}, {"name": "shop", "description": "n"}])
def test_shape(arguments, check_mode, world, run_on):
    result = run_on(world(), "sysmon_workspace", arguments, check_mode)
    assert set(result["workspace"]) == FIELDS
    assert result["workspace"]["name"] == arguments["name"]
    assert (result["workspace"]["workspace_id"] is None) == (check_mode and arguments["name"] == "new")


@pytest.mark.parametrize("check_mode", [False, True])
def test_deleting_warns(check_mode, world, run_on):
    result = run_on(world(), "sysmon_workspace", {"name": "shop", "state": "absent", "force": True}, check_mode)
    assert (result["changed"], result["workspace"]) == (True, None)
    assert "layouts, charts and chart notifications" in result["msg"]
    assert "cannot be restored" in str(result["warnings"])


def test_nothing_to_delete_warns_of_nothing(world, run_on):
    result = run_on(world(), "sysmon_workspace", {"name": "nothing", "state": "absent"})
    assert ("warnings" in result, "msg" in result, result["workspace"]) == (False, False, None)


def test_a_reserved_one_is_shown_as_such(world, run_on):
    result = run_on(world(), "sysmon_workspace", {"name": "@Linux"})
    assert (result["workspace"]["reserved"], result["workspace"]["reserved_code"]) == (True, "LINUX")


def test_as_a_process(world, run_process):
    emulator = world()
    check = run_process("sysmon_workspace", {"name": "new"}, emulator, check_mode=True)
    result = run_process("sysmon_workspace", {"name": "new"}, emulator)
    assert (check["changed"], result["changed"]) == (True, True)
    assert result["workspace"]["workspace_id"]
