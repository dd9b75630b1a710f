# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
import threading
import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.parallel import NotTried, in_parallel


def failing(kind, **more):
    def work(_item):
        raise SysmonError(kind, "It broke.", **more)

    return work


@pytest.mark.parametrize("workers", [1, 4, 64])
@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_results_in_order(workers, count):
    assert in_parallel(lambda item: item * 2, range(count), workers) == [item * 2 for item in range(count)]


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_as_many_at_once_as_there_are_workers(workers):
    lock, now, most = threading.Lock(), [0], [0]
    all_here = threading.Barrier(workers, timeout=30)

    def work(_item):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        all_here.wait()
        with lock:
            now[0] -= 1

    results = in_parallel(work, range(4 * workers), workers)
    assert results == [None] * 4 * workers
    assert most[0] <= workers


def test_failures_stand_at_their_place():
    def work(item):
        if item % 2:
            raise SysmonError("bad_input", str(item))
        return item

    results = in_parallel(work, range(40), 4)
    assert [str(result) for result in results] == [str(item) for item in range(40)]
    assert [isinstance(result, SysmonError) for result in results] == [False, True] * 20


@pytest.mark.parametrize("kind", ["auth", "forbidden", "rate_limited", "server", "transport"])
@pytest.mark.parametrize(("workers", "least"), [(1, 16), (4, 16), (16, 32)])
def test_the_breaker(kind, workers, least):
    results = in_parallel(failing(kind, call="create_target", http_status=503, retryable=True), range(1000), workers)
    tried = [result for result in results if not isinstance(result, NotTried)]
    assert least <= len(tried) < least + workers
    assert {result.kind for result in results} == {kind}
    last = results[-1]
    assert "not tried" in str(last)
    assert last.as_result()["http_status"] == 503
    assert last.retryable is True
    assert last.outcome_unknown is False


@pytest.mark.parametrize("kind", ["bad_input", "not_found", "exists", "reserved", "protocol"])
def test_no_breaker_for_what_is_the_items_own_fault(kind):
    results = in_parallel(failing(kind), range(200), 4)
    assert not any(isinstance(result, NotTried) for result in results)


@pytest.mark.parametrize("between", ["good", "own fault"])
def test_only_failures_in_a_row_count(between):
    def work(item):
        if item % 10:
            raise SysmonError("server", "It broke.")
        if between == "own fault":
            raise SysmonError("bad_input", "It broke.")

    results = in_parallel(work, range(300), 1)
    assert not any(isinstance(result, NotTried) for result in results)


@pytest.mark.parametrize("workers", [1, 2])
def test_other_exceptions_end_it(workers):
    with pytest.raises(ZeroDivisionError):
        in_parallel(lambda item: 1 // item, [0, 1, 2], workers)


def test_an_end_stops_what_is_on_its_way():
    """What one thread waits for, another one's stop ends; without it the run would not come back."""
    stopped = threading.Event()

    def work(item):
        if item == 0:
            raise KeyboardInterrupt
        assert stopped.wait(30)

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        in_parallel(work, range(100), 2, stopped.set)
    assert time.monotonic() - started < 10


def test_what_comes_late_does_not_close_the_breaker():
    """A success or a failure of an item's own, of a request that was on its way when the breaker went, changes nothing."""
    down = threading.Barrier(3, timeout=30)

    def work(item):
        if item in (0, 1):
            down.wait()
            if item:
                raise SysmonError("bad_input", "Its own fault.")
            return "late"
        if item == 17:
            down.wait()
        raise SysmonError("server", "It broke.")

    results = in_parallel(work, range(60), 3)
    assert results[0] == "late"
    assert results[1].kind == "bad_input"
    assert sum(isinstance(result, NotTried) for result in results) >= 60 - 2 - 16 - 3


def test_an_interrupted_run_waits_for_nothing():
    """As a task's keyword timeout interrupts it: by an exception from a signal."""

    def end(*_arguments):
        raise KeyboardInterrupt

    hanging, stopped, before = threading.Event(), threading.Event(), signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            in_parallel(lambda _item: hanging.wait(20), range(100), 4, stopped.set)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        hanging.set()
    assert stopped.is_set()
    assert time.monotonic() - started < 2
