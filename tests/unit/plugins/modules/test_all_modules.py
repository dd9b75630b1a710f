# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is the same for every module: connection, environment, the shape of failures."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import pytest

LEAST = {
    "sysmon_server_info": {},
    "sysmon_workspace_info": {},
    "sysmon_target_info": {},
    "sysmon_workspace": {"name": "shop"},
    "sysmon_target": {"workspace": "shop", "hostname": "web-1", "port": 9100},
    "sysmon_targets": {"workspace": "shop", "targets": [{"hostname": "web-1", "port": 9100}]},
    "sysmon_prune": {"workspace": "odd name!"},
    "sysmon_drift_info": {},
    "sysmon_query_info": {"query": "1"},
    "sysmon_metadata_info": {"endpoint": "labels"},
    "sysmon_wait": {"query": "1", "wait_timeout": 0},
}
OF_PROMETHEUS = ("sysmon_query_info", "sysmon_metadata_info", "sysmon_wait")
PROMETHEUS_ANSWERS = {
    "sysmon_query_info": {"resultType": "scalar", "result": [1, "1"]},
    "sysmon_metadata_info": ["job"],
    "sysmon_wait": {"resultType": "scalar", "result": [1, "1"]},
}
CONNECTION = {
    "app_key": "some-appkey",
    "project_id": "p",
    "region": "kr",
    "api_url": "http://127.0.0.1:1",
    "retries": 0,
}
SIX = {"kind", "call", "http_status", "result_code", "result_message", "hint"}
VARIABLE = "NHNCLOUD_SYSMON_%s"


@pytest.fixture(params=LEAST)
def module(request):
    return request.param


@pytest.fixture
def answering(module, world):
    """The world, which also answers the least of a question to Prometheus."""
    body = json.dumps({"status": "success", "data": PROMETHEUS_ANSWERS.get(module)})
    return world({"call": "prometheus", "body": body})


def test_no_module_is_left_out():
    modules = {path.stem for path in Path(__file__).parents[4].glob("plugins/modules/*.py")}
    # These are actions only and do nothing as modules.
    assert set(LEAST) == modules - {"sysmon_fleet", "sysmon_register"}


@pytest.mark.parametrize("option", ["timeout", "retries"])
def test_a_boolean_is_no_number(module, option, run_main):
    result = run_main(module, {**CONNECTION, **LEAST[module], option: True})
    assert (result["failed"], result["error"]["kind"]) == (True, "config")
    assert result["msg"] == f"{option} must be a number, not True."


def test_a_missing_option_is_named_with_its_variable(module, run_main, monkeypatch):
    required = ("app_key", "region") if module in OF_PROMETHEUS else ("app_key", "project_id", "region")
    for name, empty_option, empty_variable in itertools.product(required, (False, True), (False, True)):
        connection = {key: value for key, value in CONNECTION.items() if key != name}
        if module in OF_PROMETHEUS:
            del connection["project_id"]
            connection["api_url"] = ""  # which takes the place of the region
        if empty_option:
            connection[name] = ""
        with monkeypatch.context() as patch:
            if empty_variable:
                patch.setenv(VARIABLE % name.upper(), "")
            result = run_main(module, {**connection, **LEAST[module]})
        assert result["failed"] is True
        assert (result["error"]["kind"], set(result["error"])) == ("config", SIX)
        assert f"option {name} " in result["msg"]
        assert VARIABLE % name.upper() in result["msg"]


FAILURES = [
    ({"region": "mars", "api_url": None}, "config", "'mars' is not one of kr, kr2, us, jp"),
    ({"api_url": "http://gateway.example"}, "config", "http to gateway.example"),
    ({"api_url": "https://user:pass@gateway.example"}, "config", "api_url"),
    ({"project_id": "a/b"}, "config", "project_id"),
    ({"app_key": "a b"}, "config", "app_key"),
    ({"ca_path": "/nowhere"}, "config", "ca_path"),
    ({"timeout": 0}, "config", "timeout"),
    ({"retries": -1}, "config", "retries"),
    ({}, "transport", "no connection to http://127.0.0.1:1"),
]


def kind_of(module, kind):
    """For a gate no answer is a reason to wait on."""
    return "timeout" if (module, kind) == ("sysmon_wait", "transport") else kind


def test_failures(module, run_main):
    for changed, kind, words in FAILURES:
        if module in OF_PROMETHEUS and "project_id" in changed:
            continue
        connection = {key: value for key, value in {**CONNECTION, **changed}.items() if value is not None}
        result = run_main(module, {**connection, **LEAST[module]})
        assert (result["failed"], result["error"]["kind"], set(result["error"])) == (True, kind_of(module, kind), SIX)
        assert words in result["msg"]
        assert not result.get("exception")
        assert "a b" not in str(result)


def test_what_ansible_itself_rejects_is_in_its_words(module, run_main):
    for option, value in (("timeout", "soon"), ("validate_certs", "maybe"), ("nonsense", 1)):
        result = run_main(module, {**CONNECTION, **LEAST[module], option: value})
        assert result["failed"] is True
        assert option in result["msg"]


@pytest.mark.parametrize("empty_options", [False, True])
def test_everything_from_the_environment(module, empty_options, answering, run_main, monkeypatch):
    emulator = answering
    for name, value in {
        "app_key": emulator.app_key,
        "project_id": "emulator",
        "region": "KR1",
        "api_url": emulator.url,
    }.items():
        monkeypatch.setenv(VARIABLE % name.upper(), value)
    monkeypatch.setenv(VARIABLE % "VALIDATE_CERTS", "")
    monkeypatch.setenv(VARIABLE % "CA_PATH", "")
    options = dict.fromkeys(("app_key", "project_id", "region", "api_url", "ca_path"), "") if empty_options else {}
    result = run_main(module, {**LEAST[module], **options})
    assert not result.get("failed")
    assert result["changed"] is False
    assert emulator.requests()
    assert emulator.app_key not in str(result)


def test_an_option_beats_the_environment(module, answering, run_on, monkeypatch):
    for name in ("APP_KEY", "PROJECT_ID", "API_URL", "REGION", "VALIDATE_CERTS", "CA_PATH"):
        monkeypatch.setenv(VARIABLE % name, {"VALIDATE_CERTS": "false"}.get(name, "wrong"))
    result = run_on(answering, module, LEAST[module], ca_path="/")
    assert not result.get("failed")


def test_validate_certs_from_the_environment(module, run_main, monkeypatch):
    for variable, kind in (("true", "config"), ("yes", "config"), ("false", "transport"), ("0", "transport")):
        monkeypatch.setenv(VARIABLE % "VALIDATE_CERTS", variable)
        # Not a loopback address, though it leads to this machine.
        result = run_main(module, {**CONNECTION, "api_url": "http://0.0.0.0:1", **LEAST[module]})
        assert result["error"]["kind"] == kind_of(module, kind)


def test_wrong_credentials(module, answering, run_on):
    emulator = answering
    emulator.faults([])
    for key, project, kind, status in (("wrong", "emulator", "auth", 401), (emulator.app_key, "x", "forbidden", 403)):
        if module in OF_PROMETHEUS and project == "x":
            continue
        result = run_on(emulator, module, LEAST[module], app_key=key, project_id=project)
        assert (result["error"]["kind"], result["error"]["http_status"]) == (kind, status)
        assert key not in result["msg"]
        assert result["error"]["hint"] in result["msg"]


def test_check_mode_of_those_that_only_read(module, answering, run_on):
    if module.endswith("_info"):
        result = run_on(answering, module, LEAST[module], check_mode=True)
        assert result == run_on(answering, module, LEAST[module])
        assert not result.get("failed")


def test_as_a_process(module, answering, run_process):
    emulator = answering
    result = run_process(module, LEAST[module], emulator)
    assert not result.get("failed")
    assert result["changed"] is False
    assert emulator.app_key not in str(result)
    result = run_process(module, LEAST[module])
    assert "NHNCLOUD_SYSMON_APP_KEY" in result["msg"]


def test_without_requests(module, run_process, tmp_path):
    (tmp_path / "requests.py").write_text("raise ImportError('not here')\n")
    result = run_process(module, {**CONNECTION, **LEAST[module]}, path=tmp_path)
    assert (result["failed"], result["error"]["kind"]) == (True, "config")
    assert "requests (2.25 or newer)" in result["msg"]
    assert sys.executable in result["msg"]
