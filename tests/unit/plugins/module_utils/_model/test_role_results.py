# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of each host."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_results import (
    failed,
    public_result,
    results_by_host,
)

ENTRIES = {
    "web1": {"targets": [{"ip": ["10.0.0.1"], "port": 9100}, {"ip": ["10.0.0.1"], "port": 9200}]},
    "web2": {"targets": [{"hostname": "web2", "port": 9100}]},
}


def target(port=9100, action="created", error=None, **more):
    known = {"hostname": "web1", "ip": "10.0.0.1", "target_id": None if error else "t1", "host_id": "h1"}
    changed = action in ("created", "deleted")
    return {**known, "port": port, "action": action, "changed": changed, "error": error, **more}


def error(kind="not_found", message="No server is listed.", hint=None):
    return {"kind": kind, "message": f"{message} {hint}" if hint else message, "hint": hint}


def test_each_host_gets_its_share():
    call = {"targets": [target(), target(9200, "unchanged"), target(action="unchanged")]}
    results = results_by_host(ENTRIES, call, True)
    assert (results["web1"]["changed"], results["web2"]["changed"]) == (True, False)
    assert results["web1"]["diff"]["after"] == {"targets": [{"hostname": "web1", "ip": "10.0.0.1", "port": 9100}]}
    assert "diff" not in results["web2"]
    assert "failed" not in results["web1"]


def test_each_host_gets_its_reasons():
    call = {"targets": [target(action="failed", error=error()), target(9200), target(action="failed", error=error())]}
    results = results_by_host(ENTRIES, call, False)
    assert results["web1"]["msg"].startswith(
        "web1 port 9100: No server is listed. The service knows a server by its own"
    )
    assert results["web1"]["error"]["kind"] == "not_found"
    assert results["web1"]["changed"] is True
    assert results["web2"]["msg"] == "web2 port 9100: No server is listed."


def test_each_hint_once():
    """Of a host with several ports; also one that the call has for many."""
    both = [target(9100, "failed", error(hint="Wait.")), target(9200, "failed", error(hint="Wait."))]
    web1 = {"web1": ENTRIES["web1"]}
    own = results_by_host(web1, {"targets": both}, False)["web1"]
    assert own["msg"].startswith(
        "web1 port 9100: No server is listed. web1 port 9200: No server is listed. Wait. The service knows"
    )
    assert own["error"] == {"kind": "not_found", "hint": "Wait."}
    both = [target(9100, "failed", error()), target(9200, "failed", error())]
    call = {"targets": both, "error": {"kind": "not_found", "hint": "Wait with server_timeout."}}
    many = results_by_host(web1, call, False)["web1"]
    assert "listed. Wait with register_targets_server_timeout. The service" in many["msg"]
    assert many["error"]["hint"] == "Wait with register_targets_server_timeout."


def test_what_a_result_shows():
    there, lost = target(action="failed", error=error(), target_id="t1"), target(action="failed", error=error())
    result = failed({"changed": True, "targets": [target(), there, lost]}, "web1: no")
    assert public_result(result)["targets"] == [target(), there]
    assert "failed_in" not in public_result(result)
    assert public_result({"changed": False, "targets": [lost]}) == {"changed": False, "targets": [lost]}


@pytest.mark.parametrize(("said", "words"), [("refused", "web2: refused"), ("", "web2: the registration gave no")])
def test_one_reason_for_all(said, words):
    results = results_by_host(ENTRIES, {"msg": said, "error": {"kind": "auth", "hint": "Check app_key."}}, True)
    assert results["web2"]["msg"].startswith(words)
    assert (results["web2"]["changed"], results["web2"]["error"]) == (
        False,
        {"kind": "auth", "hint": "Check register_targets_app_key."},
    )
