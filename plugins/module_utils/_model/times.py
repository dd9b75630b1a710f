# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times, durations and ranges as PromQL has them. All are whole milliseconds, which is Prometheus' own resolution.

Source: "HTTP API" of the Prometheus documentation for the forms of times and the bound of 11,000 intervals;
"Querying basics" for durations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

from .._errors import SysmonError

SECOND = 1000
# The service keeps one sample a minute (console guide), so a finer step shows nothing more.
RESOLUTION = 60 * SECOND
MOST_INTERVALS = 11000

_UNITS = {"y": 365 * 86400 * SECOND, "w": 7 * 86400 * SECOND, "d": 86400 * SECOND, "h": 3600 * SECOND}
_UNITS.update({"m": 60 * SECOND, "s": SECOND, "ms": 1})
_DURATION = re.compile("".join(rf"(?:(?P<{unit}>[0-9]+){unit})?" for unit in _UNITS))
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_RELATIVE = re.compile(r"now(?:\s*(?P<sign>[+-])\s*(?P<duration>\w+))?", re.ASCII)
_RFC3339 = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?\s?(?P<zone>[Zz]|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# What RFC 3339 can say, years 1 to 9999.
_EARLIEST, _LATEST = -62135596800 * SECOND, 253402300800 * SECOND - 1
# Prometheus counts durations in nanoseconds, in 64 bits.
_LONGEST = (2**63 - 1) // 10**6


@dataclass(frozen=True)
class Range:
    """From ``start`` to ``end``, a point every ``step``."""

    start: int
    end: int
    step: int


def parse_time(text: str, now: int, name: str) -> int:
    """The instant that option ``name`` gives: RFC 3339 (UTC where no zone is given), Unix seconds, or now-1d2h."""
    text = text.strip()
    relative = _RELATIVE.fullmatch(text)
    if relative:
        moment = now + _offset(relative, text, name)
    elif _NUMBER.fullmatch(text):
        moment = _milliseconds(text)
    else:
        moment = _calendar(text, name)
    if not _EARLIEST <= moment <= _LATEST:
        raise _config(f"{name} {text!r} is outside of the years 1 to 9999; Unix times are in seconds.")
    return moment


def parse_duration(text: str, name: str, shortest: int = 1) -> int:
    """How long option ``name`` says: seconds, or a Prometheus duration such as 1h30m; at least ``shortest`` ms."""
    text = text.strip()
    parts = _DURATION.fullmatch(text)
    if text and parts:
        length = sum(int(count) * _UNITS[unit] for unit, count in parts.groupdict().items() if count)
    elif _NUMBER.fullmatch(text):
        length = _milliseconds(text)
    else:
        raise _config(f"{name} {text!r} is neither a number of seconds nor a Prometheus duration like 30s or 1h30m.")
    if not shortest <= length <= _LONGEST:
        raise _config(f"{name} {text!r} is not between 1 ms and 292 years.")
    return length


def is_time(value: object) -> bool:
    """Whether something that was read from a file is an instant that can be formatted."""
    return isinstance(value, int) and not isinstance(value, bool) and _EARLIEST <= value <= _LATEST


def check_order(start: int | None, end: int | None) -> None:
    """Refuse a span that ends before it starts."""
    if start is not None and end is not None and end < start:
        raise _config(f"end ({format_time(end)}) is before start ({format_time(start)}).")


def plan_range(start: int, end: int, step: int | None) -> Range:
    """The range to ask for; a step is chosen where none is given. Refuses what Prometheus would refuse."""
    check_order(start, end)
    span = end - start
    if step is None:
        return Range(start, end, _finest(span, MOST_INTERVALS - 1, RESOLUTION))
    intervals = span // step
    if intervals > MOST_INTERVALS:
        finest = format_duration(_finest(span, MOST_INTERVALS + 1, SECOND))
        raise _config(
            f"step {format_duration(step)} gives {intervals:,} intervals per series, and {MOST_INTERVALS:,} are the most:"
            f" a step of {finest} or more would do."
        )
    return Range(start, end, step)


def to_seconds(moment: int) -> str:
    """Milliseconds as the seconds that Prometheus reads."""
    return f"{Decimal(moment) / SECOND:f}"


def format_time(moment: int) -> str:
    """An instant as RFC 3339, for people."""
    whole, fraction = divmod(moment, SECOND)
    days, seconds = divmod(whole, 86400)
    date = datetime.fromordinal(_EPOCH.toordinal() + days)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{date.year:04}-{date.month:02}-{date.day:02}T{clock}" + (f".{fraction:03}Z" if fraction else "Z")


def format_duration(length: int) -> str:
    """A length in Prometheus' notation."""
    text = ""
    for unit, size in _UNITS.items():
        count, length = divmod(length, size)
        text += f"{count}{unit}" if count else ""
    return text


def _finest(span: int, points: int, unit: int) -> int:
    """The shortest step in whole units with which the span has no more than so many points."""
    step = span // points + 1
    return -(-step // unit) * unit


def _offset(relative: re.Match[str], text: str, name: str) -> int:
    if relative["sign"] is None:
        return 0
    parts = _DURATION.fullmatch(relative["duration"])
    if parts is None:
        raise _config(f"{name} {text!r} has no Prometheus duration after now, like now-15m or now-1d2h.")
    length = parse_duration(relative["duration"], name, shortest=0)
    return -length if relative["sign"] == "-" else length


def _milliseconds(text: str) -> int:
    return int((Decimal(text) * SECOND).to_integral_value(ROUND_HALF_UP))


def _calendar(text: str, name: str) -> int:
    parts = _RFC3339.fullmatch(text)
    try:
        if parts is None:
            raise ValueError
        day = datetime.strptime(f"{parts['date']} {parts['clock'] or '00:00:00'} +0000", "%Y-%m-%d %H:%M:%S %z")
        zone = _zone(parts["zone"])
    except ValueError:
        raise _config(
            f"{name} {text!r} is no time: give RFC 3339 (2026-01-31T10:00:00Z), Unix seconds, or now-15m."
        ) from None
    since = day - _EPOCH
    seconds = since.days * 86400 + since.seconds - zone
    return seconds * SECOND + int(((parts["fraction"] or "") + "000")[:3])


def _zone(text: str | None) -> int:
    """Seconds east of Greenwich."""
    if text is None or text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError
    seconds = hours * 3600 + minutes * 60
    return -seconds if text[0] == "-" else seconds


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
