# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of the role, with the emulator and without Ansible's executor."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible import constants
from ansible.errors import AnsibleAction, AnsibleConnectionFailure
from ansible.parsing.dataloader import DataLoader

from ansible_collections.nhncloud.sysmon.plugins.action import sysmon_register
from ansible_collections.nhncloud.sysmon.plugins.action.sysmon_register import ActionModule


class HostVars(dict):
    def raw_get(self, host):
        return self[host]


@pytest.fixture
def shown(monkeypatch):
    lines = []
    monkeypatch.setattr(sysmon_register, "show", lines.append)
    return lines


@pytest.fixture
def step(monkeypatch, tmp_path, emulate, shown):
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(sysmon_register.ActionBase, "run", lambda self, tmp, task_vars: {})
    emulator = emulate(servers=3)
    connection = {
        "nhncloud_sysmon_app_key": emulator.app_key,
        "nhncloud_sysmon_project_id": emulator.project_id,
        "nhncloud_sysmon_region": "kr",
        "nhncloud_sysmon_api_url": emulator.url,
    }

    def go(name, host, modules=None, check_mode=False, **variables):
        action = ActionModule.__new__(ActionModule)
        action._task = SimpleNamespace(
            args={"step": name, "msg": "why"},
            check_mode=check_mode,
            diff=False,
            delegate_to=None,
            _parent=SimpleNamespace(_uuid="u"),
        )
        action._templar = SimpleNamespace(template=lambda raw: raw)
        action._loader = DataLoader()
        action._compute_environment_string = lambda raw: raw.update(NHNCLOUD_SYSMON_REGION="kr")
        action._execute_module = modules
        named = {f"register_targets_{key}": value for key, value in variables.items() if key != "raw"}
        common = {
            "inventory_hostname": host,
            "ansible_host": f"10.0.0.{host[3:]}",
            "ansible_play_hosts_all": ["web1", "web2"],
        }
        defaults = {"register_targets_workspace": "shop", "register_targets_server_timeout": 0}
        try:
            return action.run(None, {**connection, **common, **defaults, **named, **variables.get("raw", {})})
        except AnsibleAction as failure:
            return {**failure.result, "failed": True}

    go.emulator = emulator
    return go


def test_the_first_registers_all(step, shown):
    assert step("join", "web2") == {"changed": False}
    assert step("join", "web1") == {"changed": False}
    first = step("register", "web2")
    assert first["changed"]
    assert len(step.emulator.state["targets"]) == 2
    step.emulator.clear()
    second = step("register", "web1")
    assert second["changed"]
    assert step.emulator.requests() == []
    assert shown == ["Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed. The workspace was created."]


def test_a_failure_is_of_its_host(step):
    wrong = step("join", "web1", port=0)
    assert (wrong["failed"], wrong["error"]["kind"]) == (True, "config")
    step("join", "web9")
    lost = step("register", "web9")
    assert "No server with ip 10.0.0.9 is listed" in lost["msg"]
    step("join", "web1", timeout="0")
    refused = step("register", "web1", timeout="0")
    assert "timeout must be between" in refused["msg"]


def test_find(step):
    groups = {"all": ["web1", "web2", "db1"], "web": ["web1", "web2"]}
    found = step("find", "web1", raw={"register_hosts": "web:db1:!web2", "groups": groups})
    assert found == {"changed": False, "hosts": ["web1", "db1"]}
    nobody = step("find", "web1", raw={"register_hosts": "db", "groups": groups})
    assert (nobody["failed"], nobody["error"]["kind"]) == (True, "config")
    assert "It matches no host of the inventory" in nobody["msg"]
    unknown = step("find", "web1", raw={"register_port": 9999, "groups": groups})
    assert unknown["msg"] == "register_port is not a variable of register: did you mean register_targets_port?"
    assert step.emulator.requests() == []


def test_left_out(step):
    result = step("left_out", "web1", raw={"ansible_limit": "web"})
    assert result["failed"]
    assert result["msg"] == "Nothing was done: --limit leaves out localhost. Use --limit 'web,localhost'."


@pytest.mark.parametrize(
    ("name", "value"), [("max_workers", "abc"), ("verify_timeout", -1), ("batch", "x"), ("verify", "y")]
)
def test_a_host_with_wrong_options_of_its_own_is_not_registered(step, name, value):
    assert f"register_targets_{name}" in step("join", "web1", **{name: value})["msg"].replace(
        "max_workers", f"register_targets_{name}"
    )
    step("join", "web2")
    assert step("register", "web2")["changed"]
    assert [target["svrIp"] for target in step.emulator.state["targets"]] == ["10.0.0.2"]


def test_options_that_change_after_joining(step):
    """Those that do not decide which hosts are a batch may; the workspace may not."""
    step("join", "web1", verify_query="up")
    assert step("register", "web1", verify_query="up == 1")["changed"]
    step("join", "web2")
    lost = step("register", "web2", workspace="other")
    assert lost["msg"] == "web2: its variables of the role changed after it joined the batch."


@pytest.mark.parametrize(
    ("host", "failed", "message"),
    [
        ("web1", {"web1": "why"}, "why"),
        ("web2", {"web1": "why"}, None),
        ("localhost", {"web1": "why"}, None),
        ("127.0.0.1", {"web1": "why", "db:1": "lost."}, "lost. Ansible cannot fail a host with this name."),
        ("web1", None, "Nothing was done: --limit leaves out localhost. Use --limit 'web,localhost'."),
    ],
)
def test_reason(step, host, failed, message):
    raw = {"hostvars": HostVars({"localhost": {} if failed is None else {"register_targets_failed": failed}})}
    raw.update(groups={"register_targets_failed": ["web1"]}, ansible_limit="web")
    result = step("reason", host, raw=raw)
    assert (result.get("failed", False), result.get("msg")) == (message is not None, message)


def test_an_unknown_step(step):
    unknown = step("other", "web1")
    assert (unknown["failed"], unknown["error"]["kind"]) == (True, "config")
    assert unknown["msg"].startswith("step must be one of find, join, register, ")


def test_fleet(step):
    hostvars = HostVars(web1={"ansible_host": "10.0.0.1"}, web2={"ansible_host": "10.0.0.2"})
    more = {"hosts": ["web1", "web2", "nobody"], "raw": {"hostvars": hostvars}}
    assert step("join", "web1", **more) == {"changed": False}
    assert step("failures", "web1", **more) == {"changed": False, "failed_hosts": {}}
    assert step("register", "web1", **more) == {"changed": False}
    result = step("fleet", "web1", **more)
    assert (result["changed"], result["failed"], result["refused"]) == (True, True, False)
    assert "failed_hosts" not in result
    again = step("fleet", "web2", **more)
    assert (again["changed"], again["msg"]) == (False, result["msg"])
    assert step("failures", "web1", prot=1, **more)["failed_hosts"] == {}
    failures = step("failures", "web1", **more)
    assert failures["failed_hosts"] == {"nobody": "nobody: it is not a host of the inventory."}


def test_no_fleet_is_named(step):
    assert step("fleet", "web1", hosts="") == {"changed": False}


def test_fail(step):
    assert step("fail", "web1", prot=1) == {"changed": False, "failed": True, "msg": "why"}


def test_bastion(step, monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_CA_PATH", "/ca.pem")
    sent = []

    def run(module_name, module_args, task_vars):
        sent.append((module_name, module_args))
        return {"changed": True, "targets": [{"port": 9100, "action": "created", "changed": True, "error": None}]}

    step("join", "web1", delegate_to="bastion")
    assert step("register", "web1", modules=run, delegate_to="bastion")["changed"]
    assert [name for name, _arguments in sent] == ["nhncloud.sysmon.sysmon_workspace", "nhncloud.sysmon.sysmon_targets"]
    assert sent[0][1]["ca_path"] == "/ca.pem"

    def away(**_arguments):
        raise AnsibleConnectionFailure("no route")

    step("join", "web2", delegate_to="bastion")
    lost = step("register", "web2", modules=away, delegate_to="bastion")
    assert "cannot be reached: no route" in lost["msg"]


def test_what_is_asked_of_the_host(step):
    asked = []

    def run(module_name, module_args, task_vars):
        asked.append(module_name)
        return {"status": 200, "json": {"uuid": "2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11"}}

    more = {"modules": run, "probe": True, "match": "instance_id", "port": [9100, 9200]}
    found = "web1: instance id 2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11 from the metadata service"
    assert step("join", "web1", **more) == {"changed": False, "msg": found}
    assert asked == ["ansible.builtin.uri"] * 3
    assert step("join", "web1", check_mode=True, **more)["msg"] == found
    assert asked == ["ansible.builtin.uri"] * 4
