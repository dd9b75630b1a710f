# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pruning by the samples of a real Prometheus: agents that are dead for a while, servers that are gone, no answer."""

from __future__ import annotations

import shutil
import time

import pytest

PRUNE = "nhncloud.sysmon.prune"
HOUR = 3600

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="Prometheus is not installed")


@pytest.fixture
def silent_half(emulate, prometheus):
    """Ten servers with a target each. The agents of five died an hour ago, so these are not listed."""
    now, lines = int(time.time()), ["# TYPE up gauge"]
    for number in range(1, 11):
        last = now - (HOUR if number <= 5 else 30)
        labels = f'job="shop",instance="10.0.0.{number}:9100"'
        lines += [f"up{{{labels}}} {number % 2} {at}" for at in range(last - 3 * HOUR, last + 1, 60)]
    url, process = prometheus({}, "\n".join([*lines, "# EOF", ""]))
    emulator = emulate(servers=10, prometheus_url=f"{url}/prometheus")
    job = emulator.add_workspace(jobName="shop")["jobId"]
    for server in emulator.state["servers"]:
        emulator.add_target(jobId=job, port=9100, **{key: server[key] for key in ("hostId", "hostNm", "svrIp")})
    for server in emulator.state["servers"][:5]:
        emulator.remove("servers", server["hostId"])
    emulator.clear()
    emulator.stop_prometheus = lambda: (process.kill(), process.wait())
    return emulator


def test_agents_that_are_dead_for_an_hour(play, silent_half, writes):
    guarded = play(silent_half, PRUNE)
    assert guarded.code == 2
    assert "5 of 10 targets have no listed server, more than max_share (20 %)" in guarded.flat
    for silent_for in ("24h", "65m"):
        kept = play(silent_half, PRUNE, prune_max_share=100, prune_silent_for=silent_for)
        assert (kept.code, kept.changed) == (0, 0)
        assert "10 targets, 5 orphaned, 0 doubled: 0 were removed, 5 orphaned ones stay" in kept.flat
    assert writes(silent_half) == []


def test_servers_that_are_gone_for_longer(play, silent_half, writes):
    done = play(silent_half, PRUNE, prune_max_share=50, prune_silent_for="30m", prune_protect="host-00002")
    assert (done.code, done.changed) == (0, 1)
    assert writes(silent_half) == ["delete_target"] * 4
    names = sorted(target["hostNm"] for target in silent_half.state["targets"])
    assert names == [f"host-{number:05}" for number in (2, 6, 7, 8, 9, 10)]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"prune_label": "nodename"}, "no sample of any listed target"),
        ({"prune_silent_for": "10s"}, "no sample of any listed target"),
        ({"prune_label": "job"}, "no sample of any listed target"),
    ],
)
def test_a_query_that_shows_nothing(play, silent_half, writes, variables, message):
    run = play(silent_half, PRUNE, **{"prune_max_share": 100, "prune_silent_for": "30m", **variables})
    assert run.code == 2
    assert message in run.flat
    assert writes(silent_half) == []


def test_prometheus_is_away(play, silent_half, writes):
    silent_half.stop_prometheus()
    run = play(silent_half, PRUNE, prune_max_share=100, prune_silent_for="30m", nhncloud_sysmon_retries=0)
    assert run.code == 2
    assert "query failed" in run.flat
    assert writes(silent_half) == []
    assert "Traceback" not in run.output
