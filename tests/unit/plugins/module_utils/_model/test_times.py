# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.times import (
    format_duration,
    format_time,
    is_relative,
    is_time,
    parse_duration,
    parse_time,
    to_seconds,
)

NOW = 1769853600250  # 2026-01-31T10:00:00.25Z
DAY = 86400000

ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.integers(-62135596800000, 253402300799999)
SPANS = st.integers(0, 100 * 365 * DAY)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T10:00:00Z", 1769853600000),
        ("2026-01-31T10:00:00", 1769853600000),
        ("2026-01-31 10:00:00", 1769853600000),
        ("2026-01-31t10:00:00z", 1769853600000),
        ("2026-01-31", 1769817600000),
        ("2026-01-31T19:00:00+09:00", 1769853600000),
        ("2026-01-31T06:30:00-03:30", 1769853600000),
        ("2026-01-31 10:00:00+00:00", 1769853600000),
        ("2026-01-31T10:00:00.5Z", 1769853600500),
        ("2026-01-31T10:00:00.123456789", 1769853600123),
        ("1969-12-31T23:59:59.5Z", -500),
        ("1769853600", 1769853600000),
        ("1769853600.25", NOW),
        ("1.76985360025e9", NOW),
        ("-1.5", -1500),
        ("0.0005", 1),
        ("now", NOW),
        (" now - 15m ", NOW - 900000),
        ("now-1d2h", NOW - DAY - 7200000),
        ("now-1y", NOW - 365 * DAY),
        ("now+90s", NOW + 90000),
        ("now-1h30m15s250ms", NOW - 5415250),
        ("now-60", None),
        ("now-2h1d", None),
        ("now-", None),
        ("now-0s", NOW),
        ("now+0m", NOW),
        ("now-1.5h", None),
        ("yesterday", None),
        ("", None),
        ("2026-02-30T00:00:00Z", None),
        ("2026-01-31T24:00:00Z", None),
        ("2026-01-31T23:59:60Z", None),
        ("2026-01-31T10:00Z", None),
        ("2026-01-31T10:00:00+24:00", None),
        ("2026-01-31T10:00:00+09:60", None),
        ("\uff12\uff10\uff12\uff16-01-31", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("1769853600000", None),
        ("NaN", None),
        ("inf", None),
        ("1e999", None),
        ("0x10", None),
    ],
)
def test_times(text, moment):
    if moment is None:
        with pytest.raises(SysmonError, match=r"^start ") as raised:
            parse_time(text, NOW, "start")
        assert raised.value.kind == "config"
    else:
        assert parse_time(text, NOW, "start") == moment


def test_milliseconds_are_told_apart_from_seconds():
    with pytest.raises(SysmonError, match="Unix times are in seconds"):
        parse_time("1769853600000", NOW, "start")


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.none() | ZONES))
def test_any_rfc3339_is_read_as_python_means_it(moment):
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    milliseconds = (aware - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)
    assert parse_time(moment.isoformat(), NOW, "time") == milliseconds
    assert parse_time(moment.isoformat(" "), NOW, "time") == milliseconds


@given(MOMENTS)
def test_seconds_and_rfc3339_come_back(moment):
    assert parse_time(to_seconds(moment), NOW, "time") == moment
    assert parse_time(format_time(moment), NOW, "time") == moment


@given(st.integers(1, 250 * 365 * DAY))
def test_durations_come_back(length):
    assert parse_duration(format_duration(length), "step") == length
    assert parse_duration(to_seconds(length), "step") == length


@given(st.integers(1, 250 * 365 * DAY))
def test_relative_times_are_durations(length):
    assert parse_time(f"now-{format_duration(length)}", NOW, "start") == NOW - length
    assert parse_time(f"now + {format_duration(length)}", NOW, "start") == NOW + length


@given(st.text() | st.from_regex(r"now\s*[-+]\s*\w{1,9}|[-+]?\d+[.e]?\d*|\d{4}-\d\d-\d\d.*", fullmatch=True))
def test_any_text_is_a_time_or_a_clear_error(text):
    for parse in (lambda: parse_time(text, NOW, "time"), lambda: parse_duration(text, "step")):
        with suppress(SysmonError):
            assert isinstance(parse(), int)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", 30000),
        ("1h30m", 5400000),
        ("1w", 7 * DAY),
        ("5", 5000),
        ("0.5", 500),
        ("15.0", 15000),
        ("1ms", 1),
        ("0", None),
        ("0s", None),
        ("-1", None),
        ("0.0001", None),
        ("30m1h", None),
        ("5 m", None),
        ("m", None),
        ("", None),
        ("293y", None),
        ("99999999999", None),
        ("9" * 5000 + "s", None),
        ("9" * 5000, None),
    ],
)
def test_durations(text, length):
    if length is None:
        with pytest.raises(SysmonError, match=r"^step "):
            parse_duration(text, "step")
    else:
        assert parse_duration(text, "step") == length


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, True), (NOW, True), (-1, True), (10**15, False), (True, False), (1.0, False), ("1", False), (None, False)],
)
def test_is_time(value, expected):
    assert is_time(value) is expected


@pytest.mark.parametrize(
    ("text", "relative"), [("now", True), (" now - 1m ", True), ("", False), ("0", False), ("2026-01-31", False)]
)
def test_relative(text, relative):
    assert is_relative(text) is relative
