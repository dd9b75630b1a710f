# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the next request may go out: one clock for all threads of a client."""

from __future__ import annotations

import threading
import time

from .._errors import SysmonError

# How soon a waiting thread notices that nothing more is to be sent.
LONGEST_SLEEP = 0.5


class RateLimiter:
    """Lets requests pass at most ``rate`` a second (None: no bound), and none while the service asked to wait."""

    def __init__(self, rate: float | None = None) -> None:
        self._interval = 1.0 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next = 0.0
        self._held_until = 0.0
        self._stopped = False

    def acquire(self) -> None:
        """Return when this thread may send. Raises SysmonError once nothing more is to be sent."""
        with self._lock:
            slot = max(self._next, time.monotonic())
            self._next = slot + self._interval
        while True:
            if self._stopped:
                raise SysmonError("transport", "Nothing more was sent, since the run was interrupted.")
            delay = max(slot, self._held_until) - time.monotonic()
            if delay <= 0:
                return
            time.sleep(min(delay, LONGEST_SLEEP))

    def pause(self, seconds: float) -> None:
        """Let no thread send for so long."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def stop(self) -> None:
        """Let no thread send any more."""
        self._stopped = True
