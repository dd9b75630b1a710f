# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import asyncio
import json
import random

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _secrets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model import server_events
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.condition import (
    Condition,
    advance,
    first_state,
    next_range,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import event_loop, state_file
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.event_loop import Loop, Sender, Source, run_source
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.state_file import StateFile

AWAY = SysmonError("server", "The service is away.")


class Story:
    """A source with scripted polls: a list of events each, or an error to raise."""

    def __init__(self, *polls):
        self.polls = list(polls)
        self.seen = []
        self.stopped = False

    def __call__(self, state, now):
        self.seen.append(state)
        step = self.polls.pop(0)
        if isinstance(step, Exception):
            raise step
        return (state or 0) + 1, [{"id": name, "type": name} for name in step], False

    def stop(self):
        self.stopped = True

    def source(self):
        return Source("nhncloud.sysmon.promql", "up", self, self.stop)


class Crash(BaseException):
    """The process is killed here."""


class Queue:
    """Collects events; ``crash_at`` kills the source before or after that event is taken."""

    def __init__(self, crash_at=None, taken=True):
        self.events, self.crash_at, self.taken = [], crash_at, taken

    async def put(self, event):
        crashes = event["type"] == self.crash_at
        if not crashes or self.taken:
            self.events.append(event)
        event["meta"] = {"added": "by a filter"}
        if crashes:
            raise Crash

    @property
    def types(self):
        return [event["type"] for event in self.events]


def run(story, path=None, queue=None, interval=10, feedback=None):
    """Run until the story is at its end."""
    queue = Queue() if queue is None else queue

    async def go():
        loop = Loop(story.source(), interval, StateFile(path, "w"), Sender(queue, feedback))
        with pytest.raises((IndexError, Crash)):
            await loop.run()
        return loop

    return queue, asyncio.run(go())


def test_events_come_in_order():
    queue, _loop = run(Story(["a", "b"], [], ["c"]))
    assert queue.types == ["a", "b", "c"]


def test_one_edge_each_way_for_a_service_that_is_away():
    story = Story(["a"], AWAY, AWAY, AWAY, ["b"], AWAY, [])
    queue, _loop = run(story)
    assert queue.types == ["a", "unreachable", "reachable", "b", "unreachable", "reachable"]
    assert queue.events[1]["reason"] == "The service is away."
    assert queue.events[2]["since"] == queue.events[1]["at"]
    # What it has seen before is what it goes on from.
    assert story.seen == [None, 1, 1, 1, 1, 2, 2, 3]


def test_being_away_outlives_a_restart(tmp_path):
    path = str(tmp_path / "state.json")
    assert run(Story([], AWAY), path)[0].types == ["unreachable"]
    assert run(Story(AWAY, AWAY, []), path)[0].types == ["reachable"]


def test_a_first_start_is_written_before_the_first_answer(tmp_path):
    path = str(tmp_path / "state.json")
    story = Story(AWAY, ["a"])
    source = Source("nhncloud.sysmon.promql", "up", story, story.stop, first_state=lambda now: 40)

    async def go():
        with pytest.raises(IndexError):
            await Loop(source, 10, StateFile(path, "w"), Sender(Queue())).run()

    asyncio.run(go())
    assert story.seen == [40, 40, 41]


def test_backoff(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(round(seconds))

    async def go():
        loop = Loop(Story(*[AWAY] * 6, [], AWAY).source(), 60_000, StateFile(None, "w"), Sender(Queue()))
        monkeypatch.setattr(event_loop.asyncio, "sleep", sleep)
        with pytest.raises(IndexError):
            await loop.run()

    asyncio.run(go())
    assert waits == [60, 120, 240, 300, 300, 300, 60, 60]


def test_a_long_interval_is_its_own_backoff():
    async def go():
        loop = Loop(Story(AWAY).source(), 900_000, StateFile(None, "w"), Sender(Queue()))
        assert loop._failed(AWAY) == loop._failed(AWAY) == 900_000

    asyncio.run(go())


@pytest.mark.parametrize("kind", ["auth", "forbidden", "config"])
def test_what_waiting_does_not_cure_ends_it(kind):
    async def go():
        await Loop(Story(SysmonError(kind, "No.")).source(), 10, StateFile(None, "w"), Sender(Queue())).run()

    with pytest.raises(SysmonError, match=r"^No\.$"):
        asyncio.run(go())


@pytest.mark.parametrize("taken", [True, False])
def test_a_crash_loses_nothing_and_keeps_the_ids(tmp_path, taken):
    path = str(tmp_path / "state.json")
    first, _loop = run(Story(["a"], ["b", "c"]), path, Queue(crash_at="b", taken=taken))
    # The state that these events lead to is written with them, and only then without them.
    assert json.loads((tmp_path / "state.json").read_text())["pending"] == [
        {"id": "b", "type": "b"},
        {"id": "c", "type": "c"},
    ]
    story = Story(["d"])
    second, _loop = run(story, path)
    assert first.types == (["a", "b"] if taken else ["a"])
    assert second.types == ["b", "c", "d"]
    assert story.seen[0] == 2


def test_the_state_is_written_when_nothing_happened(tmp_path):
    path = tmp_path / "state.json"
    run(Story([], []), str(path))
    assert json.loads(path.read_text())["state"] == 2


def test_filters_do_not_change_what_is_written(tmp_path):
    path = str(tmp_path / "state.json")
    run(Story(["a"]), path, Queue(crash_at="a"))
    assert "added" not in open(path).read()


def test_the_appkey_is_in_no_event_and_no_state(tmp_path):
    _secrets.remember("a-secret-appkey")
    path = str(tmp_path / "state.json")
    try:
        queue, _loop = run(Story(["a-secret-appkey"], SysmonError("server", "No a-secret-appkey.")), path)
    finally:
        _secrets.forget()
    assert len(queue.events) == 2
    assert "a-secret-appkey" not in str(queue.events) + open(path).read()


def test_feedback():
    async def go():
        taken, acknowledged = asyncio.Queue(), asyncio.Queue()
        task = asyncio.ensure_future(Sender(taken, acknowledged).send({"id": "1"}))
        assert await taken.get() == {"id": "1"}
        await acknowledged.put({"id": "0"})
        await asyncio.sleep(0.01)
        assert not task.done()
        await acknowledged.put({"id": "1", "meta": {}})
        await task

    asyncio.run(go())


OPTIONS = {"interval": 10, "state_file": None, "heartbeat": 20}


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_clock_that_is_set_does_not_delay_the_next_poll(monkeypatch, step):
    waits = []

    def poll(state, now):
        monkeypatch.setattr(event_loop.time, "time", lambda: now / 1000 + step)
        return 1, [], False

    async def sleep(seconds):
        waits.append(seconds)
        raise Crash

    async def go():
        monkeypatch.setattr(event_loop.asyncio, "sleep", sleep)
        with pytest.raises(Crash):
            await Loop(Source("s", "w", poll, print), 60_000, StateFile(None, "w"), Sender(Queue())).run()

    asyncio.run(go())
    assert 50 < waits[0] <= 60


def test_two_sources_do_not_share_a_file(tmp_path):
    options = {**OPTIONS, "heartbeat": None, "state_file": str(tmp_path / "state.json")}
    first, second = Story(*[[]] * 99), Story()

    async def go():
        task = asyncio.ensure_future(run_source(Queue(), {}, lambda args: (options, first.source())))
        await asyncio.sleep(0.1)
        with pytest.raises(SysmonError, match="in use by another event source"):
            await run_source(Queue(), {}, lambda args: (options, second.source()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # It is free again.
        with pytest.raises(IndexError):
            await run_source(Queue(), {}, lambda args: (options, Story().source()))

    asyncio.run(go())
    assert second.seen == []
    assert second.stopped


def test_heartbeat():
    story, queue = Story(*[[]] * 3, *[AWAY] * 1000), Queue()

    def beats():
        return [event for event in queue.events if event["type"] == "heartbeat"]

    async def go():
        source = asyncio.ensure_future(run_source(queue, {}, lambda args: (OPTIONS, story.source())))
        while len(beats()) < 3 or beats()[-1]["reachable"]:
            await asyncio.sleep(0.01)
        source.cancel()
        with pytest.raises(asyncio.CancelledError):
            await source

    asyncio.run(asyncio.wait_for(go(), 60))
    assert len({event["id"] for event in beats()}) == len(beats())
    assert story.stopped


def test_arguments_reach_the_source_without_the_feedback_queue():
    given = {}

    def open_source(args):
        given.update(args)
        raise SysmonError("config", "Enough.")

    with pytest.raises(SysmonError, match="Enough"):
        asyncio.run(run_source(Queue(), {"query": "up", "eda_feedback_queue": Queue()}, open_source))
    assert given == {"query": "up"}


def test_requests_is_missing():
    def open_source(_args):
        raise ImportError("requests (2.25 or newer)")

    with pytest.raises(SysmonError, match="pip install requests") as failure:
        asyncio.run(run_source(Queue(), {}, open_source))
    assert failure.value.kind == "config"


class World:
    """Exporters that come and go, a service that fails, and a source that is killed: all by one seed."""

    STEP = 1000

    def __init__(self, seed, steps=60):
        self.chance = random.Random(seed)
        self.condition = Condition(
            "up == 0",
            self.STEP,
            pending=self.chance.choice([0, 0, 2000]),
            keep_firing=self.chance.choice([0, 0, 3000]),
        )
        self.steps = steps
        self.history = {name: self._history() for name in ("a", "b", "c")}
        self.now = 0
        self.dead = False

    def _history(self):
        state, history = False, []
        for _step in range(self.steps + 1):
            state = state != (self.chance.random() < 0.2)
            history.append(state)
        return history

    def found(self, moment):
        step = moment // self.STEP
        return {
            name: ({"instance": name}, "0")
            for name, history in self.history.items()
            if 0 <= step < len(history) and history[step]
        }

    def expected(self, last):
        """The edges of a source that never fails, up to the last step that was evaluated."""
        state, edges = first_state(self.condition, 0), []
        while True:
            asked, _more = next_range(self.condition, state, last, 1)
            if asked is None:
                return edges
            state, events = advance(self.condition, state, asked.start, self.found(asked.start))
            edges += events

    def poll(self, state, now):
        before = state or first_state(self.condition, now)
        asked, more = next_range(self.condition, before, now, self.chance.choice([2, 500]))
        if asked is None:
            return state, [], False
        if now > 0 and self.chance.random() < 0.2:
            raise SysmonError(self.chance.choice(["transport", "server", "protocol"]), "Away.")
        events = []
        for moment in range(asked.start, asked.end + 1, asked.step):
            before, edges = advance(self.condition, before, moment, self.found(moment))
            events += edges
        return before, events, more

    async def put(self, event):
        if self.chance.random() < 0.15:
            raise Crash
        self.events.append(json.loads(json.dumps(event)))
        if self.chance.random() < 0.15:
            raise Crash

    async def run(self, path):
        self.events = []
        while self.now < self.steps * self.STEP:
            source = Source("nhncloud.sysmon.promql", "up", self.poll, lambda: None)
            loop = Loop(source, self.STEP, StateFile(path, "w"), Sender(self))
            try:
                loop.memory = StateFile(path, "w").read()
                await loop._deliver()
                while self.now < self.steps * self.STEP:
                    delay = await loop._poll()
                    await loop._deliver()
                    self.now += min(delay, 4 * self.STEP)
                    if self.now and self.chance.random() < 0.1:
                        raise Crash
            except Crash:
                self.now += self.chance.choice([0, 0, 3000, 8000])
        # At the end it is there and gets answers.
        self.chance = random.Random()
        self.chance.random = lambda: 1.0
        loop.memory = StateFile(path, "w").read()
        await loop._deliver()
        for _poll in range(self.steps):
            await loop._poll()
            await loop._deliver()
        return loop.memory.state["last"]


@pytest.mark.parametrize("seed", range(200))
def test_random_histories(seed, tmp_path, monkeypatch):
    """No edge is lost, none comes again under another id, and silence resolves nothing."""
    world = World(seed)
    monkeypatch.setattr(event_loop, "now", lambda: world.now)
    monkeypatch.setattr(event_loop, "ticks", lambda: world.now)

    async def directly(function, *args):
        return function(*args)

    monkeypatch.setattr(event_loop.asyncio, "to_thread", directly)
    monkeypatch.setattr(state_file.os, "fsync", lambda _file: None)
    last = asyncio.run(world.run(str(tmp_path / "state.json")))
    told = {}
    for event in world.events:
        assert told.setdefault(event["id"], event) == event
    edges = [event for event in told.values() if event["type"] in ("firing", "resolved")]
    assert edges == world.expected(last)
    assert last >= world.steps * World.STEP - World.STEP


class Fleet:
    """Servers that are listed, vanish for a while and are renamed, and a list that is empty at times: all by one seed."""

    STEP, ABSENT = 1000, 3000

    def __init__(self, seed, steps=60):
        self.chance = random.Random(seed)
        self.steps, self.now = steps, 0
        self.answers = [self._servers()]
        for _step in range(steps):
            self.answers.append(self._servers() if self.chance.random() < 0.4 else self.answers[-1])
        self.polled = []

    def _servers(self):
        names = [name for name in "abcd" if self.chance.random() < 0.75]
        return [{"host_id": name, "hostname": name + self.chance.choice(["", "", "2"])} for name in names]

    def poll(self, state, now):
        if now and self.chance.random() < 0.2:
            raise SysmonError("server", "Away.")
        answer = self.answers[min(now // self.STEP, self.steps)]
        self.polled.append((now, answer))
        return (*server_events.advance(WATCH, state, now, answer), False)


WATCH = server_events.Watch("project p, region kr", Fleet.ABSENT)


@pytest.mark.parametrize("seed", range(200))
def test_random_fleets(seed, tmp_path, monkeypatch):
    """Whatever was polled before a crash, each edge of the answers that were kept comes, once, and under one id."""
    fleet, path, told = Fleet(seed), str(tmp_path / "state.json"), []
    monkeypatch.setattr(event_loop, "now", lambda: fleet.now)
    monkeypatch.setattr(event_loop, "ticks", lambda: fleet.now)

    async def directly(function, *args):
        return function(*args)

    monkeypatch.setattr(event_loop.asyncio, "to_thread", directly)
    monkeypatch.setattr(state_file.os, "fsync", lambda _file: None)

    class Put:
        async def put(self, event):
            if fleet.chance.random() < 0.15:
                raise Crash
            told.append(event)
            if fleet.chance.random() < 0.15:
                raise Crash

    async def go():
        last = fleet.steps * Fleet.STEP
        while fleet.now <= last:
            source = Source(server_events.SOURCE, WATCH.scope, fleet.poll, lambda: None)
            loop = Loop(source, Fleet.STEP, StateFile(path, "w"), Sender(Put()))
            try:
                loop.memory = loop._file.read()
                await loop._deliver()
                while fleet.now <= last:
                    delay = await loop._poll()
                    await loop._deliver()
                    fleet.now += min(delay, 4 * Fleet.STEP)
            except Crash:
                fleet.now += fleet.chance.choice([0, Fleet.STEP, 5 * Fleet.STEP])
        fleet.chance.random = lambda: 1.0
        loop.memory = loop._file.read()
        await loop._deliver()

    asyncio.run(go())
    state, expected = None, []
    for moment, answer in fleet.polled:
        state, events = server_events.advance(WATCH, state, moment, answer)
        expected += events
    edges = {event["id"]: event["type"] for event in told if event["type"] not in ("unreachable", "reachable")}
    assert edges == {event["id"]: event["type"] for event in expected}
