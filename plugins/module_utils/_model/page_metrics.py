# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of each target for the page: the last hour of up, and the usage of CPU, memory and disk."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._errors import SysmonError
from .names import Name, normalise_host
from .sampled import IDENTITIES
from .targets import Target

CELLS = 60
STEP = 60  # seconds: the service collects once a minute
UP, DOWN, NONE = "u", "d", "-"

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_USAGE = {
    "cpu": '100 * (1 - avg by ({by}) (rate(node_cpu_seconds_total{{mode="idle"}}[5m])))',
    "memory": "100 * (1 - max by ({by}) (node_memory_MemAvailable_bytes) / max by ({by}) (node_memory_MemTotal_bytes))",
    "disk": '100 * (1 - max by ({by}) (node_filesystem_avail_bytes{{mountpoint="/"}})'
    ' / max by ({by}) (node_filesystem_size_bytes{{mountpoint="/"}}))',
}

V = TypeVar("V")
# Workspace (or ""), host, port (or 0).
Key = tuple[str, str, int]


@dataclass
class Metrics:
    """Values per target: ``strips`` have one letter (UP, DOWN, NONE) per minute, ``usage`` is in percent."""

    strips: dict[Key, str] = field(default_factory=dict)
    usage: dict[str, dict[Key, float]] = field(default_factory=dict)

    def strip(self, workspace: str, target: Target) -> str | None:
        """The last hour of up; None if there are no samples."""
        return _find(self.strips, workspace, target)

    def used(self, what: str, workspace: str, target: Target) -> float | None:
        """Usage of ``cpu``, ``memory`` or ``disk`` in percent; None if unknown."""
        return _find(self.usage.get(what, {}), workspace, target)


def usage_queries(label: str) -> dict[str, str]:
    """PromQL for each percentage. Raises SysmonError of kind config if PromQL cannot group by the label."""
    if not _LABEL.fullmatch(label):
        raise SysmonError("config", f"{label!r} is not the name of a label.")
    by = ", ".join(dict.fromkeys((label, "job")))
    return {name: query.format(by=by) for name, query in _USAGE.items()}


def strips_of(series: Iterable[Mapping[str, Any]], label: str, start: float) -> dict[Key, str]:
    """The strips from the series of a range query; ``start`` in Unix seconds."""
    strips: dict[Key, str] = {}
    for each in series:
        cells = [NONE] * CELLS
        for moment, value in each.get("values", ()):
            place = round((moment - start) / STEP)
            if 0 <= place < CELLS:
                cells[place] = UP if _number(value) > 0 else DOWN
        strip = "".join(cells)
        for key in _keys(each["metric"], label):
            strips[key] = _merged(strips.get(key), strip)
    return strips


def usage_of(series: Iterable[Mapping[str, Any]], label: str) -> dict[Key, float]:
    """The percentages from the series of an instant query."""
    found = {}
    for each in series:
        value = _number(each["value"][1]) if "value" in each else math.nan
        if math.isfinite(value):
            found.update(dict.fromkeys(_keys(each["metric"], label), min(max(value, 0.0), 100.0)))
    return found


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _merged(one: str | None, other: str) -> str:
    """Combine several series of a target: the best state of each minute."""
    return other if one is None else "".join(max(pair, key="-du".index) for pair in zip(one, other))


def _keys(labels: Mapping[str, Any], label: str) -> list[Key]:
    job, value = str(labels.get("job", "")), str(labels.get(label, "")).strip()
    if not value:
        return []
    name = Name.parse(value)
    return [(job, name.host, 0)] if name.port is None else [(job, value.lower(), 0), (job, name.host, name.port)]


def _find(values: Mapping[Key, V], workspace: str, target: Target) -> V | None:
    names = [normalise_host(str(getattr(target, name))) for name in IDENTITIES if getattr(target, name)]
    for job in (workspace, ""):
        for port in (target.port, 0):
            for name in names:
                if (job, name, port) in values:
                    return values[job, name, port]
    return None
