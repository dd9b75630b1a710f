# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

GOOD = {"workspace": "shop", "port": 9100, "targets": [{"hostname": "web-1"}]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"workspace": None}, "one of the following is required: workspace, workspace_id"),
        ({"workspace_id": "w1"}, "mutually exclusive: workspace|workspace_id"),
        ({"targets": None}, "missing required arguments: targets"),
        ({"targets": [{"port": 1}]}, "one of the following is required: host_id, hostname, ip, instance_id"),
        ({"targets": [{"host_id": "h1", "ip": ["10.0.0.1"]}]}, "mutually exclusive: host_id|hostname|ip|instance_id"),
        ({"targets": [{"name": "web-1"}]}, "name"),
        ({"targets": ["web-1"]}, "dictionary requested"),
        ({"port": None}, "Entry 1: port is missing"),
        ({"targets": [{"hostname": "a"}, {"hostname": "b", "port": 70000}]}, "Entry 2: port 70000"),
        ({"max_workers": 0}, "max_workers must be between 1 and 64"),
        ({"max_workers": 65}, "max_workers must be between 1 and 64"),
        ({"rate_limit": 0}, "rate_limit"),
        ({"rate_limit": -1}, "rate_limit"),
        ({"purge": True, "state": "absent"}, "purge"),
        ({"purge": True, "targets": []}, "purge"),
    ],
)
def test_rejected(changed, words, world, run_on):
    emulator = world()
    arguments = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    assert words in run_on(emulator, "sysmon_targets", arguments)["msg"]
    assert emulator.requests() == []


def test_an_address_alone_is_a_list_of_one(world, run_on):
    result = run_on(world(), "sysmon_targets", {**GOOD, "targets": [{"ip": "10.0.0.3"}]})
    assert result["targets"][0]["hostname"] == "web-3"


@pytest.mark.parametrize("workers", [1, 3, 64])
def test_workers(workers, world, run_on):
    emulator = world(latency_ms=20)
    for number in range(100, 130):
        emulator.add_server(hostId=f"n{number}", hostNm=f"new-{number}")
    entries = [{"hostname": f"new-{number}"} for number in range(100, 130)]
    result = run_on(emulator, "sysmon_targets", {**GOOD, "targets": entries, "max_workers": workers})
    assert result["summary"]["created"] == 30
    assert min(workers, 3) <= emulator.stats()["max_in_flight"] <= workers
    assert emulator.stats()["connections"] <= workers
    assert [entry["hostname"] for entry in result["targets"]] == [entry["hostname"] for entry in entries]


def test_eight_workers_where_none_are_given(world, run_on):
    emulator = world(latency_ms=200)
    for number in range(100, 124):
        emulator.add_server(hostId=f"n{number}", hostNm=f"new-{number}")
    run_on(emulator, "sysmon_targets", {**GOOD, "targets": [{"host_id": f"n{number}"} for number in range(100, 124)]})
    assert (emulator.stats()["max_in_flight"], emulator.stats()["connections"]) == (8, 8)


def test_a_failure_keeps_the_results(world, run_on):
    entries = [{"hostname": "web-3"}, {"hostname": "nobody"}, {"hostname": "twin"}]
    result = run_on(world(), "sysmon_targets", {**GOOD, "targets": entries})
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["summary"] == {"created": 1, "deleted": 0, "unchanged": 0, "failed": 2, "purged": 0}
    kinds = [entry["error"] and entry["error"]["kind"] for entry in result["targets"]]
    assert kinds == [None, "not_found", "ambiguous"]
    assert "2 of 3 targets of workspace shop failed" in result["msg"]
    assert result["error"]["kind"] == "not_found"


def test_as_a_process(world, run_process):
    emulator = world()
    arguments = {**GOOD, "targets": [{"hostname": "web-3"}, {"hostname": "web-1"}], "purge": True}
    result = run_process("sysmon_targets", arguments, emulator)
    assert result["summary"] == {"created": 1, "deleted": 0, "unchanged": 1, "failed": 0, "purged": 3}
    assert {target["hostId"] for target in emulator.state["targets"] if target["jobId"] == "w1"} == {"h1", "h3"}
