# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many stories, bounded in number and in time."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

from .chance import SECRET
from .plants import PLANTS
from .runners import AsProcess, InProcess
from .story import Story


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
        for number in range(job.stories):
            if time.monotonic() > end or len(found.violations) >= job.most_violations:
                break
            story = Story(job.first + number * job.step, emulator, runner).tell()
            found.stories += 1
            found.counts += story.counts
            found.violations += story.violations
    return found
