# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retry policy and backoff."""

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
    """Seconds to wait after failed attempt ``attempt`` (from 0): exponential, with jitter against synchronised retries."""
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
    """Call ``send`` until it succeeds, at most 1 + ``retries`` times. Raises the last SysmonError.

    ``idempotent`` calls (reads, PUT, DELETE) are retried on every retryable error, others only if the failed attempt
    certainly had no effect. No attempt starts after ``end`` (``time.monotonic`` seconds). A Retry-After longer than
    ``timeout`` seconds ends the call. ``outcome_unknown`` of the raised error is true if any attempt may have had an
    effect.
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
                # Also if this call gives up: later requests of this client have to wait as well.
                limiter.pause(asked)
            if late or not error.retryable or (error.outcome_unknown and not idempotent) or attempt >= retries:
                error.outcome_unknown, error.may_still_commit = outcome_unknown, may_still_commit
                raise
            if asked is None:
                # Back off in all threads, not only in this one.
                limiter.pause(wait)
        attempt += 1
