# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many targets and one: the requests, and the results."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.client import Client
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import (
    ensure_target,
    ensure_targets,
)

COMMON = {
    "workspace": "shop",
    "workspace_id": None,
    "state": "present",
    "server_timeout": 0,
    "wait": False,
    "wait_timeout": 10,
    "retries": 4,
}
ENTRY = dict.fromkeys(("host_id", "hostname", "ip", "instance_id", "port"))
FIELDS = {
    "target_id",
    "workspace_id",
    "workspace",
    "host_id",
    "hostname",
    "ip",
    "port",
    "health",
    "result_code",
    "fail_reason",
    "monitoring_status_code",
    "last_modified_by",
    "last_modified_at",
}


@pytest.fixture
def shop(emulate):
    def start(*faults, servers=5, **options):
        emulator = emulate(servers=servers, faults=list(faults), **options)
        emulator.add_workspace(jobName="shop", jobId="shop-id")
        return emulator

    return start


@pytest.fixture
def bulk(client_of):
    """Register the targets of these names, all by default."""

    def run(emulator, names=None, check_mode=False, workers=8, **params):
        if names is None:
            names = [server["hostNm"] for server in emulator.state["servers"]]
        targets = [{**ENTRY, "hostname": name} for name in names]
        params = {**COMMON, "port": 9100, "purge": False, "max_workers": workers, "targets": targets, **params}
        emulator.clear()
        client = client_of(emulator, workers, retries=params["retries"])
        return ensure_targets(client, params, check_mode)

    return run


@pytest.fixture
def one(client_of):
    def run(emulator, check_mode=False, **params):
        emulator.clear()
        params = {**COMMON, **ENTRY, "port": 9100, **params}
        return ensure_target(client_of(emulator, retries=params["retries"]), params, check_mode)

    return run


def count(emulator):
    calls = emulator.stats()["calls"]
    return {name: number for name, number in calls.items() if number}


@pytest.mark.parametrize("size", [1, 30, 200])
def test_requests_of_a_batch(size, shop, bulk):
    emulator = shop(servers=size)
    reads = {"list_workspaces": 1, "list_servers": 1, "list_targets": 1}
    result, error = bulk(emulator)
    assert error is None
    assert result["summary"] == {"created": size, "deleted": 0, "unchanged": 0, "failed": 0, "purged": 0}
    assert count(emulator) == {**reads, "list_targets": 2, "create_target": size}
    assert [entry["hostname"] for entry in result["targets"]] == [f"host-{number:05}" for number in range(1, size + 1)]
    assert {entry["health"] for entry in result["targets"]} == {"collecting"}  # read again after the create
    assert emulator.stats()["max_in_flight"] <= 8
    assert emulator.stats()["connections"] <= 8

    result, error = bulk(emulator)
    assert (error, result["changed"], result["summary"]["unchanged"]) == (None, False, size)
    assert count(emulator) == reads

    result, error = bulk(emulator, state="absent")
    assert (error, result["changed"], result["summary"]["deleted"]) == (None, True, size)
    assert count(emulator) == {**reads, "delete_target": size}
    assert emulator.state["targets"] == []


def test_shape(shop, bulk, one):
    emulator = shop()
    result, _error = bulk(emulator)
    assert set(result) == {"changed", "targets", "purged", "summary", "diff", "warnings"}
    for entry in result["targets"]:
        assert set(entry) == FIELDS | {"changed", "action", "error"}
        assert (entry["workspace"], entry["workspace_id"], entry["port"]) == ("shop", "shop-id", 9100)
    result, _error = one(emulator, hostname="host-00001", port=1)
    assert set(result["target"]) == FIELDS
    result, _error = bulk(emulator, ["host-00001"], purge=True)
    assert len(result["purged"]) == 5
    for entry in result["purged"]:
        assert set(entry) == FIELDS
    result, _error = one(emulator, hostname="host-00001", state="absent")
    assert (result["changed"], result["target"]) == (True, None)


def test_rate_limit(shop, bulk, client_of, emulate):
    emulator = shop(servers=10)
    params = {**COMMON, "port": 9100, "purge": False, "max_workers": 8, "rate_limit": 50.0}
    params["targets"] = [{**ENTRY, "hostname": f"host-{number:05}"} for number in range(1, 11)]
    ensure_targets(client_of(emulator, 8, 50.0), params, False)
    times = [entry["time"] for entry in emulator.requests()]
    assert len(times) == 14
    assert times[-1] - times[0] > 13 * 0.02 * 0.9


def test_one_that_fails_does_not_stop_the_others(shop, bulk):
    emulator = shop({"call": "create_target", "match": {"host_id": "bad"}, "result_code": -40004})
    emulator.add_server(hostId="bad", hostNm="bad")
    result, error = bulk(emulator, ["host-00001", "bad", "nobody", "host-00002"])
    assert [entry["action"] for entry in result["targets"]] == ["created", "failed", "failed", "created"]
    assert [entry["error"] and entry["error"]["kind"] for entry in result["targets"]] == [
        None,
        "bad_input",
        "not_found",
        None,
    ]
    assert (result["changed"], result["summary"]["failed"]) == (True, 2)
    assert len(result["diff"]["after"]["targets"]) == 2
    assert (error.kind, error.result_code) == ("bad_input", -40004)
    for words in ("2 of 4 targets of workspace shop failed", "hostname bad port 9100", "hostname nobody port 9100"):
        assert words in str(error)


@pytest.mark.parametrize("failing", ["entry", "write"])
def test_nothing_is_purged_when_something_failed(failing, shop, bulk):
    emulator = shop({"call": "create_target", "match": {"host_id": "bad"}, "result_code": -40004})
    emulator.add_server(hostId="bad", hostNm="bad")
    emulator.add_target(targetId="old", jobName="shop", hostId="gone")
    result, error = bulk(emulator, ["host-00001", {"entry": "nobody", "write": "bad"}[failing]], purge=True)
    assert str(error).endswith("Nothing was purged.")
    assert (result["purged"], result["summary"]["purged"], result["summary"]["created"]) == ([], 0, 1)
    assert "old" in {target["targetId"] for target in emulator.state["targets"]}


def test_a_purge_that_fails(shop, bulk):
    emulator = shop({"call": "delete_target", "match": {"target_id": "old-1"}, "result_code": -40012})
    for number in range(3):
        emulator.add_target(targetId=f"old-{number}", jobName="shop", hostId=f"gone-{number}", hostNm=f"old-{number}")
    result, error = bulk(emulator, ["host-00001"], purge=True)
    assert error.kind == "reserved"
    assert "1 others could not be purged" in str(error)
    assert "old-1 port 9100" in str(error)
    assert "Nothing was purged" not in str(error)
    assert (result["changed"], result["summary"]["purged"]) == (True, 2)
    assert [entry["target_id"] for entry in result["purged"]] == ["old-0", "old-2"]


def test_the_same_thing_twice_is_done_once(shop, bulk):
    emulator = shop()
    result, _error = bulk(emulator, ["host-00001", "HOST-00001", "host-00002"])
    assert [entry["action"] for entry in result["targets"]] == ["created", "unchanged", "created"]
    assert result["targets"][0]["target_id"] == result["targets"][1]["target_id"]
    result, _error = bulk(emulator, ["host-00001", "HOST-00001", "host-00002"], state="absent")
    assert [entry["action"] for entry in result["targets"]] == ["deleted", "unchanged", "deleted"]


@pytest.mark.parametrize("allow_doubles", [True, False])
def test_a_lost_answer(allow_doubles, shop, bulk):
    emulator = shop({"call": "create_target", "times": 3, "drop_after": True}, allow_doubles=allow_doubles)
    result, error = bulk(emulator)
    assert (error, result["summary"]["created"]) == (None, 5)
    assert len(emulator.state["targets"]) == 5
    assert len({entry["target_id"] for entry in result["targets"]}) == 5
    assert [shown["hostname"] for shown in result["diff"]["after"]["targets"]] == [
        f"host-{number:05}" for number in range(1, 6)
    ]


def test_an_answer_lost_to_a_delete(shop, bulk):
    emulator = shop()
    bulk(emulator)
    emulator.faults([{"call": "delete_target", "times": 2, "drop_after": True}])
    result, error = bulk(emulator, state="absent")
    assert (error, result["summary"]["deleted"]) == (None, 5)


def test_gone_before_it_was_deleted(shop, bulk):
    emulator = shop()
    bulk(emulator, ["host-00001"])
    emulator.faults([{"call": "delete_target", "result_code": -40007}])
    result, error = bulk(emulator, ["host-00001"], state="absent")
    assert (error, result["changed"], result["summary"]["unchanged"]) == (None, False, 1)


def test_reading_again_fails(shop, bulk):
    emulator = shop({"call": "list_targets", "after": 1, "status": 503})
    result, error = bulk(emulator, ["host-00001"], retries=1)
    assert (error, result["changed"], result["targets"][0]["action"]) == (None, True, "created")
    assert result["targets"][0]["target_id"]
    assert "could not be read again" in result["warnings"][0]


@pytest.mark.parametrize("call", ["list_workspaces", "list_servers", "list_targets"])
def test_a_read_that_fails_changes_nothing(call, shop, bulk, writes_of):
    emulator = shop({"call": call, "status": 503})
    with pytest.raises(SysmonError) as caught:
        bulk(emulator, retries=1)
    assert (caught.value.kind, caught.value.call) == ("server", call)
    assert writes_of(emulator) == []


def test_a_failed_read_of_targets_names_the_workspace(shop, bulk):
    with pytest.raises(SysmonError, match="Workspace shop: list targets failed"):
        bulk(shop({"call": "list_targets", "status": 403}))


def test_wait(shop, bulk):
    emulator = shop(collect_after=0.2)
    result, error = bulk(emulator, wait=True)
    assert error is None
    assert {entry["health"] for entry in result["targets"]} == {"collecting"}
    assert {entry["action"] for entry in result["targets"]} == {"created"}
    result, error = bulk(emulator, wait=True)  # collecting already: nothing more is asked
    assert (error, result["changed"]) == (None, False)
    assert count(emulator)["list_targets"] == 1


def test_wait_for_what_was_there_already(shop, one):
    emulator = shop(collect_after=0.3)
    host_id = emulator.state["servers"][0]["hostId"]
    emulator.add_target(jobName="shop", hostId=host_id)
    result, error = one(emulator, hostname="host-00001", wait=True)
    assert (error, result["changed"], result["target"]["health"]) == (None, False, "collecting")


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    ("health", "words"), [("preparing", "preparing"), ("failing:no route to host", "no route to host")]
)
def test_waiting_that_ends(there, health, words, shop, one, bulk):
    emulator = shop(target_result=health)
    if there:
        one(emulator, hostname="host-00001")
    result, error = one(emulator, hostname="host-00001", wait=True, wait_timeout=0)
    assert (error.kind, result["changed"]) == ("timeout", not there)
    assert words in str(error)
    assert "hostname host-00001 port 9100 in workspace shop" in str(error)
    assert result["target"]["target_id"]
    assert result["target"]["health"] == health.partition(":")[0]

    result, error = bulk(emulator, ["host-00001", "host-00002"], wait=True, wait_timeout=0)
    assert (error.kind, result["changed"], result["summary"]["failed"]) == ("timeout", True, 2)
    assert [entry["error"]["kind"] for entry in result["targets"]] == ["timeout", "timeout"]
    assert [entry["changed"] for entry in result["targets"]] == [False, True]
    assert result["targets"][0]["fail_reason"] == (health.partition(":")[2] or None)


def test_waiting_that_cannot_see(shop, bulk):
    emulator = shop({"call": "list_targets", "after": 1, "status": 401})
    result, error = bulk(emulator, ["host-00001"], wait=True)
    assert (error.kind, result["changed"], result["targets"][0]["action"]) == ("auth", True, "failed")


def test_a_read_that_fails_while_waiting_changes_nothing(shop, bulk):
    emulator = shop({"call": "list_targets", "after": 1, "status": 500})
    server = emulator.state["servers"][0]
    emulator.add_target(jobName="shop", hostId=server["hostId"], port=9100, resultCd=None)
    result, error = bulk(emulator, ["host-00001"], wait=True, wait_timeout=0, retries=0)
    assert (error.kind, result["changed"]) == ("server", False)
    assert [(each["action"], each["changed"]) for each in result["targets"]] == [("failed", False)]


def test_what_could_not_be_removed_is_still_there(shop, one, bulk):
    emulator = shop({"call": "delete_target", "result_code": -40012})
    bulk(emulator)
    result, error = one(emulator, hostname="host-00001", state="absent")
    assert (result["changed"], error.kind) == (False, "reserved")
    assert (result["target"]["hostname"], result["target"]["port"]) == ("host-00001", 9100)
    assert result["target"]["target_id"]


@pytest.mark.parametrize("by", ["hostname", "ip"])
@pytest.mark.parametrize("registered", [True, False])
def test_absent_of_a_server_that_was_made_anew(by, registered, shop, one, bulk, writes_of):
    emulator = shop()
    bulk(emulator)
    old = emulator.state["servers"][0]
    emulator.remove("servers", old["hostId"])
    emulator.add_server(hostId="anew", hostNm=old["hostNm"], svrIp=old["svrIp"])
    if registered:
        one(emulator, hostname=old["hostNm"])
    selector = {by: old["hostNm"] if by == "hostname" else [old["svrIp"]]}
    entry = {"targets": [{**ENTRY, **selector}], "state": "absent"}
    check, _error = bulk(emulator, check_mode=True, **entry)
    assert writes_of(emulator) == []
    result, error = bulk(emulator, **entry)
    assert (error, result["changed"], result["summary"]["deleted"]) == (None, True, 1)
    assert result["diff"] == check["diff"]
    assert writes_of(emulator) == ["delete_target"] * (2 if registered else 1)
    assert old["hostNm"] not in [target["hostNm"] for target in emulator.state["targets"]]
    again, error = bulk(emulator, **entry)
    assert (error, again["changed"]) == (None, False)


@pytest.mark.parametrize("there", [0, 2])
def test_more_than_a_server_may_have(there, shop, bulk, writes_of):
    emulator = shop(targets_per_server=5)
    bulk(emulator, targets=[{**ENTRY, "hostname": "host-00001", "port": 1000 + port} for port in range(there)])
    seven = {"targets": [{**ENTRY, "hostname": "host-00001", "port": port} for port in range(1, 8)], "workers": 1}
    check, error = bulk(emulator, check_mode=True, **seven)
    assert writes_of(emulator) == []
    assert (error.kind, error.hint) == ("bad_input", check["targets"][-1]["error"]["hint"])
    result, error = bulk(emulator, **seven)
    assert check["summary"] == result["summary"]
    assert result["summary"]["created"] == 5 - there
    assert check["diff"] == result["diff"]
    assert [entry["action"] for entry in check["targets"]] == [entry["action"] for entry in result["targets"]]


def test_absent_waits_for_nothing(shop, one):
    emulator = shop()
    _result, error = one(emulator, hostname="nobody", state="absent", wait=True, server_timeout=60)
    assert error is None
    assert sum(count(emulator).values()) == 3


def test_a_fresh_server(shop, one, tmp_path):
    file = tmp_path / "servers.json"
    file.write_text('[{"hostNm": "fresh", "appearsAfter": 0.2}]')
    emulator = shop(servers=0, servers_file=str(file))
    result, error = one(emulator, hostname="fresh")
    assert (error.kind, result["changed"], result["target"]) == ("not_found", False, None)
    result, error = one(emulator, hostname="fresh", server_timeout=10)
    assert (error, result["changed"], result["target"]["hostname"]) == (None, True, "fresh")


def test_a_server_that_never_comes(shop, bulk, monkeypatch):
    emulator = shop()
    result, error = bulk(emulator, ["host-00001", "never"], server_timeout=0.1)
    assert (error.kind, result["summary"]["failed"], result["summary"]["created"]) == ("timeout", 1, 1)
    assert "hostname never" in str(error)


def test_the_reason_of_one_target_names_it(shop, one):
    emulator = shop({"call": "create_target", "result_code": -40002})
    result, error = one(emulator, hostname="host-00001", port=8080)
    assert str(error).startswith("hostname host-00001 port 8080 in workspace shop: create target failed")
    assert "five" in str(error)
    assert (result["changed"], result["target"]) == (False, None)


def test_a_message_of_ten_thousand_is_short(shop, bulk):
    _result, error = bulk(shop(), [f"nobody-{number}" for number in range(10_000)])
    assert "10000 of 10000" in str(error)
    assert "9995 more failed" in str(error)
    assert len(str(error)) < 2000


def test_reserved_with_purge(shop, bulk, writes_of):
    emulator = shop(reserved=["@Linux"])
    for number in range(50):
        emulator.add_target(jobName="@Linux", hostId=f"gone-{number}")
    result, error = bulk(emulator, ["host-00001"], workspace="@Linux", purge=True)
    assert (error.kind, result["changed"], writes_of(emulator)) == ("reserved", False, [])
    assert len(str(error)) < 400


@pytest.mark.parametrize("state", ["absent", "present"])
def test_the_workspace_goes_while_the_run_looks(state, shop, bulk, monkeypatch):
    emulator = shop()
    usual = Client.list_targets

    def list_targets(client, workspace_id):
        emulator.remove("workspaces", workspace_id)
        return usual(client, workspace_id)

    monkeypatch.setattr(Client, "list_targets", list_targets)
    if state == "absent":
        result, error = bulk(emulator, state="absent")
        assert (result["changed"], error) == (False, None)
        assert {target["action"] for target in result["targets"]} == {"unchanged"}
    else:
        with pytest.raises(SysmonError) as caught:
            bulk(emulator)
        assert caught.value.kind == "not_found"


def test_targets_that_are_not_found_in_a_workspace_that_is_there(shop, bulk):
    emulator = shop({"call": "list_targets", "status": 404})
    with pytest.raises(SysmonError) as caught:
        bulk(emulator, state="absent")
    assert caught.value.kind == "not_found"
