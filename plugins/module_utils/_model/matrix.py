# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse the result of a range query, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .._errors import SysmonError
from .._secrets import redact_data
from .ranges import Range
from .times import SECOND

# Labels, and the value as text (None for a histogram).
Sample = tuple[dict[str, str], Any]
# The series of one step, keyed by their labels as JSON.
StepSeries = dict[str, Sample]


def read_matrix(data: Any, asked: Range) -> Iterator[tuple[int, StepSeries]]:
    """Yield each step of a range query's result with the series in it. Raises SysmonError of kind protocol."""
    data = redact_data(data)
    if not isinstance(data, Mapping) or data.get("resultType") != "matrix" or not isinstance(data.get("result"), list):
        raise _malformed("it is not a matrix")
    rows: dict[str, tuple[dict[str, str], dict[int, Any]]] = {}
    for row in data["result"]:
        labels, values = _row(row, asked)
        rows.setdefault(json.dumps(labels, sort_keys=True), (labels, {}))[1].update(values)
    for moment in range(asked.start, asked.end + 1, asked.step):
        yield moment, {key: (labels, values[moment]) for key, (labels, values) in rows.items() if moment in values}


def _row(row: Any, asked: Range) -> tuple[dict[str, str], dict[int, Any]]:
    labels = row.get("metric") if isinstance(row, Mapping) else None
    if not isinstance(labels, dict) or not all(isinstance(value, str) for value in labels.values()):
        raise _malformed("a series has no labels")
    values = {}
    # A native histogram has no single number as its value.
    for name, read in (("values", str), ("histograms", lambda _value: None)):
        points = row.get(name, [])
        if not isinstance(points, list):
            raise _malformed(f"{name} of a series is not a list")
        for point in points:
            moment, value = _point(point)
            if not asked.start <= moment <= asked.end or (moment - asked.start) % asked.step:
                raise _malformed("a sample has a time outside the requested steps")
            values[moment] = read(value)
    return labels, values


def _point(point: Any) -> tuple[int, Any]:
    if not isinstance(point, list) or len(point) != 2 or isinstance(point[0], bool):
        raise _malformed("a sample is not a pair")
    try:
        return round(float(point[0]) * SECOND), point[1]
    except (TypeError, ValueError, OverflowError):
        raise _malformed("the time of a sample is not a number") from None


def _malformed(what: str) -> SysmonError:
    return SysmonError(
        "protocol", f"query range failed: the response is not Prometheus' format, {what}.", call="query_range"
    )
