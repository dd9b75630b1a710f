# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of the playbooks, with the emulator and without Ansible's executor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.nhncloud.sysmon.plugins.action import sysmon_fleet
from ansible_collections.nhncloud.sysmon.plugins.action.sysmon_fleet import ActionModule


class HostVars(dict):
    def raw_get(self, host):
        return self[host]


@pytest.fixture
def shown(monkeypatch):
    lines = []
    monkeypatch.setattr(sysmon_fleet, "show", lambda text: lines.extend(text.splitlines()))
    return lines


@pytest.fixture
def step(monkeypatch, emulate, shown):
    monkeypatch.setattr(sysmon_fleet.ActionBase, "run", lambda self, tmp, task_vars: {})
    emulator = emulate(servers=3)
    workspace = emulator.add_workspace(jobName="shop")
    for server in emulator.state["servers"][:2]:
        named = {name: server[name] for name in ("hostId", "hostNm", "svrIp")}
        emulator.add_target(jobId=workspace["jobId"], port=9100, **named)

    def go(name, arguments=(), check_mode=False, **raw):
        action = ActionModule.__new__(ActionModule)
        action._task = SimpleNamespace(args={"step": name, **dict(arguments)}, check_mode=check_mode)
        action._loader = DataLoader()
        action._templar = SimpleNamespace(template=lambda value: value)
        action._compute_environment_string = lambda raw: raw.update(NHNCLOUD_SYSMON_REGION="kr")
        connection = {"app_key": emulator.app_key, "project_id": emulator.project_id, "api_url": emulator.url}
        given = {f"nhncloud_sysmon_{key}": value for key, value in connection.items()}
        return action.run(None, {"inventory_hostname": "localhost", **given, **raw})

    go.emulator = emulator
    return go


def test_prune(step, shown):
    gone = step.emulator.state["servers"][0]["hostId"]
    step.emulator.remove("servers", gone)
    refused = step("prune", prune_silent_for="0s")
    assert (refused["failed"], refused["error"]["kind"]) == (True, "config")
    rules = {"prune_silent_for": "0s", "prune_max_share": 50}
    assert step("prune", check_mode=True, **rules)["summary"]["pruned"] == 1
    assert shown[0].startswith("2 targets, 1 orphaned, 0 doubled: 1 would be removed")
    step.emulator.faults([{"call": "delete_target", "status": 400}])
    failed = step("prune", **rules)
    assert (failed["failed"], failed["changed"]) == (True, False)
    assert "1 of 1 targets could not be removed" in failed["msg"]
    step.emulator.faults([])
    assert step("prune", **rules)["changed"]
    assert len(step.emulator.state["targets"]) == 1


def test_drift(step, shown):
    assert step("drift", drift_fail=True)["clean"]
    addresses = {"web1": "10.0.0.1", "web3": "10.0.0.3", "odd": "name.example"}
    hostvars = HostVars({name: {"ansible_host": ip} for name, ip in addresses.items()})
    groups = {"all": [*addresses, "nobody", *"abcdef"]}
    more = {"hostvars": hostvars, "groups": groups, "register_targets_workspace": "shop"}
    found = step("drift", register_hosts="web1,web3", **more)
    assert [each["drift"] for each in found["drift"]] == ["unexpected", "missing"]
    assert "failed" not in found
    refused = step("drift", register_hosts="web1,web3", drift_fail=True, **more)
    assert refused["msg"] == "Drift: 1 missing, 1 unexpected."
    partly = step("drift", register_hosts="all", ansible_limit="web1,web3", **more)
    assert [each["drift"] for each in partly["drift"]] == ["missing"]
    failed = step("drift", register_hosts="all:!web3", **more)
    assert failed["failed"]
    assert failed["clean"]
    assert failed["msg"].startswith("8 hosts were not compared. odd: ansible_host")
    assert failed["msg"].endswith("3 more.")
    assert "No drift." in shown


@pytest.mark.parametrize(
    ("pattern", "message"), [("nobody", "matches no host"), ("web1", "Set register_targets_workspace")]
)
def test_drift_refuses(step, pattern, message):
    known = {"groups": {"all": ["web1"]}, "hostvars": HostVars()}
    assert message in step("drift", register_hosts=pattern, **known)["msg"]
    assert step.emulator.requests() == []


def test_export(step, tmp_path):
    paths = {"export_path": str(tmp_path / "a.yml"), "export_file_sd": str(tmp_path / "a.json")}
    assert step("export", check_mode=True, export_workspace="shop", **paths)["changed"]
    assert list(tmp_path.iterdir()) == []
    done = step("export", export_workspace="shop", **paths)
    assert (done["changed"], done["summary"]["exported"]) == (True, 2)
    assert not step("export", export_workspace="shop", **paths)["changed"]
    assert "texts" not in done


def test_what_is_told_of_mistakes(step, monkeypatch):
    assert "step must be one of" in step("other")["msg"]

    def missing(*_arguments, **_more):
        raise ImportError("requests")

    monkeypatch.setattr(sysmon_fleet, "connect", missing)
    lost = step("prune")
    assert "requests" in lost["msg"]
    assert lost["error"]["kind"] == "config"


def test_page(step, tmp_path):
    path = tmp_path / "page.html"
    assert step("page", check_mode=True, fleet_page_path=str(path))["changed"]
    assert not path.exists()
    done = step("page", fleet_page_path=str(path), fleet_page_workspace="shop", fleet_page_title="Mine")
    assert (done["changed"], done["path"]) == (True, str(path))
    assert "<title>Mine</title>" in path.read_text(encoding="utf-8")
    drift = tmp_path / "drift.html"
    assert step("drift", drift_page=str(drift))["path"] == str(drift)
    assert drift.exists()
