# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator
from ansible_collections.nhncloud.sysmon.tests.soak.histories import History, Nursery


@pytest.fixture
def emulator():
    with Emulator(servers=2) as running:
        yield running


@pytest.fixture
def args(emulator, tmp_path):
    return {
        "app_key": emulator.app_key,
        "project_id": emulator.project_id,
        "region": "kr",
        "api_url": emulator.url,
        "interval": 0.2,
        "absent_for": "500ms",
        "retries": 0,
        "state_file": str(tmp_path / "state.json"),
    }


def polls(emulator, count):
    """Enough once the emulator was asked so often from now on."""
    seen = len(emulator.requests("list_servers"))
    return lambda _events: len(emulator.requests("list_servers")) >= seen + count


def test_servers(emulator, collect, args):
    assert collect("servers", args, polls(emulator, 2)) == []
    new = emulator.add_server(hostNm="new", svrIp="10.9.9.9")
    (appeared,) = collect("servers", args, polls(emulator, 2))
    assert appeared == {
        "source": "nhncloud.sysmon.servers",
        "type": "appeared",
        "id": appeared["id"],
        "at": appeared["at"],
        "server": {
            "host_id": new["hostId"],
            "hostname": "new",
            "ip": "10.9.9.9",
            "project_id": emulator.project_id,
            "instance_id": new["instanceId"],
        },
    }
    emulator.change("servers", new["hostId"], hostNm="newer")
    (renamed,) = collect("servers", args, polls(emulator, 2))
    assert (renamed["type"], renamed["previous"], renamed["server"]["hostname"]) == ("renamed", "new", "newer")
    emulator.remove("servers", new["hostId"])
    assert collect("servers", args, polls(emulator, 2)) == []
    (gone,) = collect("servers", args, lambda events: len(events) == 1)
    assert (gone["type"], gone["server"]["host_id"]) == ("gone", new["hostId"])
    assert collect("servers", args, polls(emulator, 3)) == []


def test_an_empty_list_does_not_mean_that_all_are_gone(emulator, collect, args):
    collect("servers", args, polls(emulator, 2))
    emulator.faults([{"call": "list_servers", "mutate": {"set": {"body": []}}}])
    assert collect("servers", args, polls(emulator, 6)) == []
    emulator.faults([])
    assert collect("servers", args, polls(emulator, 2)) == []


def test_report_existing(emulator, collect, args):
    events = collect("servers", {**args, "report_existing": True}, lambda events: len(events) == 2)
    assert {event["type"] for event in events} == {"appeared"}
    assert all("meta" not in event for event in events)


def test_targets(emulator, collect, args):
    emulator.add_workspace(jobName="web")
    collect("servers", {**args, "targets": True}, polls(emulator, 2))
    emulator.add_target(jobName="web", hostId=emulator.state["servers"][0]["hostId"], port=9100)
    (event,) = collect("servers", {**args, "targets": True}, lambda events: len(events) == 1)
    assert event["type"] == event["target"]["health"]
    assert (event["target"]["workspace"], event["target"]["port"]) == ("web", 9100)


def test_refused(emulator, collect, args):
    with pytest.raises(Exception, match="appkey was refused"):
        collect("servers", {**args, "app_key": "another"})


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_points(tmp_path, seed):
    """kill -9, a service that is away, slow, or answers nonsense. ``./dev soak`` has more of them."""
    with Nursery() as nursery:
        assert History("servers", seed, tmp_path).run(nursery) == []
