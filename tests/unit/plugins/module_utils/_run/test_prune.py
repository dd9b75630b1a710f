# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stories of pruning: the requests, what is removed, and the results."""

from __future__ import annotations

import json
import random
import threading

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.prune import ensure_pruned

OPTIONS = {
    "workspace": None,
    "workspace_id": None,
    "silent_for": "24h",
    "max_share": 20,
    "protect": None,
    "query": "up",
    "label": "instance",
    "max_workers": 4,
    "rate_limit": None,
}


def answer(*instances):
    series = [{"metric": {"instance": instance}, "value": [1, "9"]} for instance in instances]
    return {
        "call": "prometheus",
        "body": json.dumps({"status": "success", "data": {"resultType": "vector", "result": series}}),
    }


@pytest.fixture
def fleet(emulate):
    """Ten servers with a target each in "shop", and one in a default workspace whose server is gone."""

    def start(gone=(), seen=None, **options):
        emulator = emulate(servers=10, **options)
        emulator.add_workspace(jobName="shop", jobId="w1")
        emulator.add_workspace(jobName="@Linux", jobId="w2", reservedJobCd="LINUX")
        servers = emulator.state["servers"]
        for server in servers:
            emulator.add_target(jobName="shop", hostId=server["hostId"], resultCd=0)
        emulator.add_target(jobName="@Linux", hostId="gone", hostNm="gone", svrIp="10.9.9.9")
        for number in gone:
            emulator.remove("servers", servers[number]["hostId"])
        if seen is not None:
            emulator.faults([answer(*(f"{servers[number]['svrIp']}:9100" for number in seen))])
        emulator.clear()
        return emulator

    return start


@pytest.fixture
def prune(client_of, options_of):
    def run(emulator, check_mode=False, **changed):
        params = {**options_of(emulator), **OPTIONS, **changed}
        return ensure_pruned(client_of(emulator, 4), params, check_mode)

    return run


def calls(emulator):
    return [entry["call"] for entry in emulator.requests()]


def in_shop(emulator):
    return {each["hostNm"] for each in emulator.state["targets"] if each["jobId"] == "w1"}


def test_gone_servers(fleet, prune):
    emulator = fleet(gone=[0, 1], seen=[1, 2, 3, 4])
    for check_mode in (True, False):
        emulator.clear()
        result, error = prune(emulator, check_mode)
        assert (error, result["changed"]) == (None, True)
        assert [each["hostname"] for each in result["pruned"]] == ["host-00001"]
        assert [each["hostname"] for each in result["kept"]] == ["host-00002"]
        assert result["summary"] == {"targets": 10, "orphans": 2, "doubles": 0, "pruned": 1, "kept": 1, "failed": 0}
        assert result["diff"] == {
            "before": {"targets": [{"workspace": "shop", "hostname": "host-00001", "ip": "10.0.0.1", "port": 9100}]},
            "after": {"targets": []},
        }
        # Targets before servers: one that is registered in between is then not taken for an orphan. Servers once more,
        # because of what was not listed at first.
        reads = ["list_workspaces", "list_targets", "list_servers", "prometheus", "list_servers"]
        assert calls(emulator) == reads + ([] if check_mode else ["delete_target"])
    assert len(in_shop(emulator)) == 9
    assert prune(emulator)[0]["changed"] is False


def test_nothing_to_do_asks_no_query(fleet, prune):
    emulator = fleet()
    result, error = prune(emulator)
    assert (result["changed"], error, result["pruned"], result["kept"]) == (False, None, [], [])
    assert calls(emulator) == ["list_workspaces", "list_targets", "list_servers"]


def test_the_agents_of_half_the_fleet_die_for_an_hour(fleet, prune):
    emulator = fleet(gone=range(5), seen=range(10))
    with pytest.raises(SysmonError, match="max_share"):
        prune(emulator)
    result, _error = prune(emulator, max_share=100)
    assert (result["changed"], len(result["kept"]), len(in_shop(emulator))) == (False, 5, 10)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"call": "list_servers", "body": '{"header": {"isSuccessful": true}, "body": []}'}, "config"),
        ({"call": "list_servers", "body": '{"header": {"isSuccessful": true}, "body": [{"hostId":'}, "protocol"),
        ({"call": "list_servers", "status": 500}, "server"),
        ({"call": "list_targets", "status": 500}, "server"),
        ({"call": "prometheus", "status": 500}, "server"),
        ({"call": "prometheus", "status": 401}, "auth"),
        ({"call": "prometheus", "body": "<html>"}, "protocol"),
        (
            {"call": "prometheus", "body": '{"status": "success", "data": {"resultType": "vector", "result": []}}'},
            "config",
        ),
    ],
)
def test_what_is_not_known_removes_nothing(fault, kind, fleet, prune):
    emulator = fleet(gone=[0])
    emulator.faults([fault])
    for check_mode in (True, False):
        with pytest.raises(SysmonError) as error:
            prune(emulator, check_mode, retries=0)
        assert error.value.kind == kind
    assert len(in_shop(emulator)) == 10


def test_a_cut_server_list_refuses(fleet, prune):
    emulator = fleet()
    few = [{**server} for server in emulator.state["servers"][:3]]
    body = {"header": {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}, "body": few}
    emulator.faults([{"call": "list_servers", "body": json.dumps(body)}])
    with pytest.raises(SysmonError, match="7 of 10 targets"):
        prune(emulator, silent_for="0s")
    assert len(in_shop(emulator)) == 10


def listing(call, records, times=1):
    body = {"header": {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}, "body": records}
    return {"call": call, "body": json.dumps(body), "times": times}


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_server_that_one_listing_leaves_out(check_mode, fleet, prune):
    emulator = fleet(gone=[0])
    servers = emulator.state["servers"]
    emulator.faults([listing("list_servers", servers[1:])])
    result, error = prune(emulator, check_mode, silent_for="0s")
    assert (error, [each["hostname"] for each in result["pruned"]]) == (None, ["host-00001"])
    assert [each["hostname"] for each in result["kept"]] == [servers[0]["hostNm"]]
    assert result["summary"]["kept"] == 1


def test_a_second_listing_that_is_empty_refuses(fleet, prune):
    emulator = fleet(gone=[0])
    servers = emulator.state["servers"]
    emulator.faults([listing("list_servers", servers), listing("list_servers", [])])
    with pytest.raises(SysmonError, match="server list is empty"):
        prune(emulator, silent_for="0s")
    assert len(in_shop(emulator)) == 10


@pytest.mark.parametrize("call", ["list_targets", "list_workspaces", "list_servers"])
def test_a_listing_that_holds_everything_twice(call, fleet, prune):
    emulator = fleet()
    records = {
        "list_targets": [each for each in emulator.state["targets"] if each["jobId"] == "w1"],
        "list_workspaces": emulator.state["workspaces"],
        "list_servers": emulator.state["servers"],
    }[call]
    emulator.faults([listing(call, records * 2, times=5)])
    result, error = prune(emulator, silent_for="0s")
    assert (error, result["changed"], result["summary"]["targets"]) == (None, False, 10)
    assert "delete_target" not in calls(emulator)


def test_two_workspaces_of_one_name(fleet, prune):
    emulator = fleet(gone=[0])
    emulator.faults([listing("list_workspaces", [{"jobId": name, "jobName": "shop"} for name in ("w1", "w2")])])
    with pytest.raises(SysmonError) as error:
        prune(emulator, workspace="shop", silent_for="0s")
    assert error.value.kind == "ambiguous"
    assert len(in_shop(emulator)) == 10


@pytest.mark.parametrize("call", ["list_workspaces", "list_targets", "list_servers", "prometheus"])
@pytest.mark.parametrize("after", [0, 1])
def test_permission_that_is_lost_on_the_way_removes_nothing(call, after, fleet, prune):
    emulator = fleet(gone=[0], seen=range(1, 10))
    emulator.add_workspace(jobName="second", jobId="w3")
    seen = [] if call == "prometheus" and not after else [answer(*(f"10.0.0.{number}" for number in range(2, 11)))]
    emulator.faults([{"call": call, "status": 403, "after": after}, *seen])
    if after and call in ("list_workspaces", "prometheus"):  # asked once
        assert prune(emulator)[1] is None
        return
    with pytest.raises(SysmonError) as error:
        prune(emulator)
    assert error.value.kind == "forbidden"
    assert len(in_shop(emulator)) == 10


def test_thousands_of_doubles(fleet, prune):
    emulator = fleet()
    server = emulator.state["servers"][0]
    double = {"jobName": "shop", "hostId": server["hostId"], "hostNm": "x" * 300, "lstModYmdt": "2099-01-01T00:00:00"}
    for _number in range(2000):
        emulator.add_target(**double)
    result, error = prune(emulator, max_share=0, max_workers=64)
    assert (error, result["summary"]["pruned"], len(emulator.state["targets"])) == (None, 2000, 11)
    assert [each["hostNm"] for each in emulator.state["targets"] if each["hostId"] == server["hostId"]] == [
        server["hostNm"]
    ]


def test_a_replaced_server_needs_no_query(fleet, prune):
    emulator = fleet(gone=[0])
    emulator.add_server(hostId="new", hostNm="host-00001", svrIp="10.0.0.1")
    result, error = prune(emulator)
    assert (error, [each["hostname"] for each in result["pruned"]]) == (None, ["host-00001"])
    assert "server new now has its name and address" in result["pruned"][0]["reason"]
    assert "prometheus" not in calls(emulator)


def test_one_workspace_and_no_workspace(fleet, prune):
    emulator = fleet(gone=[0])
    assert prune(emulator, workspace="shop", silent_for="0s")[0]["summary"]["pruned"] == 1
    assert prune(emulator, workspace_id="w1", silent_for="0s")[0]["changed"] is False
    with pytest.raises(SysmonError) as error:
        prune(emulator, workspace="@Linux", silent_for="0s", max_share=100)
    assert error.value.kind == "reserved"
    for check_mode in (True, False):
        with pytest.raises(SysmonError) as error:
            prune(emulator, check_mode, workspace="nothing")
        assert error.value.kind == "not_found"


def test_refused_options_send_nothing(fleet, prune):
    emulator = fleet(gone=[0])
    for changed in ({"max_share": 101}, {"silent_for": "x"}, {"max_workers": 65}, {"label": " "}):
        with pytest.raises(SysmonError) as error:
            prune(emulator, **changed)
        assert error.value.kind == "config"
    assert calls(emulator) == []


def test_removals_that_fail_are_told(fleet, prune):
    emulator = fleet(gone=[0, 1])
    emulator.faults([{"call": "delete_target", "status": 403}])
    result, error = prune(emulator, silent_for="0s")
    assert (error.kind, result["changed"], result["summary"]["failed"]) == ("forbidden", False, 2)
    assert "2 of 2 targets could not be removed" in str(error)
    assert len(in_shop(emulator)) == 10
    emulator.faults([{"call": "delete_target", "status": 403, "times": 1}])
    result, error = prune(emulator, silent_for="0s")
    assert (error.kind, result["changed"]) == ("forbidden", True)
    assert (result["summary"]["pruned"], result["summary"]["failed"], len(in_shop(emulator))) == (1, 1, 9)


def test_a_target_that_is_gone_already_is_no_change(fleet, prune):
    emulator = fleet(gone=[0])
    emulator.faults([{"call": "delete_target", "result_code": -40007}])
    result, error = prune(emulator, silent_for="0s")
    assert (result["changed"], error, result["summary"]["pruned"]) == (False, None, 0)


@pytest.mark.parametrize("seed", range(20))
def test_while_another_controller_registers(seed, fleet, prune):
    """No target of a living server is lost and nothing else is removed, wherever the registration falls."""
    chance = random.Random(seed)
    emulator = fleet(gone=[0])
    stop = threading.Event()

    def register():
        for number in range(100, 130):
            if stop.wait(chance.random() / 500):
                return
            emulator.add_server(hostId=f"n{number}", hostNm=f"new-{number}", svrIp=f"10.1.0.{number}")
            emulator.add_target(jobName="shop", hostId=f"n{number}", resultCd=0)

    other = threading.Thread(target=register)
    other.start()
    for _turn in range(5):
        result, error = prune(emulator, silent_for="0s", max_share=100)
        assert error is None
        assert {each["hostname"] for each in result["pruned"]} <= {"host-00001"}
    stop.set()
    other.join()
    living = {server["hostId"] for server in emulator.state["servers"]}
    there = {target["hostId"] for target in emulator.state["targets"] if target["jobId"] == "w1"}
    assert there == living
