# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One workspace against a service that misbehaves."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.client import Client
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import reconcile_workspace
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_workspace import ensure_workspace

PARAMS = {
    "name": None,
    "workspace_id": None,
    "metrics_path": None,
    "description": None,
    "state": "present",
    "force": False,
    "retries": 4,
}
UNCLEAR = {
    "drop before": {"drop_before": True},
    "drop after": {"drop_after": True},
    "reset after": {"drop_after": "reset"},
    "timeout": {"timeout": 3},
    "timeout, done": {"timeout": 3, "commit": "before"},
    "502": {"status": 502, "body_kind": "html"},
    "503, done": {"status": 503, "commit": "before"},
    "504": {"status": 504},
    "504, done a little later": {"late_commit": 0.01},
    "-50000": {"result_code": -50000},
    "-50000, done": {"refuse_committed": True},
    "page": {"html": True},
    "page, done": {"html": True, "commit": "before"},
    "cut": {"cut": "length"},
    "cut JSON": {"cut": "json"},
    "no record": {"mutate": {"set": {"body": None}}},
    "strange record": {"mutate": {"set": {"body.jobId": "a/b"}}},
    "no name": {"mutate": {"delete": ["body.jobName"]}},
}
DONE = {"changed": True, "workspace": True, "error": None}


@pytest.fixture
def ensure(client_of):
    def run(emulator, check_mode=False, timeout=1, **params):
        emulator.clear()
        params = {**PARAMS, **params}
        client = client_of(emulator, timeout=timeout, retries=params["retries"])
        return ensure_workspace(client, params, check_mode)

    return run


def calls(emulator):
    return [entry["call"] for entry in emulator.requests()]


def named(emulator, name):
    return [workspace for workspace in emulator.state["workspaces"] if workspace["jobName"] == name]


def test_create(emulator, ensure):
    result, error = ensure(emulator, name="new", description="d")
    (made,) = named(emulator, "new")
    assert error is None
    assert result["workspace"]["workspace_id"] == made["jobId"]
    assert (made["metricsPath"], made["description"]) == ("/metrics", "d")
    assert calls(emulator) == ["list_workspaces", "create_workspace"]


def test_absent_with_an_id_that_is_gone(emulator, ensure):
    gone = {"workspace_id": "gone", "state": "absent"}
    assert ensure(emulator, name=None, **gone)[0]["changed"] is False
    assert ensure(emulator, name="new", **gone)[0]["changed"] is False
    # A workspace of that name was made anew: which of the two is meant is not known.
    emulator.add_workspace(jobName="new", jobId="other")
    with pytest.raises(SysmonError, match="Workspace new has the id other, not gone, which does not exist") as caught:
        ensure(emulator, name="new", **gone)
    assert caught.value.kind == "config"
    assert len(named(emulator, "new")) == 1


@pytest.mark.parametrize("fault", UNCLEAR)
def test_an_unclear_create_neither_loses_nor_doubles(fault, emulator, ensure):
    emulator.faults([{"call": "create_workspace", "times": 1, **UNCLEAR[fault]}])
    result, error = ensure(emulator, name="new")
    (made,) = named(emulator, "new")
    assert error is None
    assert (result["changed"], result["workspace"]["workspace_id"]) == (True, made["jobId"])
    assert result["diff"]["after"]["name"] == "new"


def test_a_commit_that_comes_a_little_later_is_waited_for(emulator, ensure, monkeypatch):
    monkeypatch.setattr(reconcile_workspace, "SETTLE", 0.6)
    emulator.faults([{"call": "create_workspace", "late_commit": 0.2}])
    result, error = ensure(emulator, name="new")
    assert (error, result["workspace"]["name"]) == (None, "new")
    assert calls(emulator) == ["list_workspaces", "create_workspace", "list_workspaces"]


def test_what_is_done_during_the_wait_is_seen(emulator, ensure, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_DELAY", 1.0)
    emulator.faults([{"call": "create_workspace", "times": 1, "drop_before": True, "late_commit": 0.2}])
    result, error = ensure(emulator, name="new")
    assert (result["changed"], error) == (True, None)
    assert calls(emulator).count("create_workspace") == 1


@pytest.mark.parametrize("code", [-40001])
def test_another_controller_was_faster(code, emulator, ensure):
    emulator.faults([{"call": "create_workspace", "refuse_committed": code}])
    result, error = ensure(emulator, name="new", description="d")
    assert (error, result["changed"], result["workspace"]["description"]) == (None, True, "d")
    assert calls(emulator) == ["list_workspaces", "create_workspace", "list_workspaces"]


def test_another_controller_was_faster_and_wants_something_else(emulator, ensure):
    # Listed only after the create was refused: the first list hides it.
    emulator.add_workspace(jobName="new", jobId="theirs", metricsPath="/theirs", description="theirs")
    hidden = {"call": "list_workspaces", "times": 1, "mutate": {"set": {"body": []}}}
    emulator.faults([hidden])
    result, error = ensure(emulator, name="new", description="ours")
    (made,) = named(emulator, "new")
    assert (error, result["changed"]) == (None, True)
    assert (made["metricsPath"], made["description"]) == ("/theirs", "ours")
    assert calls(emulator) == ["list_workspaces", "create_workspace", "list_workspaces", "update_workspace"]


def test_another_controller_was_faster_and_made_it_a_default_one(emulator, ensure):
    emulator.faults([{"call": "list_workspaces", "times": 1, "mutate": {"set": {"body": []}}}])
    emulator.add_workspace(jobName="new", jobId="theirs", reservedJobCd="LINUX")
    result, error = ensure(emulator, name="new", description="ours")
    assert (error.kind, result["workspace"]["workspace_id"]) == ("reserved", "theirs")
    assert calls(emulator) == ["list_workspaces", "create_workspace", "list_workspaces"]


def test_exists_and_is_not_to_be_seen(emulator, ensure):
    emulator.faults([{"call": "create_workspace", "result_code": -40001}])
    result, error = ensure(emulator, name="new")
    assert (error.kind, result["changed"], result["workspace"]) == ("exists", False, None)
    assert str(error).startswith("Workspace new: create workspace failed")
    assert calls(emulator) == ["list_workspaces", "create_workspace", "list_workspaces"]


@pytest.mark.parametrize(
    ("fault", "kind", "changed", "creates"),
    [
        ({"result_code": -40002}, "bad_input", False, 1),
        ({"status": 401}, "auth", False, 1),
        ({"result_code": -49999}, "protocol", False, 1),
        ({"redirect": "http://127.0.0.2:1"}, "protocol", False, 1),
        ({"status": 429}, "rate_limited", False, 3),
        ({"status": 503}, "server", False, 3),
        ({"html": True}, "protocol", False, 3),
        ({"status": 504}, "server", True, 3),  # may still be committed
        ({"status": 503, "headers": {"Retry-After": "60"}}, "rate_limited", False, 1),
    ],
)
def test_a_create_that_fails(fault, kind, changed, creates, emulator, ensure):
    emulator.faults([{"call": "create_workspace", **fault}])
    result, error = ensure(emulator, name="new", retries=2)
    assert (error.kind, result["changed"], result["workspace"]) == (kind, changed, None)
    assert result["diff"] == {"before": {}, "after": {}}
    assert "Workspace new" in str(error)
    assert calls(emulator).count("create_workspace") == creates


def test_a_create_that_cannot_be_looked_up(emulator, ensure):
    emulator.faults(
        [{"call": "create_workspace", "status": 503}, {"call": "list_workspaces", "after": 1, "status": 503}]
    )
    result, error = ensure(emulator, name="new", retries=1)
    assert (error.kind, result["changed"]) == ("server", True)
    assert calls(emulator).count("create_workspace") == 1


@pytest.mark.parametrize("fault", UNCLEAR)
def test_an_unclear_update(fault, emulator, ensure):
    emulator.faults([{"call": "update_workspace", "times": 1, **UNCLEAR[fault]}])
    result, error = ensure(emulator, name="shop", description="new")
    (shop,) = named(emulator, "shop")
    if fault == "page":  # no passing fault: it is looked up, not sent again
        assert (error.kind, result["changed"], shop["description"]) == ("protocol", False, "The shop")
        return
    assert (error, result["changed"], result["workspace"]["description"]) == (None, True, "new")
    assert (shop["description"], shop["metricsPath"]) == ("new", "/shop")


def test_an_update_keeps_what_is_not_given(emulator, ensure):
    ensure(emulator, name="shop", metrics_path="/new")
    (shop,) = named(emulator, "shop")
    assert (shop["description"], shop["metricsPath"]) == ("The shop", "/new")


@pytest.mark.parametrize(
    ("fault", "look", "changed"),
    [
        ({"result_code": -40002}, {}, False),
        ({"result_code": -40006}, {}, False),
        ({"status": 503}, {}, False),
        ({"status": 504}, {}, True),
        ({"status": 503}, {"status": 503}, True),
    ],
)
def test_an_update_that_fails(fault, look, changed, emulator, ensure):
    looks = [{"call": "get_workspace", **look}] if look else []
    emulator.faults([{"call": "update_workspace", **fault}, *looks])
    result, error = ensure(emulator, name="shop", description="new", retries=1)
    assert isinstance(error, SysmonError)
    assert "Workspace shop" in str(error)
    assert (result["changed"], result["workspace"]["description"]) == (changed, "The shop")
    assert result["diff"] == {"before": {}, "after": {}}


@pytest.mark.parametrize("fault", [name for name in UNCLEAR if "record" not in name and "name" not in name])
def test_an_unclear_delete(fault, emulator, ensure):
    emulator.faults([{"call": "delete_workspace", "times": 1, **UNCLEAR[fault]}])
    result, error = ensure(emulator, name="shop", state="absent")
    if fault == "page":
        assert (error.kind, result["changed"]) == ("protocol", False)
        assert result["workspace"]["name"] == "shop"
        return
    assert (error, result["changed"], result["workspace"], named(emulator, "shop")) == (None, True, None, [])
    assert result["diff"]["before"]["name"] == "shop"


def test_a_delete_of_what_has_just_gone(emulator, ensure):
    emulator.faults([{"call": "delete_workspace", "result_code": -40006}])
    result, error = ensure(emulator, name="shop", state="absent")
    assert (error, result["changed"], result["workspace"]) == (None, False, None)


@pytest.mark.parametrize(
    ("fault", "look", "changed"),
    [
        ({"result_code": -40012}, {}, False),
        ({"status": 503}, {}, False),
        ({"status": 504}, {}, True),
        ({"status": 503}, {"status": 401}, True),
    ],
)
def test_a_delete_that_fails(fault, look, changed, emulator, ensure):
    looks = [{"call": "get_workspace", **look}] if look else []
    emulator.faults([{"call": "delete_workspace", **fault}, *looks])
    result, error = ensure(emulator, name="shop", state="absent", retries=1)
    assert "Workspace shop" in str(error)
    assert (result["changed"], result["workspace"]["name"]) == (changed, "shop")
    assert "msg" not in result


@pytest.mark.parametrize("check_mode", [True, False])
def test_deleting_says_what_else_is_lost(check_mode, emulator, ensure):
    emulator.add_target(jobName="shop", hostId="h")
    result, _error = ensure(emulator, check_mode, name="shop", state="absent", force=True)
    assert "layouts, charts" in result["msg"]
    assert "cannot be restored" in result["msg"]
    assert result["warnings"] == [result["msg"]]
    assert ("list_targets" in calls(emulator)) is False


def test_force_is_asked_for_only_where_targets_are(emulator, ensure):
    result, _error = ensure(emulator, name="shop", state="absent")
    assert result["changed"] is True
    assert calls(emulator) == ["list_workspaces", "list_targets", "delete_workspace"]


def test_counting_targets_fails(emulator, ensure):
    emulator.faults([{"call": "list_targets", "status": 403}])
    with pytest.raises(SysmonError, match="Workspace shop: list targets failed"):
        ensure(emulator, name="shop", state="absent")
    assert calls(emulator) == ["list_workspaces", "list_targets"]


def test_it_goes_while_its_targets_are_counted(emulator, ensure, monkeypatch):
    usual = Client.list_targets

    def list_targets(client, workspace_id):
        emulator.remove("workspaces", workspace_id)
        return usual(client, workspace_id)

    monkeypatch.setattr(Client, "list_targets", list_targets)
    result, error = ensure(emulator, name="shop", state="absent")
    assert (result["changed"], result["workspace"], error) == (False, None, None)


def test_targets_that_are_not_found_are_no_proof_that_there_are_none(emulator, ensure):
    emulator.faults([{"call": "list_targets", "status": 404}])
    with pytest.raises(SysmonError) as caught:
        ensure(emulator, name="shop", state="absent")
    assert caught.value.kind == "not_found"
    assert calls(emulator).count("delete_workspace") == 0
