# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["shop", "odd name!", "@Linux", "empty"]),
        ({"name": "odd name!"}, ["odd name!"]),
        ({"name": "nothing"}, []),
        ({"workspace_id": "w1"}, ["shop"]),
        ({"workspace_id": "nothing"}, []),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_listed(arguments, names, check_mode, world, run_on):
    result = run_on(world(), "sysmon_workspace_info", arguments, check_mode)
    assert [workspace["name"] for workspace in result["workspaces"]] == names
    assert result["changed"] is False


def test_the_same_shape_as_that_of_the_state_module(world, run_on):
    emulator = world()
    listed = run_on(emulator, "sysmon_workspace_info", {"workspace_id": "w1"})["workspaces"]
    assert listed == [run_on(emulator, "sysmon_workspace", {"name": "shop"})["workspace"]]
