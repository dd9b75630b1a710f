# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({}, ["t4", "t1", "t2", "t3", "t5", "t6"]),
        ({"workspace": "shop"}, ["t4", "t1", "t2", "t3"]),
        ({"workspace_id": "w2"}, ["t5"]),
        ({"workspace": "empty"}, []),
        ({"hostname": "WEB-1"}, ["t1", "t5", "t6"]),
        ({"ip": ["10.0.0.2", "10.0.9.9"]}, ["t4", "t2", "t3"]),
        ({"host_id": ["h1"], "workspace": "shop"}, ["t1"]),
        ({"target_id": ["t2"], "workspace": "shop"}, ["t2"]),
        ({"target_id": ["t2", "t6"]}, ["t2", "t6"]),
        ({"port": [9100, 1], "health": ["failing"]}, ["t4"]),
        ({"health": ["preparing"]}, []),
        ({"port": "1"}, []),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_listed(arguments, ids, check_mode, world, run_on):
    result = run_on(world(), "sysmon_target_info", arguments, check_mode)
    assert [target["target_id"] for target in result["targets"]] == ids
    assert result["changed"] is False


def test_the_same_shape_as_that_of_the_state_module(world, run_on):
    emulator = world()
    listed = run_on(emulator, "sysmon_target_info", {"workspace": "shop", "target_id": ["t1"]})["targets"]
    assert listed == [run_on(emulator, "sysmon_target", {"workspace": "shop", "host_id": "h1", "port": 9100})["target"]]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"workspace": "nothing"}, "not_found"),
        ({"workspace_id": "nothing"}, "not_found"),
        ({"workspace": "shop", "workspace_id": "w2"}, "config"),
        ({"target_id": ["a/b"]}, "config"),
        ({"ip": ["web-1"]}, "config"),
    ],
)
def test_refused(arguments, kind, world, run_on):
    assert run_on(world(), "sysmon_target_info", arguments)["error"]["kind"] == kind


def test_rejected(world, run_on):
    assert "health" in run_on(world(), "sysmon_target_info", {"health": ["ill"]})["msg"]
