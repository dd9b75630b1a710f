# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

GOOD = {"workspace": "shop", "hostname": "web-1", "port": 9100}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"workspace": None}, "one of the following is required: workspace, workspace_id"),
        ({"workspace_id": "w1"}, "mutually exclusive: workspace|workspace_id"),
        ({"hostname": None}, "one of the following is required: host_id, hostname, ip, instance_id"),
        ({"ip": "10.0.0.1"}, "mutually exclusive: host_id|hostname|ip|instance_id"),
        ({"port": None}, "missing required arguments: port"),
        ({"port": "http"}, "port"),
        ({"state": "latest"}, "state"),
        ({"port": 65536}, "port 65536 is not between 1 and 65535"),
        ({"hostname": " "}, "hostname is empty"),
        ({"workspace": ""}, "workspace is empty"),
        ({"server_timeout": -1}, "server_timeout"),
        ({"wait_timeout": -1}, "wait_timeout"),
    ],
)
def test_rejected(changed, words, world, run_on, writes_of):
    emulator = world()
    arguments = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    assert words in run_on(emulator, "sysmon_target", arguments)["msg"]
    assert emulator.requests() == []


def test_created_and_read_again(world, run_on):
    result = run_on(world(), "sysmon_target", {**GOOD, "hostname": "web-3"})
    assert result["target"]["last_modified_at"]
    assert result["target"]["health"] == "collecting"
    assert result["target"]["host_id"] == "h3"


def test_check_mode_shows_a_target_without_an_id(world, run_on):
    result = run_on(world(), "sysmon_target", {**GOOD, "hostname": "web-3"}, check_mode=True)
    assert (result["target"]["target_id"], result["target"]["health"], result["target"]["ip"]) == (
        None,
        None,
        "10.0.0.3",
    )


@pytest.mark.parametrize("check_mode", [False, True])
def test_absent_has_no_target(check_mode, world, run_on):
    result = run_on(world(), "sysmon_target", {**GOOD, "state": "absent"}, check_mode)
    assert (result["changed"], result["target"]) == (True, None)


def test_wait(world, run_on):
    emulator = world(target_result="failing:connection refused")
    result = run_on(emulator, "sysmon_target", {**GOOD, "hostname": "web-3", "wait": True, "wait_timeout": 0})
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, True, "timeout")
    assert "connection refused" in result["msg"]
    assert result["target"]["fail_reason"] == "connection refused"


def test_one_connection(world, run_on):
    emulator = world()
    run_on(emulator, "sysmon_target", {**GOOD, "hostname": "web-3"})
    assert emulator.stats()["connections"] == 1
    assert emulator.stats()["requests"] == 5


def test_as_a_process(world, run_process):
    emulator = world()
    result = run_process("sysmon_target", {**GOOD, "hostname": "web-3"}, emulator)
    assert (result["changed"], result["target"]["hostname"]) == (True, "web-3")
