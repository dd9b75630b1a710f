# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop of an event source: poll, send the events, store the state. Runs in ansible-rulebook, without Ansible."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from .._api.endpoint import option_value
from .._errors import SysmonError
from .._model.events import Event, build_event
from .._model.times import SECOND, format_time
from .._secrets import redact, redact_data, remember
from .._text import cleaned
from .state_file import Memory, StateFile

LONGEST_BACKOFF = 300 * SECOND
# Error kinds that waiting does not cure.
FINAL = ("auth", "forbidden", "config")


@dataclass(frozen=True)
class Source:
    """An event source.

    ``poll`` takes the state and the time (Unix milliseconds). It returns the new state, the events since then, and
    whether to poll again at once. It blocks, and raises SysmonError if a response is incomplete. ``first_state`` builds
    the state of a first start, ``is_state`` validates a stored one. ``subject`` is what the source watches.
    """

    name: str
    subject: str
    poll: Callable[[Any, int], tuple[Any, list[Event], bool]]
    stop: Callable[[], None]
    first_state: Callable[[int], Any] = lambda _now: None
    is_state: Callable[[Any], bool] = lambda _state: True


async def run_source(queue: Any, args: Mapping[str, Any], open_source: Callable[[dict[str, Any]], Any]) -> None:
    """Run an event source until cancelled. ``open_source`` converts the arguments to options and the source.

    Raises SysmonError if an option is invalid or the service refuses the credentials.
    """
    arguments = dict(args)
    feedback = arguments.pop("eda_feedback_queue", None)
    # Errors about options must not contain it either.
    remember(str(option_value(arguments, "app_key") or ""))
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
    """Sends one event at a time. With a feedback queue, waits for the acknowledgement of each."""

    def __init__(self, queue: Any, feedback: Any = None) -> None:
        self._queue = queue
        self._feedback = feedback
        self._turn = asyncio.Lock()

    async def send(self, event: Event) -> None:
        """Send an event, and return once it is accepted."""
        async with self._turn:
            # Filters of the rulebook modify the event.
            await self._queue.put(deepcopy(event))
            while self._feedback is not None and (await self._feedback.get()).get("id") != event["id"]:
                pass


class Loop:
    """Polls until cancelled, and stores its memory after each poll."""

    def __init__(self, source: Source, interval: int, file: StateFile, sender: Sender) -> None:
        self._source = source
        self._interval = interval
        self._file = file
        self._sender = sender
        self._failures = 0
        self.memory = Memory()

    async def run(self) -> None:
        """Run the loop. Raises SysmonError of a kind in ``FINAL``."""
        self.memory = await asyncio.to_thread(self._file.read)
        if self.memory.state is None:
            # Stored before the first poll, so that nothing is missed if that takes long.
            self.memory = replace(self.memory, state=self._source.first_state(now()))
        await self._deliver()
        while True:
            wait = await self._poll()
            due = ticks() + wait
            await self._deliver()
            await asyncio.sleep(max(0, due - ticks()) / SECOND)

    async def _poll(self) -> int:
        """Poll once. Returns the milliseconds until the next poll."""
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
        """Handle a failed poll: send one event that the service is unreachable, and back off."""
        reason, moment = cleaned(str(error)), now()
        if self.memory.away_since is None:
            event = build_event(self._source.name, self._source.subject, "unreachable", moment, reason=reason)
            self.memory = replace(self.memory, away_since=moment, pending=[event])
            _log(self._source, f"unreachable: {reason}")
        self._failures += 1
        return max(self._interval, min(LONGEST_BACKOFF, self._interval * 2 ** min(self._failures - 1, 20)))

    async def _deliver(self) -> None:
        """Store the events before sending them, so that a restart after a crash sends them with the same ids."""
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
    """The current time in Unix milliseconds."""
    return int(time.time() * SECOND)


def ticks() -> int:
    """Milliseconds of the monotonic clock."""
    return int(time.monotonic() * SECOND)


def _log(source: Source, what: str) -> None:
    logging.getLogger(source.name).warning("%s: the service is %s", source.name, redact(what))
