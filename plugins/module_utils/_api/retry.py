# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests are sent again, how often and after what wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from .._errors import SysmonError
from .rate_limit import RateLimiter

T = TypeVar("T")

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0


def backoff(attempt: int) -> float:
    """Seconds before try number ``attempt`` + 2: doubling, with jitter, so that controllers do not march in step."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 99)) * random.uniform(0.5, 1.0)


def with_retries(
    send: Callable[[], T],
    *,
    limiter: RateLimiter,
    retries: int,
    timeout: float,
    idempotent: bool,
    end: float | None = None,
) -> T:
    """Send until it works.

    ``idempotent`` calls (reads, PUT, DELETE) are repeated on every passing fault; others only where the failed try
    surely did nothing, and none whose wait would go beyond ``end`` of the monotonic clock. The last error is
    raised, its ``outcome_unknown`` true if any try may have been carried out.
    """
    outcome_unknown = may_still_commit = False
    attempt = 0
    while True:
        limiter.acquire()
        try:
            return send()
        except SysmonError as error:
            outcome_unknown |= error.outcome_unknown
            may_still_commit |= error.may_still_commit
            asked = error.retry_after if error.retryable else None
            wait = backoff(attempt) if asked is None else asked
            late = end is not None and time.monotonic() + wait > end
            if asked is not None and asked > timeout:
                error.kind, error.retryable = "rate_limited", False
                error.message += f" It asks to wait {asked:g} s, longer than timeout ({timeout:g} s) allows."
            elif asked is not None and not late:
                # Also where this call ends: what looks again or is sent again after it waits as well.
                limiter.pause(asked)
            if late or not error.retryable or (error.outcome_unknown and not idempotent) or attempt >= retries:
                error.outcome_unknown, error.may_still_commit = outcome_unknown, may_still_commit
                raise
            if asked is None:
                # A service in trouble is left alone by every thread, not only by this one.
                limiter.pause(wait)
        attempt += 1
