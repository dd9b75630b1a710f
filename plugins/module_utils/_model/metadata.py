# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate and sort Prometheus' metadata: label sets, label names and values, metric metadata.

Source: "Querying metadata" in "HTTP API" of the Prometheus documentation.
"""

from __future__ import annotations

from typing import Any

from .sample_shapes import is_flat, is_labels
from .samples import Malformed


def read_metadata(endpoint: str, data: Any) -> Any:
    """Data of a response in a stable order. Raises SysmonError of kind protocol if it is malformed."""
    read = {"series": _label_sets, "metadata": _metrics}.get(endpoint, _texts)
    try:
        return read(data)
    except TypeError:
        raise Malformed(endpoint, "the data") from None


def first(data: Any, limit: int | None) -> Any:
    """The first ``limit`` entries. Prometheus before 3.0 ignores the parameter for some calls and sends all."""
    if limit is None or len(data) <= limit:
        return data
    return data[:limit] if isinstance(data, list) else dict(list(data.items())[:limit])


def _label_sets(data: Any) -> list[dict[str, str]]:
    if not isinstance(data, list) or not all(is_labels(entry) for entry in data):
        raise TypeError
    return sorted(data, key=lambda labels: sorted(labels.items()))


def _texts(data: Any) -> list[str]:
    if not isinstance(data, list) or not all(isinstance(entry, str) for entry in data):
        raise TypeError
    return sorted(data)


def _metrics(data: Any) -> dict[str, list[dict[str, Any]]]:
    if not isinstance(data, dict) or not all(isinstance(entries, list) for entries in data.values()):
        raise TypeError
    if not all(isinstance(entry, dict) and is_flat(entry) for entries in data.values() for entry in entries):
        raise TypeError
    return dict(sorted(data.items()))
