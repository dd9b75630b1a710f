# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run requests in parallel, and stop early if the service fails all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from .._errors import SysmonError

T = TypeVar("T")
R = TypeVar("R")

HOPELESS = ("auth", "forbidden", "rate_limited", "server", "transport")


class NotTried(SysmonError):
    """Nothing was sent for this item. ``retryable`` says whether a later attempt may succeed."""


def in_parallel(
    work: Callable[[T], R], items: Sequence[T], workers: int, stop: Callable[[], None] | None = None
) -> list[R | SysmonError]:
    """The return value or SysmonError of ``work`` for each item, in order, using ``workers`` threads.

    ``stop`` is called if the run is interrupted: it must prevent further requests. Requests in progress are abandoned.

    After max(16, 2 * ``workers``) consecutive errors of a kind in ``HOPELESS`` the remaining items are not tried:
    otherwise a service that is down would block thousands of hosts for hours.
    """
    limit = max(16, 2 * workers)
    lock = threading.Lock()
    in_a_row: list[SysmonError] = []

    def guarded(item: T) -> R | SysmonError:
        if len(in_a_row) >= limit:
            return _not_tried(in_a_row[-1])
        try:
            result = work(item)
        except SysmonError as error:
            with lock:
                if error.kind in HOPELESS:
                    in_a_row.append(error)
                elif len(in_a_row) < limit:
                    in_a_row.clear()
            return error
        with lock:
            if len(in_a_row) < limit:
                in_a_row.clear()
        return result

    if workers == 1 or len(items) < 2:
        return [guarded(item) for item in items]
    return _in_threads(guarded, items, min(workers, len(items)), stop or (lambda: None))


def _in_threads(work: Callable[[T], R], items: Sequence[T], count: int, stop: Callable[[], None]) -> list[R]:
    """Run in daemon threads: unlike those of concurrent.futures, they do not delay the end of an interrupted run."""
    results: dict[int, R] = {}
    crashes: list[BaseException] = []
    numbers = iter(range(len(items)))
    lock = threading.Lock()

    def take() -> int | None:
        with lock:
            return None if crashes else next(numbers, None)

    def work_through() -> None:
        number = take()
        while number is not None:
            try:
                results[number] = work(items[number])
            except BaseException as crash:  # pylint: disable=broad-exception-caught  # raised again below
                crashes.append(crash)
                stop()
            number = take()

    threads = [threading.Thread(target=work_through, daemon=True) for _number in range(count)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException as interruption:
        crashes.append(interruption)
        stop()
        raise
    if crashes:
        raise crashes[0]
    return [results[number] for number in range(len(items))]


def _not_tried(last: SysmonError) -> NotTried:
    return NotTried(
        last.kind,
        f"not tried, because too many requests in a row failed: {last.message}",
        call=last.call,
        http_status=last.http_status,
        result_code=last.result_code,
        result_message=last.result_message,
        hint=last.hint,
        retryable=last.retryable,
    )
