# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rate limiter shared by all threads of a client."""

from __future__ import annotations

import threading
import time

from .._errors import SysmonError

# In seconds: how quickly a waiting thread reacts to ``stop``.
LONGEST_SLEEP = 0.5


class RateLimiter:
    """Limits requests to ``rate`` per second (None: unlimited), and to none while paused."""

    def __init__(self, rate: float | None = None) -> None:
        self._interval = 1.0 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next = 0.0
        self._paused_until = 0.0
        self._stopped = False

    def acquire(self) -> None:
        """Block until this thread may send. Raises SysmonError of kind transport after ``stop``."""
        with self._lock:
            slot = max(self._next, time.monotonic())
            self._next = slot + self._interval
        while True:
            if self._stopped:
                raise SysmonError("transport", "Nothing more was sent because the run was interrupted.")
            delay = max(slot, self._paused_until) - time.monotonic()
            if delay <= 0:
                return
            time.sleep(min(delay, LONGEST_SLEEP))

    def pause(self, seconds: float) -> None:
        """Block all threads for this long. The longest of several pauses counts."""
        with self._lock:
            self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def stop(self) -> None:
        """Make ``acquire`` raise in all threads from now on."""
        self._stopped = True
