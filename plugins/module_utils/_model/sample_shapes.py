# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the shapes of query results: vectors, matrices, scalars, strings, histograms.

Source: "Expression query result formats" in "HTTP API" of the Prometheus documentation.
"""

from __future__ import annotations

import re
from typing import Any, Callable

NUMBERS = frozenset((int, float))  # without bool, which isinstance would accept
_PLAIN_NUMBERS = re.compile(r"(?:-?[0-9]+(?:\.[0-9]*)?\n)*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?Inf|NaN")


def _is_vector(result: Any) -> bool:
    return isinstance(result, list) and all(
        _is_series(entry, {"value": _are_points, "histogram": _are_histograms}, alone=True) for entry in result
    )


def _is_matrix(result: Any) -> bool:
    return isinstance(result, list) and all(
        _is_series(entry, {"values": _are_points, "histograms": _are_histograms}, alone=False) for entry in result
    )


def _is_series(entry: Any, parts: dict[str, Callable[[Any], bool]], alone: bool) -> bool:
    if not isinstance(entry, dict) or not is_labels(entry.get("metric")):
        return False
    given = [name for name in parts if name in entry]
    if not given or (alone and len(given) > 1) or not is_flat({**entry, **dict.fromkeys((*parts, "metric"))}):
        return False
    return all(parts[name]([entry[name]] if alone else entry[name]) for name in given)


def is_labels(value: Any) -> bool:
    """Whether the value is a label set."""
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_scalar(result: Any) -> bool:
    return _are_points([result])


def _is_string(result: Any) -> bool:
    return isinstance(result, list) and len(result) == 2 and _is_moment(result[0]) and isinstance(result[1], str)


def _are_points(points: Any) -> bool:
    """Whether all points are [seconds, "number"]. Fast for a million points: no Python call per point."""
    if not isinstance(points, list):
        return False
    try:
        moments = [moment for moment, _value in points]
        return _are_moments(moments) and _are_numbers([value for _moment, value in points])
    except (TypeError, ValueError):
        return False


def _are_moments(moments: list[Any]) -> bool:
    if not moments:
        return True
    ordered = sorted(moments)  # usually sorted already, so faster than min and max
    return NUMBERS.issuperset(map(type, moments)) and ordered[0] > -1e15 and ordered[-1] < 1e15


def _are_numbers(values: list[Any]) -> bool:
    """Whether all values are numbers as Prometheus writes them. Raises TypeError if one is not text."""
    text = "\n".join(values) + "\n"
    # The pattern matches what Prometheus usually writes, in one step for all of them.
    if text.count("\n") != len(values) or not _PLAIN_NUMBERS.fullmatch(text):
        return all(map(_NUMBER.fullmatch, values))
    return True


def _are_histograms(points: Any) -> bool:
    return isinstance(points, list) and all(
        isinstance(point, list) and len(point) == 2 and _is_moment(point[0]) and _is_histogram(point[1])
        for point in points
    )


def _is_histogram(value: Any) -> bool:
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in ("count", "sum")):
        return False
    buckets = value.get("buckets", [])
    return (
        isinstance(buckets, list)
        and all(isinstance(bucket, list) and len(bucket) == 4 and is_flat(bucket) for bucket in buckets)
        and is_flat({**value, "buckets": None})
    )


def _is_moment(value: Any) -> bool:
    return type(value) in (int, float) and -1e15 < value < 1e15


def is_flat(value: Any) -> bool:
    """Whether nothing is nested. Unknown fields of later Prometheus versions may appear, but only as plain values."""
    inner = value.values() if isinstance(value, dict) else value
    return all(part is None or isinstance(part, (str, bool)) or _is_moment(part) for part in inner)


# Validator of each result type.
RESULTS: dict[Any, Callable[[Any], bool]] = {
    "vector": _is_vector,
    "matrix": _is_matrix,
    "scalar": _is_scalar,
    "string": _is_string,
}
