# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the HTML page of a fleet from a comparison and from metrics."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._api.connect import connect_prometheus
from .._errors import SysmonError
from .._model.page import page_rows, render
from .._model.page_metrics import CELLS, STEP, Metrics, strips_of, usage_of, usage_queries
from .._model.samples import read_result
from .._secrets import redact
from .drift import Comparison


def build_page(compared: Comparison, params: Mapping[str, Any], template: str, title: str) -> tuple[str, list[str]]:
    """The page as HTML, and warnings. If Prometheus does not respond, the page has a remark instead of metrics."""
    now = int(time.time())
    metrics, remarks = _read_metrics(params, now)
    rows = page_rows(compared.placed, compared.drifts, metrics)
    shown = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return redact(render(template, title, shown, rows, [*compared.warnings, *remarks])), remarks


def _read_metrics(params: Mapping[str, Any], now: int) -> tuple[Metrics, list[str]]:
    metrics, label, remarks = Metrics(), params["label"], []
    queries = usage_queries(label)
    start = now - (CELLS - 1) * STEP
    try:
        prometheus = connect_prometheus(params)
        answer = prometheus.query_range("up", start=str(start), end=str(now), step=str(STEP))
        metrics.strips = strips_of(_series(answer.data, "matrix"), label, start)
        remarks += answer.warnings
        for name, query in queries.items():
            metrics.usage[name] = usage_of(_series(prometheus.query(query).data, "vector"), label)
    except SysmonError as error:
        if error.kind == "config":
            raise
        remarks.append(f"Metrics are not shown: {error}")
    return metrics, remarks


def _series(data: Any, kind: str) -> Any:
    return read_result(data, "query", kind).result
