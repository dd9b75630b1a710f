# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registration of a batch against an emulator, in process."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import VARIABLES
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.batch import Batch
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.progress import Progress
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.register_batch import in_process_call, register_batch

WRITES = ("create_workspace", "update_workspace", "create_target", "delete_target")


def batch(**more):
    known = {key: VARIABLES[key] for key in ("state", "create_workspace", "verify", "verify_label", "max_workers")}
    fixed = {"workspace": "shop", "metrics_path": None, "description": None, "server_timeout": 0, "rate_limit": None}
    rest = {"verify_timeout": 0, "verify_query": "up", "lines": 1, "check_mode": False, "diff": True}
    return Batch(**{**known, **fixed, **rest, **more})


def entries(*numbers, port=9100):
    return {f"web{n}": {"targets": [{"ip": [f"10.0.0.{n}"], "port": port}]} for n in numbers}


@pytest.fixture
def run(emulate):
    emulator = emulate(servers=3)
    options = {
        "app_key": emulator.app_key,
        "project_id": emulator.project_id,
        "region": "kr",
        "api_url": emulator.url,
        "validate_certs": True,
        "ca_path": None,
        "timeout": 5,
        "retries": 0,
    }

    def go(wanted, hosts, **other):
        progress = Progress()
        return register_batch(in_process_call({**options, **other}, wanted, progress), wanted, hosts, progress)

    go.emulator = emulator
    return go


def test_one_pass(run):
    check = run(batch(check_mode=True), entries(1, 2))
    assert [one["changed"] for one in check.hosts.values()] == [True, True]
    assert not [entry for entry in run.emulator.requests() if entry["call"] in WRITES]
    run.emulator.clear()
    done = run(batch(), entries(1, 2, 9))
    assert done.created
    assert done.hosts["web1"]["diff"] == check.hosts["web1"]["diff"]
    assert done.hosts["web9"]["failed"]
    assert done.leader_result(done.hosts["web1"])["diff"][0] == done.workspace_diff
    assert len(run.emulator.requests()) == 2 + 4 + 2  # workspace, three reads and one afterwards, two writes
    run.emulator.clear()
    again = run(batch(), entries(1, 2))
    assert not again.created
    assert not again.workspace_changed
    assert not any(one["changed"] for one in again.hosts.values())
    assert "diff" not in again.leader_result(again.hosts["web1"])
    gone = run(batch(state="absent"), entries(1, 2))
    assert all(one["changed"] for one in gone.hosts.values())
    assert not run.emulator.state["targets"]


def test_what_concerns_all(run):
    refused = run(batch(), entries(1, 2), app_key="wrong")
    assert {one["error"]["kind"] for one in refused.hosts.values()} == {"auth"}
    nowhere = run(batch(create_workspace=False), entries(1))
    assert nowhere.hosts["web1"]["msg"].endswith("Set register_targets_create_workspace: true.")


def test_check_mode_tells_what_it_counts_on(run):
    told = run(batch(check_mode=True, create_workspace=False, server_timeout=5), entries(1, 9))
    assert len(told.warnings) == 2
    assert told.leader_result({"changed": False})["warnings"] == list(told.warnings)


def test_health(run):
    good = run(batch(verify="health"), entries(1))
    assert good.hosts["web1"]["targets"][0]["action"] == "created"
    assert "failed" not in good.hosts["web1"]
    broken = run.emulator.state["targets"][0]["targetId"]
    run.emulator.change("targets", broken, resultCd=7, failReason="HTTP status 503")
    bad = run(batch(verify="health"), entries(1, 2))
    assert "HTTP status 503" in bad.hosts["web1"]["msg"]
    assert bad.hosts["web1"]["failed_in"] == "verification"
    assert "failed" not in bad.hosts["web2"]
    nobody = run(batch(verify="health"), entries(9))
    assert nobody.hosts["web9"]["failed_in"] == "registration"


def test_query(run):
    empty = '{"status": "success", "data": {"resultType": "vector", "result": []}}'
    run.emulator.faults([{"call": "prometheus", "body": empty}])
    bad = run(batch(verify="query"), entries(1))
    assert "web1 port 9100 is not verified after 0 s: up, label instance: It has no sample." in bad.hosts["web1"]["msg"]
    assert bad.hosts["web1"]["error"]["kind"] == "timeout"
    assert bad.hosts["web1"]["changed"]
