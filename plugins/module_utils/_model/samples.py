# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the result of a query, and convert it to forms that are convenient in a playbook.

Source: "Expression query result formats" in "HTTP API" of the Prometheus documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable

from .._errors import SysmonError

NUMBERS = frozenset((int, float))  # without bool, which isinstance would accept
_PLAIN_NUMBERS = re.compile(r"(?:-?[0-9]+(?:\.[0-9]*)?\n)*")


class Malformed(SysmonError):
    """Error of kind protocol for a response that is not in Prometheus' documented format."""

    def __init__(self, call: str, what: str) -> None:
        super().__init__(
            "protocol", f"{call.replace('_', ' ')} failed: {what} is not what Prometheus documents.", call=call
        )


@dataclass(frozen=True)
class Found:
    """The validated result of a query."""

    result_type: str
    result: Any

    @property
    def samples(self) -> list[dict[str, Any]]:
        """The samples of a vector, sorted by labels: Prometheus guarantees no order."""
        if self.result_type != "vector":
            return []
        return sorted((_sample(entry) for entry in self.result), key=lambda sample: sorted(sample["labels"].items()))

    @property
    def value(self) -> str | None:
        """The number, as a string, if the result is exactly one; else None."""
        if self.result_type == "scalar":
            return str(self.result[1])
        if self.result_type not in ("vector", "matrix") or len(self.result) != 1:
            return None
        entry = self.result[0]
        values = [entry["value"]] if "value" in entry else entry.get("values", [])
        alone = len(values) == 1 and not entry.get("histograms")
        return str(values[0][1]) if alone else None

    def limited(self, limit: int | None) -> Found:
        """The first ``limit`` series. Prometheus before 3.0 ignores the parameter and sends all."""
        if limit is None or self.result_type not in ("vector", "matrix"):
            return self
        return Found(self.result_type, self.result[:limit])


def read_result(data: Any, call: str, wanted: str | None = None) -> Found:
    """The result in the data of a response. Raises SysmonError of kind protocol if it is malformed.

    ``wanted`` is the result type that the query must return, if only one is possible.
    """
    kind = data.get("resultType") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _RESULTS or wanted not in (None, kind):
        raise Malformed(call, "the result type")
    result = data.get("result")
    if not _RESULTS[kind](result):
        raise Malformed(call, f"the {kind}")
    return Found(kind, result)


def _sample(entry: dict[str, Any]) -> dict[str, Any]:
    if "histogram" in entry:
        moment, histogram = entry["histogram"]
        return {"labels": entry["metric"], "value": None, "timestamp": moment, "histogram": histogram}
    moment, value = entry["value"]
    return {"labels": entry["metric"], "value": value, "timestamp": moment}


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
    """Whether all values are numbers as text. Raises TypeError or ValueError if one is not."""
    text = "\n".join(values) + "\n"
    # The pattern matches what Prometheus usually writes, three times as fast as float().
    if text.count("\n") != len(values) or not _PLAIN_NUMBERS.fullmatch(text):
        for value in values:
            float(value)
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


_RESULTS: dict[Any, Callable[[Any], bool]] = {
    "vector": _is_vector,
    "matrix": _is_matrix,
    "scalar": _is_scalar,
    "string": _is_string,
}
