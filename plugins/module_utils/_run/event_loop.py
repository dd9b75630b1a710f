# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop of an event source: poll, hand the events over, then remember. Runs in ansible-rulebook, without Ansible."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from .._errors import SysmonError
from .._model.events import Event, build_event
from .._model.times import SECOND, format_time
from .._secrets import redact, redact_data
from .._text import cleaned
from .state_file import Memory, StateFile

LONGEST_BACKOFF = 300 * SECOND
# What no waiting cures.
FINAL = ("auth", "forbidden", "config")


@dataclass(frozen=True)
class Source:
    """An event source.

    ``poll`` takes its state and the time, and returns the state, the events in between and whether more is to be read
    at once. It blocks, and raises SysmonError where it has no whole answer. ``first_state`` is the state of a first
    start at a time; ``is_state`` tells whether what a file holds is one.
    """

    name: str
    subject: str
    poll: Callable[[Any, int], tuple[Any, list[Event], bool]]
    stop: Callable[[], None]
    first_state: Callable[[int], Any] = lambda _now: None
    is_state: Callable[[Any], bool] = lambda _state: True


async def run_source(queue: Any, args: Mapping[str, Any], open_source: Callable[[dict[str, Any]], Any]) -> None:
    """Run until cancelled. ``open_source`` makes the options and the source of the arguments.

    Raises SysmonError, one sentence, where the options are wrong or the credentials are refused.
    """
    arguments = dict(args)
    feedback = arguments.pop("eda_feedback_queue", None)
    try:
        options, source = open_source(arguments)
    except SysmonError as error:
        raise error.with_traceback(None) from None
    except ImportError:
        message = (
            "The event source needs requests (2.25 or newer) in the Python of ansible-rulebook: pip install requests."
        )
        raise SysmonError("config", message) from None
    sender = Sender(queue, feedback)
    file = StateFile(options["state_file"], f"{source.name}: {source.subject}", source.is_state)
    loop = Loop(source, options["interval"], file, sender)
    beat = None
    try:
        file.lock()
        if options["heartbeat"]:
            beat = asyncio.ensure_future(_beat(source, loop, sender, options["heartbeat"]))
        await loop.run()
    except SysmonError as error:
        # ansible-rulebook logs each line of the traceback.
        raise error.with_traceback(None) from None
    finally:
        source.stop()
        file.unlock()
        if beat:
            beat.cancel()


class Sender:
    """Hands one event at a time over; with a feedback queue until its acknowledgement has come."""

    def __init__(self, queue: Any, feedback: Any = None) -> None:
        self._queue = queue
        self._feedback = feedback
        self._turn = asyncio.Lock()

    async def send(self, event: Event) -> None:
        """Return when the event was taken."""
        async with self._turn:
            # Filters of the rulebook change what they are given.
            await self._queue.put(deepcopy(event))
            while self._feedback is not None and (await self._feedback.get()).get("id") != event["id"]:
                pass


class Loop:
    """Polls for ever."""

    def __init__(self, source: Source, interval: int, file: StateFile, sender: Sender) -> None:
        self._source = source
        self._interval = interval
        self._file = file
        self._sender = sender
        self._failures = 0
        self.memory = Memory()

    async def run(self) -> None:
        """Raises SysmonError where waiting would not help."""
        self.memory = await asyncio.to_thread(self._file.read)
        if self.memory.state is None:
            # Written before the first answer, so that nothing is missed where that takes long.
            self.memory = replace(self.memory, state=self._source.first_state(now()))
        await self._deliver()
        while True:
            wait = await self._poll()
            due = ticks() + wait
            await self._deliver()
            await asyncio.sleep(max(0, due - ticks()) / SECOND)

    async def _poll(self) -> int:
        """One poll; returns after how many milliseconds the next one is due."""
        began, memory = ticks(), self.memory
        try:
            state, events, more = await asyncio.to_thread(self._source.poll, memory.state, now())
        except SysmonError as error:
            if error.kind in FINAL:
                raise
            return self._failed(error)
        self._failures = 0
        if memory.away_since is not None:
            since = format_time(memory.away_since)
            events = [build_event(self._source.name, self._source.subject, "reachable", now(), since=since), *events]
            _log(self._source, "reachable again")
        self.memory = Memory(state, None, redact_data(events))
        return 0 if more else max(0, self._interval - (ticks() - began))

    def _failed(self, error: SysmonError) -> int:
        """Silence: nothing is concluded from it but that the service is away, once."""
        reason, moment = cleaned(str(error)), now()
        if self.memory.away_since is None:
            event = build_event(self._source.name, self._source.subject, "unreachable", moment, reason=reason)
            self.memory = replace(self.memory, away_since=moment, pending=[event])
            _log(self._source, f"unreachable: {reason}")
        self._failures += 1
        return max(self._interval, min(LONGEST_BACKOFF, self._interval * 2 ** min(self._failures - 1, 20)))

    async def _deliver(self) -> None:
        """Events are written down before they are sent, so that they are the same ones after a crash."""
        if self.memory.pending:
            await asyncio.to_thread(self._file.write, self.memory)
            for event in self.memory.pending:
                await self._sender.send(event)
            self.memory = replace(self.memory, pending=[])
        if self.memory.state is not None or self.memory.away_since is not None:
            await asyncio.to_thread(self._file.write, self.memory)


async def _beat(source: Source, loop: Loop, sender: Sender, every: int) -> None:
    while True:
        await asyncio.sleep(every / SECOND)
        reachable = loop.memory.away_since is None
        await sender.send(build_event(source.name, source.subject, "heartbeat", now(), reachable=reachable))


def now() -> int:
    """The time in milliseconds."""
    return int(time.time() * SECOND)


def ticks() -> int:
    """Milliseconds of a clock that nobody sets."""
    return int(time.monotonic() * SECOND)


def _log(source: Source, what: str) -> None:
    logging.getLogger(source.name).warning("%s: the service is %s", source.name, redact(what))
