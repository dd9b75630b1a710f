# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules in Ansible's own process: the same results as in one of their own, and only where that is the same."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleError

from ansible_collections.nhncloud.sysmon.plugins.action import sysmon_server_info
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import MODULE_CLASS
from ansible_collections.nhncloud.sysmon.plugins.modules import sysmon_server_info as module_sysmon_server_info
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import module_action

HERE = {"ansible_python_interpreter": sys.executable}


TARGETS = {"workspace": "shop", "port": 9100}


def test_warnings(run, shop):
    result = run(shop(), "sysmon_target", {**TARGETS, "workspace": "new", "hostname": "host-00001"}, check_mode=True)
    assert result["warnings"] == ["Workspace new does not exist: check mode assumes that an earlier task creates it."]


class Encrypted:
    def __str__(self):
        return "shop"


def test_arguments_that_are_not_json(run, shop):
    emulator = shop()
    result = run(emulator, "sysmon_target", {**TARGETS, "workspace": Encrypted(), "hostname": "host-00001"})
    assert result["target"]["workspace"] == "shop"
    run(emulator, "sysmon_query_info", {"query": "up", "time": datetime(2026, 11, 23, tzinfo=timezone.utc)})
    assert emulator.requests()[-1]["query"] == "query=up&time=1795392000"


def test_options_that_there_are_not(run, shop):
    result = run(shop(), "sysmon_server_info", {"foo": 1})
    assert result["failed"] is True
    assert result["msg"].startswith(
        "Unsupported parameters for (nhncloud.sysmon.sysmon_x) module: foo. Supported parameters"
    )


def test_the_secret_stays_out_of_results(run, shop, emulate):
    emulator = shop()
    emulator.add_workspace(jobName=f"of {emulator.app_key}!", jobId="odd")
    result = run(emulator, "sysmon_target", {**TARGETS, "workspace": f"of {emulator.app_key}?", "hostname": "web-1"})
    assert result["error"]["kind"] == "not_found"
    assert emulator.app_key not in str(result)


def test_an_empty_option_takes_the_default_of_the_play(run, shop):
    defaults = [{"group/nhncloud.sysmon.sysmon": {"region": "mars"}}]
    assert len(run(shop(), "sysmon_server_info", {}, module_defaults=defaults)["servers"]) == 3
    refused = run(shop(), "sysmon_server_info", {"region": ""}, module_defaults=defaults)
    assert "The region may be unknown" in refused["msg"]


AWAY = [
    {"transport": "ssh"},
    {"become": "sudo"},
    {"async_val": 10},
    {"environment": [{"A": "b"}]},
    {"task_vars": {}},
    {"task_vars": {"ansible_python_interpreter": "/usr/bin/other"}},
    {"delegate_to": "bastion"},
    {"delegate_to": "bastion", "task_vars": {**HERE, "ansible_delegated_vars": {"bastion": {}}}},
]


@pytest.mark.parametrize("surroundings", AWAY, ids=str)
def test_elsewhere_it_is_a_process(surroundings, action, monkeypatch):
    seen = {}

    def get(name, **given):
        seen.update({"name": name, **given})
        return SimpleNamespace(run=lambda task_vars: {"of a process": task_vars})

    monkeypatch.setattr(module_action, "action_loader", SimpleNamespace(get=get))
    plugin, run = action(sysmon_server_info.ActionModule, {}, **surroundings)
    assert run() == {"of a process": surroundings.get("task_vars", HERE)}
    assert seen == {
        "name": "ansible.legacy.normal",
        "task": plugin._task,
        "connection": plugin._connection,
        "play_context": plugin._play_context,
        "loader": plugin._loader,
        "templar": plugin._templar,
        "shared_loader_obj": plugin._shared_loader_obj,
    }


AT_HOME = [
    {"task_vars": {"ansible_python_interpreter": "{{ python }}"}},
    {"delegate_to": "localhost", "task_vars": {"ansible_delegated_vars": {"localhost": HERE}}},
    {"environment": []},
    {"environment": None},
]


@pytest.mark.parametrize("surroundings", AT_HOME, ids=str)
def test_where_it_is_none(surroundings, run, shop):
    assert len(run(shop(), "sysmon_server_info", {}, **surroundings)["servers"]) == 3


def test_a_relative_path_is_that_of_the_play(run, shop, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    missing = run(shop(), "sysmon_server_info", {"ca_path": "certificates"})
    tmp_path.joinpath("certificates").mkdir()
    found = run(shop(), "sysmon_server_info", {"ca_path": "certificates"})
    assert "does not exist" in missing["msg"]
    assert len(found["servers"]) == 3
    assert os.getcwd() == str(folder)


def test_nothing_is_left_behind(run, shop, run_on, action):
    run(shop(), "sysmon_server_info", {})
    assert MODULE_CLASS.get().__name__ == "_Module"
    assert len(run_on(shop(), "sysmon_server_info", {})["servers"]) == 3


def test_a_module_that_does_not_end(action, monkeypatch):
    monkeypatch.setattr(module_sysmon_server_info, "main", lambda: None)
    with pytest.raises(AnsibleError, match="sysmon ended without a result"):
        action(sysmon_server_info.ActionModule, {})[1]()
    assert MODULE_CLASS.get().__name__ == "_Module"
