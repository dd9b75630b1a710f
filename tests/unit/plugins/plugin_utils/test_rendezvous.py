# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts meet by files: many processes, a killed leader, late joiners."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.rendezvous import Rendezvous

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def meet(tmp_path):
    return lambda request="shop", task="t": Rendezvous(str(tmp_path), task, request)


def test_join_and_publish(meet):
    meeting = meet()
    assert meeting.pending() == {}
    meeting.join("web1", {"port": 1})
    meeting.join("web2", {"port": 2})
    assert meet().pending() == {"web1": {"port": 1}, "web2": {"port": 2}}
    assert meet("bank").pending() == {}
    assert meet(task="u").pending() == {}
    meeting.publish("web1", {"changed": True})
    assert meet().result("web1") == {"changed": True}
    assert meet().result("web2") is None
    assert set(meet().pending()) == {"web2"}
    meeting.join("web1", {"port": 3})  # an earlier result no longer counts
    assert meeting.pending()["web1"] == {"port": 3}
    assert meeting.result("web1") is None


def test_files_are_private(meet, tmp_path):
    meet().join("web1", {})
    (folder,) = (tmp_path / "nhncloud_sysmon").iterdir()
    assert not folder.stat().st_mode & 0o077


def lead(meeting, host, led, published, joined):
    meeting.join(host, {"host": host})
    joined.wait(30)
    with meeting.lock():
        if meeting.result(host) is None:
            pending = meeting.pending()
            with led.get_lock():
                led.value += 1
                published.value += len(pending)
            for name in pending:
                meeting.publish(name, {"by": host})


@pytest.mark.parametrize(("together", "leaders"), [(20, [1]), (1, range(1, 21))])
def test_many_processes(meet, together, leaders):
    """The first leads all that have joined by then, and each host is published once."""
    led, published, joined = FORK.Value("i", 0), FORK.Value("i", 0), FORK.Barrier(together)
    processes = [FORK.Process(target=lead, args=(meet(), f"web{n}", led, published, joined)) for n in range(20)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    assert all(meet().result(f"web{n}") for n in range(20))
    assert meet().pending() == {}
    assert led.value in leaders
    assert published.value == 20


def hold(meeting, ready):
    with meeting.lock():
        ready.set()
        time.sleep(60)


def test_a_killed_leader_leaves_the_lock(meet):
    ready = FORK.Event()
    leader = FORK.Process(target=hold, args=(meet(), ready))
    meet().join("web1", {})
    leader.start()
    assert ready.wait(10)
    os.kill(leader.pid, signal.SIGKILL)
    leader.join(10)
    with meet().lock():
        assert set(meet().pending()) == {"web1"}
