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

from ansible_collections.nhncloud.sysmon.plugins.action import (
    sysmon_query_info,
    sysmon_server_info,
    sysmon_target,
    sysmon_targets,
    sysmon_workspace,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import MODULE_CLASS
from ansible_collections.nhncloud.sysmon.plugins.modules import sysmon_server_info as module_sysmon_server_info
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import in_process

PLUGINS = {
    plugin.__name__.rsplit(".", 1)[1]: plugin
    for plugin in (sysmon_query_info, sysmon_server_info, sysmon_target, sysmon_targets, sysmon_workspace)
}
HERE = {"ansible_python_interpreter": sys.executable}


@pytest.fixture
def action(tmp_path):
    """An action plugin with its surroundings."""

    def make(plugin, args, task_vars=None, transport="local", become=None, **task):
        given = {
            "action": "sysmon",
            "args": args,
            "check_mode": False,
            "async_val": 0,
            "delegate_to": None,
            "environment": [{}],
            "resolved_action": "nhncloud.sysmon.sysmon_x",
            **task,
        }
        made = plugin(
            task=SimpleNamespace(**given),
            connection=SimpleNamespace(transport=transport, become=become, _shell=SimpleNamespace(tmpdir="/")),
            play_context=SimpleNamespace(),
            loader=SimpleNamespace(get_basedir=lambda: str(tmp_path)),
            templar=SimpleNamespace(template=lambda value: value and value.replace("{{ python }}", sys.executable)),
            shared_loader_obj=None,
        )
        return made, lambda: made.run(task_vars=HERE if task_vars is None else task_vars)

    return make


@pytest.fixture
def run(action, options_of):
    """Run a module as an action against an emulator."""

    def run(emulator, name, arguments, **surroundings):
        options = {key: value for key, value in options_of(emulator).items() if value is not None}
        return action(PLUGINS[name].ActionModule, {**options, **arguments}, **surroundings)[1]()

    return run


TARGETS = {"workspace": "shop", "port": 9100}
SAME = [
    ("sysmon_server_info", {}),
    ("sysmon_workspace", {"name": "shop", "description": "new"}),
    ("sysmon_workspace", {"name": "not/good"}),
    ("sysmon_target", {**TARGETS, "hostname": "host-00001"}),
    ("sysmon_target", {**TARGETS, "hostname": "nobody"}),
    ("sysmon_target", {**TARGETS, "hostname": "nobody", "server_timeout": 1}),
    ("sysmon_target", {**TARGETS, "workspace": "none", "hostname": "host-00001"}),
    ("sysmon_target", {**TARGETS, "hostname": "host-00001", "port": "9100", "timeout": "", "validate_certs": "yes"}),
    ("sysmon_target", {**TARGETS, "hostname": "host-00001", "port": "many"}),
    ("sysmon_target", {"workspace": "shop", "hostname": "host-00001"}),
    ("sysmon_target", {**TARGETS, "hostname": "host-00001", "ip": "10.0.0.1"}),
    ("sysmon_targets", {**TARGETS, "targets": [{"hostname": "host-00001"}, {"hostname": "nobody"}]}),
    ("sysmon_targets", {**TARGETS, "targets": [{"ip": ["10.0.0.1"], "hostname": "host-00001"}]}),
    ("sysmon_targets", {**TARGETS, "targets": "host-00001"}),
    ("sysmon_target", {**TARGETS, "hostname": "host-00001", "app_key": "wr0ng-key"}),
    ("sysmon_query_info", {"query": "up", "app_key": "a key"}),
]


OF_ONE = ("last_modified_at", "invocation", "warnings")


def without_times(value):
    """The same, without what two runs do not have in common."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in OF_ONE}
    return [without_times(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def shop(emulate):
    """Start an emulator with three servers and a workspace."""

    def start():
        emulator = emulate(servers=3)
        emulator.add_workspace(jobName="shop", jobId="shop-id")
        return emulator

    return start


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("name", "arguments"), SAME)
def test_the_result_is_that_of_a_process(name, arguments, check_mode, run, run_on, shop):
    one, other = shop(), shop()
    expected = run_on(one, name, arguments, check_mode)
    found = run(other, name, arguments, check_mode=check_mode)
    # Each once: how often it looks while it waits is a matter of time.
    assert {entry["call"]: 1 for entry in other.requests()} == {entry["call"]: 1 for entry in one.requests()}
    assert without_times(found) == without_times(expected)


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

    monkeypatch.setattr(in_process, "action_loader", SimpleNamespace(get=get))
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


SPEC = {
    "app_key": {"type": "str", "no_log": True},
    "old": {"type": "str", "removed_in_version": "3.0.0", "removed_from_collection": "nhncloud.sysmon"},
    "name": {"type": "str", "aliases": ["title"]},
    "login": {"type": "dict", "options": {"password": {"type": "str", "no_log": True}, "user": {"type": "str"}}},
}
GIVEN = {"app_key": "the-app-key", "old": "x", "name": "a", "title": "b", "login": {"password": "pa55", "user": "me"}}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def result_of(given, with_invocation=False, **result):
    task = SimpleNamespace(check_mode=False, args=given, resolved_action="nhncloud.sysmon.sysmon_x")
    with pytest.raises(in_process.ModuleExit) as end:
        in_process.InProcessModule(task, with_invocation, SPEC, True).exit_json(**result)
    return end.value.result


def test_deprecated_options_and_doubled_ones_are_told():
    result = result_of(GIVEN)
    assert [(entry["msg"], entry["version"], entry["collection_name"]) for entry in result["deprecations"]] == [
        ("Param 'old' is deprecated. See the module docs for more information", "3.0.0", "nhncloud.sysmon")
    ]
    assert result["warnings"] == ["Both option name and its alias title are set."]
    assert not {"deprecations", "warnings"} & set(result_of({"name": "a"}))


def test_no_log_of_suboptions():
    found = result_of(GIVEN, text="is pa55!", same="pa55", number=5, flag=True, none=None, texts=["pa55", {"pa55": 1}])
    assert "pa55" not in str(found)
    assert found["text"] == "is ********!"
    assert found["same"] == HIDDEN
    assert (found["number"], found["flag"], found["none"]) == (5, True, None)


def test_invocation_only_where_a_process_shows_it():
    assert "invocation" not in result_of(GIVEN)
    arguments = result_of(GIVEN, with_invocation=True)["invocation"]["module_args"]
    assert arguments["app_key"] == HIDDEN
    assert arguments["login"] == {"password": HIDDEN, "user": "me"}


@pytest.mark.parametrize("asked", [True, False])
def test_whether_a_process_shows_it(asked):
    there = getattr(in_process.C.config, "_base_defs", {}).get("INJECT_INVOCATION")
    assert in_process.shows_invocation({"ansible_inject_invocation": asked}) is (asked if there else True)
