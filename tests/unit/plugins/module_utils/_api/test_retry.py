# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry as repeating
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.retry import backoff, with_retries
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


class RateLimiter:
    """Remembers the waits that were asked of it."""

    def __init__(self):
        self.held = []

    def acquire(self):
        pass

    def pause(self, seconds):
        self.held.append(seconds)


def error(kind="server", retryable=True, outcome_unknown=False, **more):
    return SysmonError(kind, "It broke.", retryable=retryable, outcome_unknown=outcome_unknown, **more)


def run(*outcomes, retries=4, idempotent=True, timeout=30.0):
    """What came of sending, how often it was sent, and the waits between."""
    limiter, left = RateLimiter(), list(outcomes)

    def send():
        outcome = left.pop(0)
        if isinstance(outcome, SysmonError):
            raise outcome
        return outcome

    try:
        result = with_retries(send, limiter=limiter, retries=retries, timeout=timeout, idempotent=idempotent)
    except SysmonError as failure:
        result = failure
    return result, len(outcomes) - len(left), limiter.held


LOST, REFUSED, FINAL = {"outcome_unknown": True}, {}, {"retryable": False}


@pytest.mark.parametrize(
    ("failures", "idempotent", "tries"),
    [
        ([LOST], True, 2),
        ([REFUSED], True, 2),
        ([LOST] * 4, True, 5),
        ([FINAL], True, 1),
        ([REFUSED, FINAL], True, 2),
        ([REFUSED], False, 2),
        ([REFUSED] * 4, False, 5),
        ([LOST], False, 1),  # a write whose outcome is unclear is never sent again here
        ([REFUSED, LOST], False, 2),
        ([FINAL], False, 1),
    ],
)
def test_tries(failures, idempotent, tries):
    _result, sent, held = run(*(error(**flags) for flags in failures), "done", idempotent=idempotent)
    assert sent == tries
    assert len(held) == tries - 1


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_the_number_of_retries(retries):
    result, sent, _held = run(*(error() for _try in range(10)), retries=retries)
    assert isinstance(result, SysmonError)
    assert sent == retries + 1


def test_any_unclear_try_makes_the_end_unclear():
    result, _sent, _held = run(error(outcome_unknown=True, may_still_commit=True), error("not_found", retryable=False))
    assert (result.kind, result.outcome_unknown, result.may_still_commit) == ("not_found", True, True)
    result, _sent, _held = run(error(), error("not_found", retryable=False))
    assert (result.outcome_unknown, result.may_still_commit) == (False, False)


@pytest.mark.parametrize("asked", [0.0, 3.0, 30.0])
def test_retry_after_is_obeyed(asked):
    result, sent, held = run(error("rate_limited", retry_after=asked), "done", timeout=30)
    assert (result, sent, held) == ("done", 2, [asked])


def test_retry_after_is_obeyed_by_what_follows_an_unclear_write():
    _result, sent, held = run(error(outcome_unknown=True, retry_after=3.0), idempotent=False)
    assert (sent, held) == (1, [3.0])


@pytest.mark.parametrize("idempotent", [True, False])
def test_too_long_a_wait_ends_the_call(idempotent):
    result, sent, held = run(
        error("server", outcome_unknown=True, retry_after=31.0), "done", timeout=30, idempotent=idempotent
    )
    assert (result.kind, sent, held) == ("rate_limited", 1, [])
    assert "31 s" in str(result)
    assert result.outcome_unknown is True


def test_what_is_final_is_not_made_a_rate_limit():
    result, _sent, _held = run(error("auth", retryable=False, retry_after=99.0))
    assert result.kind == "auth"


def test_backoff_doubles_with_jitter_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(repeating, "FIRST_DELAY", 0.5)
    for attempt, longest in enumerate((0.5, 1, 2, 4, 8, 8, 8)):
        delays = [backoff(attempt) for _turn in range(200)]
        assert longest / 2 <= min(delays) < longest * 0.6
        assert longest * 0.9 < max(delays) <= longest
    assert backoff(5000) <= 8
