# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of each host, and the summary."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate import Judged
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_rules import GateRules
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.names import Index
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import FLOATING
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_results import (
    deal,
    failed,
    failed_host,
    fleet_result,
    grouped_reasons,
    in_role_terms,
    names_of,
    shown,
    summary,
    unverified,
    without_shared_hints,
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
    dealt = deal(ENTRIES, call, True)
    assert (dealt["web1"]["changed"], dealt["web2"]["changed"]) == (True, False)
    assert dealt["web1"]["diff"]["after"] == {"targets": [{"hostname": "web1", "ip": "10.0.0.1", "port": 9100}]}
    assert "diff" not in dealt["web2"]
    assert "failed" not in dealt["web1"]


def test_each_host_gets_its_reasons():
    call = {"targets": [target(action="failed", error=error()), target(9200), target(action="failed", error=error())]}
    dealt = deal(ENTRIES, call, False)
    assert dealt["web1"]["msg"].startswith("web1 port 9100: No server is listed. The service knows a server by its own")
    assert dealt["web1"]["error"]["kind"] == "not_found"
    assert dealt["web1"]["changed"] is True
    assert dealt["web2"]["msg"] == "web2 port 9100: No server is listed."


def test_each_hint_once():
    """Of a host with several ports; also one that the call has for many."""
    both = [target(9100, "failed", error(hint="Wait.")), target(9200, "failed", error(hint="Wait."))]
    web1 = {"web1": ENTRIES["web1"]}
    own = deal(web1, {"targets": both}, False)["web1"]
    assert own["msg"].startswith(
        "web1 port 9100: No server is listed. web1 port 9200: No server is listed. Wait. The service knows"
    )
    assert own["error"] == {"kind": "not_found", "hint": "Wait."}
    both = [target(9100, "failed", error()), target(9200, "failed", error())]
    call = {"targets": both, "error": {"kind": "not_found", "hint": "Wait with server_timeout."}}
    many = deal(web1, call, False)["web1"]
    assert "listed. Wait with register_targets_server_timeout. The service" in many["msg"]
    assert many["error"]["hint"] == "Wait with register_targets_server_timeout."


@pytest.mark.parametrize(("count", "shared"), [(5, False), (6, True)])
def test_hints_that_many_hosts_share(count, shared):
    one = failed({"changed": False, "targets": []}, f"webN: lost. Wait. {FLOATING}", error(hint="Wait."))
    results = {**{f"web{number}": one for number in range(count)}, "good": {"changed": True}}
    results["other"] = failed({"changed": False, "targets": []}, "other: wrong.", None)
    short, hints = without_shared_hints(results)
    assert hints == (["Wait.", FLOATING] if shared else [])
    assert short["web0"]["msg"] == ("webN: lost." if shared else one["msg"])
    assert short["web0"]["error"]["hint"] == (None if shared else "Wait.")
    assert (short["good"], short["other"]) == (results["good"], results["other"])
    text = summary("shop", short, hints, absent=False, check=False, created=False)
    assert text.count("Wait.") == 1


def test_what_a_result_shows():
    there, lost = target(action="failed", error=error(), target_id="t1"), target(action="failed", error=error())
    result = failed({"changed": True, "targets": [target(), there, lost]}, "web1: no")
    assert shown(result)["targets"] == [target(), there]
    assert "failed_in" not in shown(result)
    assert shown({"changed": False, "targets": [lost]}) == {"changed": False, "targets": [lost]}


@pytest.mark.parametrize(("said", "words"), [("refused", "web2: refused"), ("", "web2: the registration gave no")])
def test_one_reason_for_all(said, words):
    dealt = deal(ENTRIES, {"msg": said, "error": {"kind": "auth", "hint": "Check app_key."}}, True)
    assert dealt["web2"]["msg"].startswith(words)
    assert (dealt["web2"]["changed"], dealt["web2"]["error"]) == (
        False,
        {"kind": "auth", "hint": "Check register_targets_app_key."},
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wait longer with server_timeout.", "wait longer with register_targets_server_timeout."),
        ("or wait longer with wait_timeout.", "or wait longer with register_targets_verify_timeout."),
        ("Check project_id.", "Check register_targets_project_id."),
        ("register_targets_app_key", "register_targets_app_key"),
        ("sysmon_workspace creates one.", "Set register_targets_create_workspace: true."),
        ("web1: name is empty.", "web1: register_targets_workspace is empty."),
        ("The host name is long.", "The host name is long."),
        ("timeout must be between 1 and 3600 seconds.", "register_targets_timeout must be between 1 and 3600 seconds."),
        ("retries must be 0 or more.", "register_targets_retries must be 0 or more."),
        ("longer than timeout (30 s) allows.", "longer than register_targets_timeout (30 s) allows."),
        ("region 'x' is not one of kr.", "register_targets_region 'x' is not one of kr."),
        ("3 servers are listed (project p, region kr).", "3 servers are listed (project p, region kr)."),
        ("metrics_path 'x' is not a path", "register_targets_metrics_path 'x' is not a path"),
        (
            "region is not set: give the option region or the environment variable NHNCLOUD_SYSMON_REGION.",
            "register_targets_region is not set: set register_targets_region or the environment variable "
            "NHNCLOUD_SYSMON_REGION.",
        ),
        (
            "app_key and region are not set: give the options or the environment variables A and B.",
            "register_targets_app_key and register_targets_region are not set: set them or the environment variables A and B.",
        ),
        ("Name one by host_id or instance_id.", "Set register_targets_match: host_id, and register_targets_identity."),
        ("Name one by workspace_id.", "The role takes a workspace by its name: delete the one that is not meant."),
    ],
)
def test_messages_name_the_roles_variables(text, words):
    assert in_role_terms(text) == words


def test_summary():
    results = {
        "web1": {"changed": True},
        "web2": {"changed": False, "failed": True, "msg": "web2: no", "failed_in": "registration"},
        "web3": {"changed": True, "failed": True, "msg": "web3: dead", "failed_in": "verification"},
    }
    told = summary("shop", results, absent=False, check=False, created=True).splitlines()
    assert (
        told[0]
        == "Workspace shop, 3 hosts: 2 are registered (2 changed), 1 failed, 1 not verified. The workspace was created."
    )
    assert told[1:] == ["  1 host (web2): web2: no", "  1 host (web3): web3: dead"]
    told = summary("shop", {"web1": {"changed": True}}, absent=True, check=True, created=False)
    assert told == "Workspace shop, 1 host: 1 would be not registered (any more) (1 changed), 0 failed."


def test_reasons_are_grouped():
    broken = {f"web{n}": {"msg": f"web{n}: No server with ip 10.0.0.{n} is listed."} for n in range(1000)}
    (line,) = grouped_reasons(broken)
    assert line.startswith(
        "  1,000 hosts (web0, web1, web2, web3, web4 and 995 more): web0: No server with ip 10.0.0.0"
    )
    many = {name: {"msg": f"{name}: {name * 2} is wrong"} for name in "abcdefgh"}
    assert grouped_reasons(many)[-1] == "  3 more reasons."
    assert len(grouped_reasons(many)) == 6


def test_fleet_result():
    good = {"web1": {"changed": True, "diff": {"after": 1}}}
    assert fleet_result(good, "text") == {
        "changed": True,
        "failed_hosts": {},
        "diff": [{"after": 1}],
    }
    lost = {name: failed_host(SysmonError("auth", f"{name}: refused")) for name in ("web1", "web2")}
    result = fleet_result(lost, "text")
    assert (result["failed"], result["refused"], result["msg"]) == (True, True, "text")
    assert result["failed_hosts"] == {"web1": "web1: refused", "web2": "web2: refused"}
    assert fleet_result({**lost, **good}, "text")["refused"] is False


RULES = GateRules.of_query("up", "instance")


@pytest.mark.parametrize("name", ["10.0.0.1:9100", "WEB1:9100", "web1", "10.0.0.1", "t1", "H1", "alias"])
def test_names_of_a_target(name):
    index = Index([(name, "series")])
    assert index.find(names_of("alias", target())) == ["series"]


def test_names_of_another_port_and_of_ipv6():
    assert Index([("web1:9200", "series")]).find(names_of("alias", target())) == []
    names = names_of("alias", {**target(), "ip": "fd00::2"})
    assert Index([("[FD00::2]:9100", "series")]).find(names) == ["series"]


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (Judged("web1", False, "0", 5.0, "Its value is 0."), "up, label instance: Its value is 0."),
        (
            Judged("web1", False, None, None, "The query failed: no answer"),
            "label instance: The query failed: no answer",
        ),
        (
            Judged("web1", False, None, None, "It has no sample."),
            "It has no sample. Values of instance seen: 'other'. Set register_targets_verify_query or",
        ),
    ],
)
def test_what_is_seen_instead(judged, words):
    assert words in unverified(judged, RULES, "'other'")
