# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same results in Ansible's process as in a process of a module's own: real modules, and rules that none of them has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
from ansible.module_utils.basic import env_fallback

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import in_process

ONE = {"workspace": "shop", "port": 9100, "hostname": "host-00001"}
# One after the other: ids are given in the order in which requests arrive.
MANY = {"workspace": "shop", "port": 9100, "max_workers": 1}
MANY["targets"] = [{"hostname": "host-00001"}, {"hostname": "host-00002"}]
MODULES = [
    ("sysmon_server_info", {}),
    ("sysmon_server_info", {"hostname": "host-00001,host-00002"}),
    ("sysmon_server_info", {"ip": ["10.0.0.1"], "timeout": "7", "retries": ""}),
    ("sysmon_server_info", {"app_key": "wr0ng-key"}),
    ("sysmon_server_info", {"app_key": "a key"}),
    ("sysmon_server_info", {"app_key": ""}),
    ("sysmon_server_info", {"project_id": "../x"}),
    ("sysmon_server_info", {"region": ""}),
    ("sysmon_server_info", {"timeout": "soon"}),
    ("sysmon_server_info", {"retries": -1}),
    ("sysmon_server_info", {"validate_certs": "perhaps"}),
    ("sysmon_server_info", {"ca_path": "/nowhere"}),
    ("sysmon_server_info", {"api_url": "http://192.0.2.1"}),
    ("sysmon_workspace_info", {"name": "shop"}),
    ("sysmon_workspace_info", {"workspace_id": "none"}),
    ("sysmon_target_info", {"workspace": "none"}),
    ("sysmon_target_info", {"health": ["good"]}),
    ("sysmon_target_info", {"workspace": "shop", "port": ["9100", 8080]}),
    ("sysmon_metadata_info", {}),
    ("sysmon_metadata_info", {"endpoint": "everything"}),
    ("sysmon_drift_info", {"workspace": "shop", "targets": [{"hostname": "host-00001", "port": "9100"}]}),
    ("sysmon_query_info", {"query": "up", "limit": "many"}),
    ("sysmon_query_info", {"query": "up", "want": ["values"]}),
    ("sysmon_query_info", {"query": "", "retries": 0}),
    ("sysmon_workspace", {"name": "shop", "description": "new"}),
    ("sysmon_workspace", {"name": "shop", "metrics_path": "http://x/"}),
    ("sysmon_workspace", {"name": "new-one", "force": "yes"}),
    ("sysmon_workspace", {"name": "not/good"}),
    ("sysmon_workspace", {"name": "shop", "state": "gone"}),
    ("sysmon_workspace", {"name": "shop", "state": "absent"}),
    ("sysmon_workspace", {"name": "none", "workspace_id": "shop-id"}),
    ("sysmon_workspace", {"description": "without a name"}),
    ("sysmon_target", ONE),
    ("sysmon_target", {**ONE, "state": "absent"}),
    ("sysmon_target", {**ONE, "hostname": "nobody"}),
    ("sysmon_target", {**ONE, "hostname": "nobody", "server_timeout": 1}),
    ("sysmon_target", {**ONE, "workspace": "none"}),
    ("sysmon_target", {**ONE, "workspace_id": "shop-id"}),
    ("sysmon_target", {**ONE, "port": "9100", "timeout": "", "validate_certs": "yes"}),
    ("sysmon_target", {**ONE, "port": "many"}),
    ("sysmon_target", {**ONE, "port": 70000}),
    ("sysmon_target", {**ONE, "ip": "10.0.0.1"}),
    ("sysmon_target", {**ONE, "prot": 9100}),
    ("sysmon_target", {"workspace": "shop", "hostname": "host-00001"}),
    ("sysmon_targets", MANY),
    ("sysmon_targets", {**MANY, "state": "absent"}),
    ("sysmon_targets", {**MANY, "max_workers": 65}),
    ("sysmon_targets", {**MANY, "targets": [{"hostname": "host-00001"}, {"hostname": "nobody"}]}),
    ("sysmon_targets", {**MANY, "targets": [{"ip": ["10.0.0.1"], "hostname": "host-00001"}]}),
    ("sysmon_targets", {**MANY, "targets": [{"name": "host-00001"}]}),
    ("sysmon_targets", {**MANY, "targets": "host-00001"}),
    ("sysmon_targets", {**MANY, "targets": [], "purge": True}),
    ("sysmon_prune", {"silent_for": "0s", "protect": "a*,b*"}),
    ("sysmon_prune", {"max_share": "half"}),
]


def comparable(value):
    """Without what two runs against two emulators do not have in common."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key not in ("last_modified_at", "api_url")}
    return [comparable(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("name", "arguments"), MODULES)
def test_modules(name, arguments, check_mode, run, run_on, shop):
    one, other = shop(), shop()
    expected = run_on(one, name, arguments, check_mode)
    found = run(other, name, arguments, check_mode=check_mode)
    # Each once: how often it looks while it waits is a matter of time.
    assert {entry["call"]: 1 for entry in other.requests()} == {entry["call"]: 1 for entry in one.requests()}
    # In this process newer cores show warnings at once, in place of returning them; RULES compares those.
    found.pop("warnings", None)
    expected.pop("warnings", None)
    expected["msg"] = expected.get("msg", "").replace("(basic.py)", "(nhncloud.sysmon.sysmon_x)")
    assert comparable({"msg": "", **found}) == comparable(expected)


OURS = {"removed_from_collection": "nhncloud.sysmon"}
SPEC = {
    "app_key": {"type": "str", "no_log": True},
    "old": {"type": "str", "removed_in_version": "3.0.0", **OURS},
    "dated": {"type": "str", "removed_at_date": "2030-01-01", **OURS},
    "name": {
        "type": "str",
        "aliases": ["title", "label"],
        "deprecated_aliases": [{"name": "label", "version": "3.0.0", "collection_name": "nhncloud.sysmon"}],
    },
    "login": {
        "type": "dict",
        "options": {
            "password": {"type": "str", "no_log": True},
            "user": {"type": "str", "default": "me"},
            "gone": {"type": "str", "removed_in_version": "3.0.0", **OURS},
        },
    },
    "many": {"type": "list", "elements": "dict", "options": {"number": {"type": "int", "required": True}}},
    "level": {"type": "int", "choices": [1, 2], "default": 1},
    "ratio": {"type": "float"},
    "data": {"type": "json"},
    "from_environment": {"type": "str", "fallback": ("env_fallback", ["SAME_FROM_ENVIRONMENT"])},
}
LAWS = {
    "mutually_exclusive": [("old", "dated")],
    "required_together": [("ratio", "data")],
    "required_by": {"data": "name"},
    "required_if": [("level", 2, ("name",))],
}
GIVEN = [
    {},
    {"app_key": "the-app-key", "name": "is the-app-key"},
    {"old": "x"},
    {"dated": "x"},
    {"old": "x", "dated": "y"},
    {"name": "a", "title": "b"},
    {"title": "b"},
    {"label": "b"},
    {"login": {"password": "pa55", "gone": "x"}},
    {"login": {"password": "pa55", "user": "pa55", "gone": "x"}, "name": "pa55"},
    {"login": {"pasword": "pa55"}},
    {"login": '{"password": "pa55"}'},
    {"login": "password=pa55"},
    {"login": "password"},
    {"many": [{"number": "7"}]},
    {"many": [{"number": "seven"}]},
    {"many": [{}]},
    {"many": "x"},
    {"level": 3},
    {"level": "2"},
    {"level": "2", "name": "n"},
    {"ratio": "0.5", "data": [1], "name": "n"},
    {"ratio": "half"},
    {"data": {"a": 1}},
    {"data": {"a": 1}, "name": "n"},
    {"from_environment": "explicit"},
    {"nme": "n"},
]
MASKED_LATER = find_spec("ansible.module_utils.secrets") is not None
RESULT = {
    "text": "it is pa55!",
    "same": "pa55",
    "number": 5,
    "flag": True,
    "none": None,
    "list": ["pa55", {"a": "pa55"}],
}
PROGRAM = """
import contextlib, io, json, sys
from ansible.module_utils import basic
from ansible.module_utils.common import warnings
specs, laws, all_given, result = json.load(sys.stdin)
specs["from_environment"]["fallback"] = (basic.env_fallback, specs["from_environment"]["fallback"][1])
basic._ANSIBLE_PROFILE = "legacy"
for given in all_given:
    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        basic.AnsibleModule(argument_spec=specs, supports_check_mode=True, **laws).exit_json(**result)
    print(out.getvalue().strip())
"""


@pytest.fixture(scope="module")
def of_a_process():
    """The results of AnsibleModule in a process that has no controller in it, one per entry of GIVEN."""
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([SPEC, LAWS, GIVEN, RESULT]),
        env={**os.environ, "SAME_FROM_ENVIRONMENT": "of the environment", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    results = [json.loads(line) for line in process.stdout.splitlines()]
    for result in results:
        result.pop("_ansible_new_secrets", None)
    assert len(results) == len(GIVEN), process.stderr
    return results


def in_this_process(given):
    spec = {**SPEC, "from_environment": {"type": "str", "fallback": (env_fallback, ["SAME_FROM_ENVIRONMENT"])}}
    task = SimpleNamespace(check_mode=False, args=given, resolved_action="basic.py")
    with pytest.raises(in_process.ModuleExit) as end:
        in_process.InProcessModule(task, in_process.shows_invocation({}), spec, True, **LAWS).exit_json(**RESULT)
    return end.value.result


def told(result):
    """Warnings and deprecations as what is shown of them, whatever a core wraps them in."""
    warnings = [entry if isinstance(entry, str) else entry["event"]["msg"] for entry in result.get("warnings", [])]
    deprecations = [
        (
            entry["event"]["msg"] if "event" in entry else entry["msg"],
            entry.get("version"),
            entry.get("date"),
            entry["deprecator"]["resolved_name"] if "deprecator" in entry else entry["collection_name"],
        )
        for entry in result.get("deprecations", [])
    ]
    # The modules add to the message which option was meant.
    message = result.get("msg", "").partition(". nme is not an option")[0].rstrip(".")
    told = {**result, "warnings": warnings, "deprecations": deprecations, "msg": message}
    # From ansible-core 2.22 on Ansible masks what a process returns, later.
    return {key: value for key, value in told.items() if not MASKED_LATER or key not in RESULT}


@pytest.mark.parametrize("number", range(len(GIVEN)), ids=lambda number: str(GIVEN[number]))
def test_rules(number, of_a_process, monkeypatch):
    monkeypatch.setenv("SAME_FROM_ENVIRONMENT", "of the environment")
    assert told(in_this_process(GIVEN[number])) == told(of_a_process[number])


@pytest.mark.parametrize("given", [{"old": "x"}, {"login": {"gone": "x"}}, {"label": "b"}])
def test_deprecations_are_told(given):
    [entry] = in_this_process(given)["deprecations"]
    assert (entry["version"], entry["collection_name"]) == ("3.0.0", "nhncloud.sysmon")


def test_secrets_of_suboptions_are_hidden():
    found = in_this_process({"login": {"password": "pa55"}, "name": "a", "title": "b"})
    assert "pa55" not in str(found)
    assert found["text"] == "it is ********!"
    assert found["warnings"] == ["Both option name and its alias title are set."]


@pytest.mark.parametrize("with_invocation", [False, True])
def test_invocation(with_invocation):
    task = SimpleNamespace(check_mode=False, args={"app_key": "the-app-key"}, resolved_action="x")
    with pytest.raises(in_process.ModuleExit) as end:
        in_process.InProcessModule(task, with_invocation, {"app_key": SPEC["app_key"]}, True).exit_json()
    hidden = {"invocation": {"module_args": {"app_key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}}
    assert end.value.result == (hidden if with_invocation else {})


def test_the_key_is_hidden_where_core_cannot_list_the_secrets(run, run_on, shop):
    """As before ansible-core 2.20, where a list of dicts is none: it then shows all arguments."""
    arguments = {**MANY, "targets": "host-00001", "app_key": "th3-app-k3y"}
    for result in (run(shop(), "sysmon_targets", arguments), run_on(shop(), "sysmon_targets", arguments)):
        assert result["failed"] is True
        assert "th3-app-k3y" not in str(result)
