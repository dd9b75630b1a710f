# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The frame of modules: how a run's results, failures and warnings become those of Ansible."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import module as frame
from ansible_collections.nhncloud.sysmon.plugins.modules import sysmon_server_info

OPTIONS = {"app_key": "s3cret-key", "project_id": "p", "region": "kr", "api_url": "http://127.0.0.1:1", "retries": 0}
SIX = {"kind", "call", "http_status", "result_code", "result_message", "hint"}


@pytest.fixture
def run_frame(run_main, monkeypatch):
    """Run this function in a frame, in place of a module's own."""

    def run(kind, act, arguments=None, check_mode=False):
        runner = getattr(frame, kind)
        spec = {"max_workers": {"type": "int", "default": 1}, "rate_limit": {"type": "float"}}
        monkeypatch.setattr(sysmon_server_info, "main", lambda: runner(spec, act))
        return run_main("sysmon_server_info", {**OPTIONS, **(arguments or {})}, check_mode)

    return run


@pytest.mark.parametrize("check_mode", [False, True])
def test_state(check_mode, run_frame):
    seen = []

    def act(client, params, check):
        seen.append((client, params["max_workers"], check))
        return {"changed": True, "warnings": ["Look out."], "thing": 1}, None

    result = run_frame("run_state", act, {"max_workers": 3}, check_mode)
    assert [entry[1:] for entry in seen] == [(3, check_mode)]
    assert (result["changed"], result["thing"]) == (True, 1)
    assert "Look out." in str(result["warnings"])
    assert "failed" not in result


@pytest.mark.parametrize("kind", ["run_info", "run_query"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_info_never_changes_anything(kind, check_mode, run_frame):
    result = run_frame(kind, lambda _client, _params: {"things": []}, check_mode=check_mode)
    assert (result["changed"], result["things"]) == (False, [])


def test_a_failure_of_parts_keeps_the_results(run_frame):
    error = SysmonError("server", "It broke.", call="c", http_status=500, result_code=-50000, result_message="m")
    result = run_frame("run_state", lambda *_all: ({"changed": True, "targets": [1], "warnings": ["w"]}, error))
    assert (result["failed"], result["changed"], result["targets"], result["msg"]) == (True, True, [1], "It broke.")
    assert result["error"] == {
        "kind": "server",
        "call": "c",
        "http_status": 500,
        "result_code": -50000,
        "result_message": "m",
        "hint": None,
    }
    assert "exception" not in result


def test_a_failure_before_there_were_results(run_frame):
    def act(*_all):
        raise SysmonError("not_found", "Not there.", hint="Make it.")

    result = run_frame("run_info", act)
    assert (result["failed"], result["msg"]) == (True, "Not there. Make it.")
    assert set(result["error"]) == SIX
    assert result["error"]["kind"] == "not_found"
    assert not result.get("exception")


def test_the_message_of_a_failure_beats_that_of_the_result(run_frame):
    result = run_frame("run_state", lambda *_all: ({"changed": False, "msg": "Good."}, SysmonError("server", "Bad.")))
    assert result["msg"] == "Bad."


def test_requests_is_missing(run_frame, monkeypatch):
    monkeypatch.setattr(transport, "requests", None)
    result = run_frame("run_info", lambda *_all: {})
    assert "requests (2.25 or newer)" in result["msg"]
    assert "python" in result["msg"].lower()  # the interpreter that lacks it
    assert set(result["error"]) == SIX
    assert result["error"]["kind"] == "config"


def test_a_mistake_of_the_collection_is_told_as_such(run_frame, monkeypatch):
    def act(*_all):
        raise KeyError("s3cret-key")

    passed, fail_json = {}, frame.AnsibleModule.fail_json
    # ansible-core shows the traceback only on request.
    monkeypatch.setattr(
        frame.AnsibleModule, "fail_json", lambda self, **all_: passed.update(all_) or fail_json(self, **all_)
    )
    result = run_frame("run_state", act)
    assert (result["failed"], result["msg"]) == (True, "nhncloud.sysmon has a bug here, please report it.")
    assert "KeyError" in passed["exception"]
    assert "s3cret-key" not in str(result)


def test_interrupted(run_frame, run_main, monkeypatch):
    def act(*_all):
        raise KeyboardInterrupt

    with pytest.raises(ValueError, match="Expecting value"):  # no result is printed
        run_frame("run_info", act)


@pytest.mark.parametrize("source", ["option", "environment", "environment beside an empty option"])
def test_the_key_is_in_no_output(source, run_frame, monkeypatch):
    key = {} if source == "option" else {"app_key": ""}
    if source != "option":
        monkeypatch.setenv("NHNCLOUD_SYSMON_APP_KEY", "s3cret-key")
    if source == "environment":
        key = {"app_key": None}
    result = run_frame("run_info", lambda *_all: {"things": ["has s3cret-key in it"]}, key)
    assert "s3cret-key" not in str(result)
    assert "has" in result["things"][0]


@pytest.mark.parametrize("kind", ["run_info", "run_query"])
def test_empty_text_counts_as_not_set_whatever_the_type(kind, run_frame, monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "jp")
    empty = dict.fromkeys(("region", "validate_certs", "ca_path", "timeout", "retries"), "")
    result = run_frame(kind, lambda _client, params: {"seen": {name: params[name] for name in empty}}, empty)
    assert result.get("seen") == {"region": "jp", "validate_certs": True, "ca_path": None, "timeout": 30, "retries": 4}
