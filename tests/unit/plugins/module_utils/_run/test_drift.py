# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift of a whole fleet: what it costs, and what is found."""

from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.drift import find_drift

OPTIONS = {
    "workspace": None,
    "workspace_id": None,
    "targets": None,
    "port": None,
    "silent_for": None,
    "query": "up",
    "label": "instance",
}
ENTRY = dict.fromkeys(("host_id", "hostname", "ip", "instance_id", "port"))


@pytest.fixture
def fleet(emulate):
    def start(servers=4, **options):
        emulator = emulate(servers=servers, **options)
        for name in ("shop", "office"):
            emulator.add_workspace(jobName=name, jobId=name)
        for server in emulator.state["servers"]:
            emulator.add_target(jobName="shop", hostId=server["hostId"], resultCd=0)
        emulator.clear()
        return emulator

    return start


@pytest.fixture
def look(client_of, options_of):
    def run(emulator, names=None, **changed):
        targets = None if names is None else [{**ENTRY, "hostname": name} for name in names]
        params = {**options_of(emulator), **OPTIONS, "targets": targets, "port": 9100, **changed}
        return find_drift(client_of(emulator), params)

    return run


def calls(emulator):
    return [entry["call"] for entry in emulator.requests()]


def shown(result):
    return [(each["drift"], each["hostname"]) for each in result["drift"]]


NAMES = [f"host-0000{number}" for number in range(1, 5)]


def test_a_clean_fleet(fleet, look):
    emulator = fleet()
    result = look(emulator)
    assert (result["clean"], result["drift"], set(result["summary"].values())) == (True, [], {0})
    assert calls(emulator) == ["list_workspaces", "list_targets", "list_targets", "list_servers"]
    emulator.clear()
    assert look(emulator, NAMES, workspace="shop")["clean"] is True
    assert calls(emulator) == ["list_workspaces", "list_targets", "list_servers"]


def test_desired(fleet, look):
    emulator = fleet()
    emulator.add_server(hostId="new", hostNm="new", svrIp="10.9.0.1")
    for port in range(1, 6):
        emulator.add_target(jobName="office", hostId="new", port=port)
    emulator.clear()
    result = look(emulator, [*NAMES[1:], "nobody", "new"], workspace_id="shop")
    assert shown(result) == [("unexpected", "host-00001"), ("over_limit", "new"), ("unlisted", "nobody")]
    assert (result["clean"], result["summary"]["over_limit"]) == (False, 1)
    # Other workspaces are read because something is missing, and everything only once.
    assert calls(emulator) == ["list_workspaces", "list_targets", "list_servers", "list_targets"]


def test_silent(fleet, look):
    emulator = fleet()
    series = [{"metric": {"instance": name}, "value": [1, "9"]} for name in NAMES[:3]]
    body = {"status": "success", "data": {"resultType": "vector", "result": series}}
    emulator.faults([{"call": "prometheus", "body": json.dumps(body)}])
    result = look(emulator, silent_for="10m")
    assert (shown(result), result["warnings"]) == ([("silent", "host-00004")], [])
    assert calls(emulator).count("prometheus") == 1
    result = look(emulator, silent_for="10m", label="nodename")
    assert result["summary"]["silent"] == 4
    assert "no sample of any listed target" in result["warnings"][0]


def test_an_empty_server_list_is_told(fleet, look):
    emulator = fleet()
    for server in emulator.state["servers"]:
        emulator.remove("servers", server["hostId"])
    result = look(emulator)
    assert (result["summary"]["orphaned"], "server list is empty" in result["warnings"][0]) == (4, True)


def test_no_answer_is_a_failure(fleet, look):
    emulator = fleet()
    emulator.faults([{"call": "prometheus", "status": 403}])
    with pytest.raises(SysmonError) as error:
        look(emulator, silent_for="10m")
    assert error.value.kind == "forbidden"


@pytest.mark.parametrize(
    ("names", "changed", "kind"),
    [
        (NAMES, {}, "config"),
        (None, {"workspace": "nothing"}, "not_found"),
        (None, {"silent_for": "soon"}, "config"),
        (NAMES, {"workspace": "shop", "port": None}, "config"),
    ],
)
def test_refused(names, changed, kind, fleet, look):
    with pytest.raises(SysmonError) as error:
        look(fleet(), names, **changed)
    assert error.value.kind == kind


def test_each_class_is_found_in_a_clean_fleet_of_10000(fleet, look):
    emulator = fleet(servers=10_000)
    servers = emulator.state["servers"]
    targets = {target["hostId"]: target for target in emulator.state["targets"]}
    names = [server["hostNm"] for server in servers]
    everyone = [f"10.{number}.0.1" for number in range(3)]  # names of series that nobody has
    everyone += [name for name in names if name != names[7]]
    series = [{"metric": {"instance": name}, "value": [1, "9"]} for name in everyone]
    body = {"status": "success", "data": {"resultType": "vector", "result": series}}
    emulator.faults([{"call": "prometheus", "body": json.dumps(body)}])

    def found(desired):
        result = look(emulator, desired, workspace="shop", silent_for="10m")
        assert result["warnings"] == []
        return sorted(shown(result))

    desired = [*names]
    assert found(desired) == [("silent", names[7])]
    desired.remove(names[1])
    desired += ["nobody", "crowded", "new"]
    emulator.remove("servers", servers[2]["hostId"])
    emulator.add_target(jobName="shop", hostId=servers[3]["hostId"], lstModYmdt="2099-01-01T00:00:00", resultCd=0)
    emulator.change("targets", targets[servers[4]["hostId"]]["targetId"], resultCd=1, failReason="404")
    emulator.remove("targets", targets[servers[5]["hostId"]]["targetId"])
    for name in ("crowded", "new"):
        emulator.add_server(hostId=name, hostNm=name, svrIp=None)
    for port in range(1, 6):
        emulator.add_target(jobName="office", hostId="crowded", port=port)
    desired.remove(names[2])  # otherwise it is unlisted as well
    expected = [
        ("doubled", names[3]),
        ("failing", names[4]),
        ("missing", names[5]),
        ("missing", "new"),
        ("orphaned", names[2]),
        ("over_limit", "crowded"),
        ("silent", names[7]),
        ("unexpected", names[1]),
        ("unlisted", "nobody"),
    ]
    assert found(desired) == sorted(expected)
