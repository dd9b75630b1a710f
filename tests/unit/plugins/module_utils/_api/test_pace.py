# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import pace as pacing
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.pace import Pace
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
    pace = Pace()
    for _number in range(100):
        pace.wait()
    assert clock.slept == 0


def test_rate(clock):
    pace = Pace(10)
    for _number in range(21):
        pace.wait()
    assert clock.slept == pytest.approx(2.0)


def test_time_that_passed_is_not_saved_up(clock):
    pace = Pace(1)
    pace.wait()
    clock.now += 100
    pace.wait()
    assert clock.slept == 0
    pace.wait()
    assert clock.slept == pytest.approx(1.0)


def test_hold(clock):
    pace = Pace()
    pace.hold(5)
    pace.hold(1)
    pace.wait()
    assert clock.slept == pytest.approx(5.0)
    pace.wait()
    assert clock.slept == pytest.approx(5.0)


def test_stop(clock):
    pace = Pace()
    pace.wait()
    pace.stop()
    with pytest.raises(SysmonError, match="interrupted") as caught:
        pace.wait()
    assert (caught.value.kind, caught.value.repeat) == ("transport", False)


def test_a_stop_ends_a_long_wait_soon():
    pace, start = Pace(), time.monotonic()
    pace.hold(60)
    threading.Timer(0.05, pace.stop).start()
    with pytest.raises(SysmonError, match="interrupted"):
        pace.wait()
    assert time.monotonic() - start < 10


def test_one_clock_for_all_threads():
    pace, start = Pace(200), time.monotonic()
    threads = [threading.Thread(target=lambda: [pace.wait() for _turn in range(10)]) for _thread in range(4)]
    for thread in threads:
        thread.start()
    pace.hold(0.1)
    for thread in threads:
        thread.join()
    assert 0.19 <= time.monotonic() - start < 10
