# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress lines of a long run: after a number of writes, and regularly while it waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

# Seconds between two lines while waiting.
WAITING_INTERVAL = 25.0


class Progress:
    """Calls ``show`` with each line: one per ``every`` writes (0: none), and while waiting. Without ``show`` it is silent."""

    def __init__(self, show: Callable[[str], None] | None = None, every: int = 0) -> None:
        self._show = show
        self._every = every
        self._lock = threading.Lock()
        self._written = 0
        self._next = time.monotonic() + WAITING_INTERVAL

    def written(self) -> None:
        """Count one write."""
        if self._show is None or self._every < 1:
            return
        with self._lock:
            self._written += 1
            count = self._written
        if count % self._every == 0:
            self._show(f"{count:,} targets written.")

    def waiting(self, missing: Sequence[object], what: str) -> None:
        """Show how many things are still missing, and the first of them."""
        if self._show is not None and missing and time.monotonic() >= self._next:
            self._next = time.monotonic() + WAITING_INTERVAL
            self._show(f"Waiting for {len(missing):,} {what}, first {missing[0]}.")
