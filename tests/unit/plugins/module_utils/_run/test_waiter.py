# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Selector
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import waiter
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reads import read_servers
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.waiter import (
    attempt,
    await_collecting,
    await_servers,
    polls,
)


def entry(name, port=9100):
    return Entry(Selector("hostname", (name,)), port)


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves."""

    class Clock:
        now = 0.0

        def __init__(self):
            self.slept = []

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            self.slept.append(seconds)
            self.now += seconds

    fake = Clock()
    monkeypatch.setattr(waiter, "time", fake)
    monkeypatch.setattr(waiter, "FIRST_POLL", 1.0)
    monkeypatch.setattr(waiter, "LONGEST_POLL", 5.0)
    return fake


@pytest.mark.parametrize(
    ("timeout", "turns", "slept"),
    [
        (0, 1, []),
        (0.5, 2, [0.5]),
        (1, 2, [1]),
        (3, 4, [1, 1.5, 0.5]),
        (20, 8, [1, 1.5, 2.25, 3.375, 5, 5, 1.875]),
    ],
)
def test_polls(clock, timeout, turns, slept):
    assert len(list(polls(timeout))) == turns
    assert clock.slept == pytest.approx(slept)
    assert clock.now == pytest.approx(timeout)  # the last turn is at the very end


def test_servers_that_are_listed_are_not_waited_for(emulate, client_of):
    emulator = emulate(servers=2)
    found = await_servers(client_of(emulator), [entry("host-00001"), entry("HOST-00002", 1)], 60)
    assert [(target.hostname, target.port) for target in found] == [("host-00001", 9100), ("host-00002", 1)]
    assert len(emulator.requests()) == 1


def test_a_server_that_appears(emulate, client_of, tmp_path):
    file = tmp_path / "servers.json"
    file.write_text('[{"hostNm": "fresh", "appearsAfter": 0.3}]')
    emulator = emulate(servers_file=str(file))
    start = time.monotonic()
    (target,) = await_servers(client_of(emulator), [entry("fresh")], 10)
    assert target.hostname == "fresh"
    assert time.monotonic() - start > 0.2


@pytest.mark.parametrize(("timeout", "kind"), [(0, "not_found"), (0.2, "timeout")])
def test_a_server_that_does_not_appear(timeout, kind, emulate, client_of):
    emulator = emulate(servers=1)
    missing, there = await_servers(client_of(emulator), [entry("never"), entry("host-00001")], timeout)
    assert (missing.kind, there.hostname) == (kind, "host-00001")
    assert "hostname never" in str(missing)
    assert ("0.2 s" in str(missing)) is bool(timeout)
    assert (len(emulator.requests()) > 1) is bool(timeout)


def test_what_is_ambiguous_is_not_waited_for(emulate, client_of):
    emulator = emulate()
    emulator.add_server(hostNm="twin")
    emulator.add_server(hostNm="twin")
    (error,) = await_servers(client_of(emulator), [entry("twin")], 60)
    assert error.kind == "ambiguous"
    assert len(emulator.requests()) == 1


def test_attempt():
    def resolve(_entry, _directory):
        raise SysmonError("not_found", "No.")

    assert attempt(resolve, entry("x"), None).kind == "not_found"
    assert attempt(lambda _entry: "found", entry("x")) == "found"


def test_read_servers(emulate, client_of):
    assert len(read_servers(client_of(emulate(servers=3))).find(Selector("hostname", ("host-00002",)))) == 1


@pytest.fixture
def shop(emulate):
    def start(**options):
        emulator = emulate(servers=3, **options)
        emulator.add_workspace(jobName="shop", jobId="shop-id")
        return emulator

    return start


def test_collecting(shop, client_of):
    emulator = shop(collect_after=0.3)
    emulator.add_target(jobName="shop", hostId="h1")
    observed, error = await_collecting(client_of(emulator), "shop-id", [("h1", 9100)], 10)
    assert error is None
    assert observed["h1", 9100].health == "collecting"


@pytest.mark.parametrize("result", ["preparing", "failing:no route"])
def test_not_collecting(result, shop, client_of):
    emulator = shop(target_result=result)
    emulator.add_target(jobName="shop", hostId="h1")
    observed, error = await_collecting(client_of(emulator), "shop-id", [("h1", 9100)], 1)
    assert error is None
    assert observed["h1", 9100].health == result.partition(":")[0]
    assert len(emulator.requests()) > 2


def test_a_target_that_is_not_there_is_waited_for(shop, client_of):
    emulator = shop()
    observed, error = await_collecting(client_of(emulator), "shop-id", [("h1", 9100)], 0.1)
    assert (observed, error) == ({}, None)


def test_the_first_of_doubles_stands_for_all(shop, client_of):
    emulator = shop()
    emulator.add_target(jobName="shop", hostId="h1", targetId="first", resultCd=0)
    emulator.add_target(jobName="shop", hostId="h1", targetId="second", resultCd=1)
    observed, _error = await_collecting(client_of(emulator), "shop-id", [("h1", 9100)], 0)
    assert observed["h1", 9100].target_id == "first"


def test_reads_that_fail_for_a_while(shop, client_of):
    emulator = shop(faults=[{"call": "list_targets", "times": 2, "status": 503}])
    emulator.add_target(jobName="shop", hostId="h1", resultCd=0)
    observed, error = await_collecting(client_of(emulator, retries=0), "shop-id", [("h1", 9100)], 10)
    assert isinstance(observed["h1", 9100], Target)
    assert error is None


@pytest.mark.parametrize(
    ("fault", "kind", "more"), [({"status": 401}, "auth", False), ({"status": 503}, "server", True)]
)
def test_reads_that_keep_failing(fault, kind, more, shop, client_of):
    emulator = shop(faults=[{"call": "list_targets", **fault}])
    observed, error = await_collecting(client_of(emulator, retries=0), "shop-id", [("h1", 9100)], 0.2)
    assert (observed, error.kind) == ({}, kind)
    assert (len(emulator.requests()) > 1) is more


def test_as_many_names_are_compared_as_a_message_shows(emulate, client_of):
    entries = [entry(f"host-0000x{number}") for number in range(7)]
    found = await_servers(client_of(emulate(servers=3)), entries, 0)
    assert ["Did you mean host-0000" in each.message for each in found] == [True] * 5 + [False] * 2
    assert all("3 servers are listed (project emulator, region kr)." in each.hint for each in found)
