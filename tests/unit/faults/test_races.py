# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several controllers at once, each a process of its own."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator
from ansible_collections.nhncloud.sysmon.tests.soak.processes import ModuleProcess, connection


@pytest.fixture
def emulator():
    with Emulator(servers=24, latency_ms=5) as running:
        yield running


def together(emulator, *tasks):
    """Run all of these modules at once; their results."""
    running = [ModuleProcess(module, {**arguments, **connection(emulator)}) for module, arguments in tasks]
    return [process.result() for process in running]


def make_workspace(**more):
    return "sysmon_workspace", {"name": "shop", **more}


def register(emulator, first=0, count=12, **more):
    servers = emulator.state["servers"]
    hosts = [servers[number % len(servers)]["hostId"] for number in range(first, first + count)]
    return "sysmon_targets", {"workspace": "shop", "targets": [{"host_id": h} for h in hosts], "port": 9100, **more}


def spots(emulator):
    return Counter((target["hostId"], target["port"]) for target in emulator.state["targets"])


@pytest.mark.parametrize("controllers", [2, 8])
def test_controllers_register_overlapping_hosts_in_a_workspace_that_none_has_made(emulator, controllers):
    def control(number):
        """As a play does: the workspace, then the targets, whatever the others are doing meanwhile."""
        [made] = together(emulator, make_workspace())
        return made, *together(emulator, register(emulator, first=3 * number, max_workers=4))

    with ThreadPoolExecutor(controllers) as pool:
        results = list(pool.map(control, range(controllers)))
    assert [result["failed"] for pair in results for result in pair] == [False] * 2 * controllers, results
    assert len({made["workspace"]["workspace_id"] for made, _registered in results}) == 1
    assert len(emulator.state["workspaces"]) == 1
    wanted = {server["hostId"] for server in emulator.state["servers"][: min(24, 3 * (controllers - 1) + 12)]}
    assert spots(emulator) == Counter({(host_id, 9100): 1 for host_id in wanted})
    for _made, result in results:
        assert {target["action"] for target in result["targets"]} <= {"created", "unchanged"}
        assert all(target["target_id"] for target in result["targets"])


def test_controllers_with_different_settings_for_a_new_workspace(emulator):
    results = together(emulator, *(make_workspace(description=f"by {n}", metrics_path="/metrics") for n in range(4)))
    assert [result["failed"] for result in results] == [False] * 4, results
    [workspace] = emulator.state["workspaces"]
    assert workspace["description"] in {f"by {n}" for n in range(4)}


@pytest.mark.parametrize("controllers", [2, 8])
@pytest.mark.parametrize("there", [False, True])
def test_removal_against_registration(emulator, there, controllers):
    emulator.add_workspace(jobName="shop")
    if there:
        together(emulator, register(emulator))
    tasks = [register(emulator), register(emulator, state="absent")]
    results = together(emulator, *tasks * (controllers // 2))
    for result in results:
        # A create that another controller was faster with, its target removed by a third before the look: a refusal.
        assert not result["failed"] or (controllers > 2 and result["error"]["kind"] == "bad_input"), result
    assert set(spots(emulator).values()) <= {1}
    # Whatever came of it, each target is wholly there or gone: the next run finds it and is believed.
    for task, there in ((tasks[0], 12), (tasks[1], 0)):
        [result] = together(emulator, task)
        assert not result["failed"], result
        assert len(spots(emulator)) == there


def test_removal_of_the_workspace_against_registration(emulator):
    emulator.add_workspace(jobName="shop")
    added, removed = together(emulator, register(emulator), make_workspace(state="absent", force=True))
    assert not removed["failed"], removed
    assert emulator.state["workspaces"] == []
    assert emulator.state["targets"] == []
    assert "crash" not in added
    if added["failed"]:
        assert added["error"]["kind"] == "not_found"


def test_purges_against_each_other(emulator):
    emulator.add_workspace(jobName="shop")
    tasks = [register(emulator, first=8 * n, count=8, purge=True) for n in range(3)]
    results = together(emulator, *tasks)
    assert [result["failed"] for result in results] == [False] * 3, results
    together(emulator, tasks[0])
    assert spots(emulator) == Counter({(host["host_id"], 9100): 1 for host in tasks[0][1]["targets"]})
