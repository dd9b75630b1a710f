# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many stories, bounded in number and in time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

from .chance import SECRET
from .plants import PLANTS
from .runners import AsProcess, InProcess
from .story import Story

# How often a story is told that the machine disturbs.
TRIES = 10


@dataclass
class Job:
    """Which stories to tell: seeds ``first``, ``first + step`` and so on."""

    first: int
    stories: int
    seconds: float
    step: int = 1
    processes: bool = False
    plant: str | None = None
    most_violations: int = 5


@dataclass
class Findings:
    """What came of it."""

    stories: int = 0
    counts: Counter = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


class Pulse(threading.Thread):
    """Notices when this process, and so the client and the emulator in it, gets no time to run.

    A request that is late for that reason is a fault that nobody planned: such a story is told again.
    """

    def __init__(self, most: float):
        super().__init__(daemon=True)
        self._most = most
        self.skipped = False

    def run(self) -> None:
        while True:
            before = time.monotonic()
            time.sleep(0.02)
            self.skipped = self.skipped or time.monotonic() - before > 0.02 + self._most


def soak(job: Job) -> Findings:
    """Tell the stories of a job, until it is done, its time is over or enough violations are found."""
    end = time.monotonic() + job.seconds
    found = Findings()
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # writes into connections that the client has given up
    with contextlib.ExitStack() as stack:
        # Doubles are allowed, or the service would hide the client's mistakes.
        emulator = stack.enter_context(
            Emulator(app_keys={SECRET: ["emulator"]}, allow_doubles=True, targets_per_server=0)
        )
        runner = AsProcess(emulator) if job.processes else stack.enter_context(InProcess(emulator))
        if job.plant:
            stack.enter_context(PLANTS[job.plant]())
        pulse = Pulse(runner.timeout / 4)
        pulse.start()
        for number in range(job.stories):
            for _try in range(TRIES):
                if time.monotonic() > end or len(found.violations) >= job.most_violations:
                    return found
                pulse.skipped = False
                story = Story(job.first + number * job.step, emulator, runner).tell()
                if not pulse.skipped:
                    break
                found.counts["disturbed stories"] += 1
            else:
                continue
            found.stories += 1
            found.counts += story.counts
            found.violations += story.violations
    return found
