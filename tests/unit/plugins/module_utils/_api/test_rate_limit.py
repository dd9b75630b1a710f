# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import rate_limit as pacing
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves."""

    class Clock:
        now = 1000.0
        slept = 0.0

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            assert seconds > 0
            self.now += seconds
            self.slept += seconds

    fake = Clock()
    monkeypatch.setattr(pacing, "time", fake)
    return fake


def test_no_bound(clock):
    limiter = RateLimiter()
    for _number in range(100):
        limiter.acquire()
    assert clock.slept == 0


def test_rate(clock):
    limiter = RateLimiter(10)
    for _number in range(21):
        limiter.acquire()
    assert clock.slept == pytest.approx(2.0)


def test_time_that_passed_is_not_saved_up(clock):
    limiter = RateLimiter(1)
    limiter.acquire()
    clock.now += 100
    limiter.acquire()
    assert clock.slept == 0
    limiter.acquire()
    assert clock.slept == pytest.approx(1.0)


def test_hold(clock):
    limiter = RateLimiter()
    limiter.pause(5)
    limiter.pause(1)
    limiter.acquire()
    assert clock.slept == pytest.approx(5.0)
    limiter.acquire()
    assert clock.slept == pytest.approx(5.0)


def test_stop(clock):
    limiter = RateLimiter()
    limiter.acquire()
    limiter.stop()
    with pytest.raises(SysmonError, match="interrupted") as caught:
        limiter.acquire()
    assert (caught.value.kind, caught.value.retryable) == ("transport", False)


def test_a_stop_ends_a_long_wait_soon():
    limiter, start = RateLimiter(), time.monotonic()
    limiter.pause(60)
    threading.Timer(0.05, limiter.stop).start()
    with pytest.raises(SysmonError, match="interrupted"):
        limiter.acquire()
    assert time.monotonic() - start < 10


def test_one_clock_for_all_threads():
    limiter, start = RateLimiter(200), time.monotonic()
    threads = [threading.Thread(target=lambda: [limiter.acquire() for _turn in range(10)]) for _thread in range(4)]
    for thread in threads:
        thread.start()
    limiter.pause(0.1)
    for thread in threads:
        thread.join()
    assert 0.19 <= time.monotonic() - start < 10
