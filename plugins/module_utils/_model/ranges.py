# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time ranges of range queries.

Source: "HTTP API" of the Prometheus documentation for the limit of 11,000 intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

from .._errors import SysmonError
from .times import SECOND, format_duration, format_time

# The service keeps one sample a minute (console guide), so a finer step shows nothing more.
RESOLUTION = 60 * SECOND
MOST_INTERVALS = 11000


@dataclass(frozen=True)
class Range:
    """From ``start`` to ``end`` (Unix milliseconds), with a point every ``step`` milliseconds."""

    start: int
    end: int
    step: int


def check_order(start: int | None, end: int | None) -> None:
    """Raise SysmonError of kind config if ``end`` is before ``start``."""
    if start is not None and end is not None and end < start:
        raise _config(f"end ({format_time(end)}) is before start ({format_time(start)}).")


def plan_range(start: int, end: int, step: int | None) -> Range:
    """The range for a query, with the finest allowed step if none is given. All values are milliseconds.

    Raises SysmonError of kind config for ranges that Prometheus would refuse.
    """
    check_order(start, end)
    span = end - start
    if step is None:
        return Range(start, end, _finest(span, MOST_INTERVALS - 1, RESOLUTION))
    intervals = span // step
    if intervals > MOST_INTERVALS:
        finest = format_duration(_finest(span, MOST_INTERVALS + 1, SECOND))
        raise _config(
            f"step {format_duration(step)} gives {intervals:,} intervals per series, more than {MOST_INTERVALS:,}:"
            f" use a step of {finest} or more."
        )
    return Range(start, end, step)


def _finest(span: int, points: int, unit: int) -> int:
    """The shortest step, in whole ``unit``, that gives at most ``points`` points in the span."""
    step = span // points + 1
    return -(-step // unit) * unit


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
