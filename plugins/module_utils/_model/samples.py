# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a query, and forms of it that are convenient in a playbook.

Source: "Expression query result formats" in "HTTP API" of the Prometheus documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .sample_shapes import RESULTS


class Malformed(SysmonError):
    """Error of kind protocol for a response that is not in Prometheus' documented format."""

    def __init__(self, call: str, what: str) -> None:
        super().__init__(
            "protocol", f"{call.replace('_', ' ')} failed: {what} is not what Prometheus documents.", call=call
        )


@dataclass(frozen=True)
class QueryResult:
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

    def limited(self, limit: int | None) -> QueryResult:
        """The first ``limit`` series. Prometheus before 3.0 ignores the parameter and sends all."""
        if limit is None or self.result_type not in ("vector", "matrix"):
            return self
        return QueryResult(self.result_type, self.result[:limit])


def read_result(data: Any, call: str, wanted: str | None = None) -> QueryResult:
    """The result in the data of a response. Raises SysmonError of kind protocol if it is malformed.

    ``wanted`` is the result type that the query must return, if only one is possible.
    """
    kind = data.get("resultType") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in RESULTS or wanted not in (None, kind):
        raise Malformed(call, "the result type")
    result = data.get("result")
    if not RESULTS[kind](result):
        raise Malformed(call, f"the {kind}")
    return QueryResult(kind, result)


def _sample(entry: dict[str, Any]) -> dict[str, Any]:
    if "histogram" in entry:
        moment, histogram = entry["histogram"]
        return {"labels": entry["metric"], "value": None, "timestamp": moment, "histogram": histogram}
    moment, value = entry["value"]
    return {"labels": entry["metric"], "value": value, "timestamp": moment}
