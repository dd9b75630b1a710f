# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse and format Prometheus' times and durations. All are whole milliseconds, Prometheus' own resolution.

Source: "HTTP API" of the Prometheus documentation for time formats, "Querying basics" for durations.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

from .._errors import SysmonError

SECOND = 1000

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
# The range of RFC 3339: years 1 to 9999.
_EARLIEST, _LATEST = -62135596800 * SECOND, 253402300800 * SECOND - 1
# Prometheus stores durations as 64-bit nanoseconds.
_LONGEST = (2**63 - 1) // 10**6


def parse_time(text: str, now: int, name: str) -> int:
    """Parse the time in option ``name``: RFC 3339 (UTC without a zone), Unix seconds, or relative as in now-1d2h.

    ``now`` and the result are Unix milliseconds. Raises SysmonError of kind config.
    """
    text = _checked(text, name)
    relative = _RELATIVE.fullmatch(text)
    if relative:
        moment = now + _offset(relative, text, name)
    elif _NUMBER.fullmatch(text):
        moment = _milliseconds(text)
    else:
        moment = _calendar(text, name)
    if not _EARLIEST <= moment <= _LATEST:
        raise _config(f"{name} {text!r} is outside the years 1 to 9999; Unix times are in seconds.")
    return moment


def _checked(text: str, name: str) -> str:
    """The text without blanks around it. Python converts no number of more than 4,300 digits."""
    text = text.strip()
    if len(text) > 100:
        raise _config(f"{name} is longer than 100 characters.")
    return text


def is_relative(text: str) -> bool:
    """Whether a time is relative to the current time, as in now-15m."""
    return _RELATIVE.fullmatch(text.strip()) is not None


def parse_duration(text: str, name: str, shortest: int = 1) -> int:
    """Parse the duration in option ``name``: seconds, or a Prometheus duration such as 1h30m.

    ``shortest`` and the result are milliseconds. Raises SysmonError of kind config.
    """
    text = _checked(text, name)
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
    """Whether a value from a state file is a valid time in Unix milliseconds."""
    return isinstance(value, int) and not isinstance(value, bool) and _EARLIEST <= value <= _LATEST


def to_seconds(moment: int) -> str:
    """Format milliseconds as Prometheus' seconds."""
    return f"{Decimal(moment) / SECOND:f}"


def format_time(moment: int) -> str:
    """Format Unix milliseconds as RFC 3339 in UTC."""
    whole, fraction = divmod(moment, SECOND)
    days, seconds = divmod(whole, 86400)
    date = datetime.fromordinal(_EPOCH.toordinal() + days)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{date.year:04}-{date.month:02}-{date.day:02}T{clock}" + (f".{fraction:03}Z" if fraction else "Z")


def format_duration(length: int) -> str:
    """Format milliseconds as a Prometheus duration."""
    text = ""
    for unit, size in _UNITS.items():
        count, length = divmod(length, size)
        text += f"{count}{unit}" if count else ""
    return text


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
            f"{name} {text!r} is not a time: give RFC 3339 (2026-01-31T10:00:00Z), Unix seconds, or now-15m."
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
