# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

SERVER = {"host_id": "h1", "hostname": "web-1", "ip": "10.0.0.1", "project_id": "emulator", "instance_id": "i-1"}


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({}, ["h1", "h2", "h3", "h4", "h5"]),
        ({"hostname": ["Twin"]}, ["h4", "h5"]),
        ({"hostname": "web-1,web-2"}, ["h1", "h2"]),
        ({"ip": ["::ffff:10.0.0.3"]}, ["h3"]),
        ({"host_id": ["h1", "h1"]}, ["h1"]),
        ({"instance_id": ["i-2"], "hostname": ["web-2"]}, ["h2"]),
        ({"instance_id": ["i-2"], "hostname": ["web-1"]}, []),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_listed(arguments, ids, check_mode, world, run_on):
    emulator = world()
    result = run_on(emulator, "sysmon_server_info", arguments, check_mode)
    assert [server["host_id"] for server in result["servers"]] == ids
    assert result["changed"] is False
    assert len(emulator.requests()) == 1


def test_shape(world, run_on):
    assert run_on(world(), "sysmon_server_info", {"host_id": "h1"})["servers"] == [SERVER]


def test_refused(world, run_on):
    assert run_on(world(), "sysmon_server_info", {"ip": "x"})["error"]["kind"] == "config"
