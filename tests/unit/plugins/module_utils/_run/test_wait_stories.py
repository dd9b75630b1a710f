# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stories of exporters that come, die and return around an update, against a simple model of what a gate may pass."""

from __future__ import annotations

import random

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus_envelope import Answer
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import wait

START = 1_800_000_000.0
NAMES = ("a", "b", "c")


class Clock:
    """A clock that moves with each sleep."""

    def __init__(self):
        self.now = START

    def time(self):
        return self.now

    monotonic = time

    def sleep(self, seconds):
        self.now += seconds


class World:
    """Exporters that are scraped every ``interval`` seconds, each at an offset of its own; some agents are silent at times."""

    def __init__(self, seed, clock):
        chance = random.Random(seed)
        self.clock = clock
        self.interval = chance.choice((15, 60))
        self.samples = {}
        for name in NAMES:
            moments = [START - 400 + chance.uniform(0, self.interval) + n * self.interval for n in range(80)]
            # Up, down or silent for a while each: most are up at first and die around the update.
            turns = sorted(START + chance.uniform(-60, 300) for _turn in range(chance.randint(0, 4)))
            states = [chance.choice(("up", "down", "silent")) for _turn in turns]
            self.samples[name] = [
                (moment, "1" if state == "up" else "0")
                for moment in moments
                for state in [next((s for t, s in reversed(list(zip(turns, states))) if moment >= t), "up")]
                if state != "silent"
            ]

    def known(self, name):
        return [(t, v) for t, v in self.samples[name] if self.clock.now - 300 < t <= self.clock.now]

    def is_open(self, name, since, max_age=150):
        """The model: the last sample is new, fresh, and 1."""
        found = self.known(name)
        return bool(found) and found[-1][0] > since and self.clock.now - found[-1][0] <= max_age and found[-1][1] == "1"

    def until(self, _end):
        return self

    def query(self, text, time=None):
        series = [({"instance": f"{name}:9100"}, self.known(name)) for name in NAMES if self.known(name)]
        if text.endswith("[300s]"):
            result = [{"metric": labels, "values": [list(point) for point in points]} for labels, points in series]
            return Answer({"resultType": "matrix", "result": result}, [], [])
        result = [{"metric": labels, "value": [self.clock.now, points[-1][1]]} for labels, points in series]
        return Answer({"resultType": "vector", "result": result}, [], [])


def story(seed, monkeypatch, hold=0):
    clock = Clock()
    monkeypatch.setattr(wait, "time", clock)
    world = World(seed, clock)
    polls = []
    ask = world.query
    world.query = lambda text, **more: polls.append(clock.now) or ask(text, **more)
    params = {
        **dict.fromkeys(("query", "above", "below", "max_age")),
        "workspace": "shop",
        "identities": list(NAMES),
        "label": "instance",
        "fail": True,
        "since": str(START),
        "hold": hold,
        "wait_timeout": 200,
        "delay": 5,
    }
    result, error = wait.wait_until_met(world, params, False)
    assert (error is None) == result["met"]
    return world, clock, sorted(set(polls)), result["met"]


@pytest.mark.parametrize("seed", range(500))
def test_a_gate_passes_at_the_first_poll_that_the_model_opens(seed, monkeypatch):
    world, clock, polls, met = story(seed, monkeypatch)
    ended = clock.now
    opened = []
    for moment in polls:
        clock.now = moment
        opened.append(all(world.is_open(name, START) for name in NAMES))
    assert met == opened[-1]
    assert not any(opened[:-1])
    assert ended - START <= 200


@pytest.mark.parametrize("seed", range(100))
def test_a_gate_that_holds_was_never_seen_closed(seed, monkeypatch):
    world, clock, polls, met = story(seed, monkeypatch, hold=40)
    if met:
        for moment in (moment for moment in polls if moment >= polls[-1] - 39):
            clock.now = moment
            assert all(world.is_open(name, START) for name in NAMES)


def test_stories_end_both_ways(monkeypatch):
    ends = [story(seed, monkeypatch)[3] for seed in range(100)]
    assert 10 < sum(ends) < 90


@pytest.mark.parametrize("kind", ["scalar", "vector", "string"])
def test_a_history_of_another_type_is_not_met(kind, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(wait, "time", clock)
    world = World(1, clock)
    ask = world.query
    result = {"scalar": [1, "1"], "string": [1, "x"], "vector": []}[kind]
    world.query = lambda text, **more: (
        Answer({"resultType": kind, "result": result}, [], []) if text.endswith("]") else ask(text, **more)
    )
    params = {
        **dict.fromkeys(("query", "above", "below", "max_age", "since")),
        "workspace": "shop",
        "identities": ["a"],
        "label": "instance",
        "fail": True,
        "hold": 0,
        "wait_timeout": 0,
        "delay": 5,
        "timeout": 30,
    }
    result, error = wait.wait_until_met(world, params, False)
    assert not result["met"]
    assert "not what Prometheus documents" in error.message
