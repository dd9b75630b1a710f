# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PromQL queries of modules and lookup: from their options to their results."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from time import time
from typing import Any

from .._api.prometheus import PrometheusClient
from .._api.prometheus_envelope import Answer
from .._errors import SysmonError
from .._model.metadata import first, read_metadata
from .._model.ranges import check_order, plan_range
from .._model.samples import QueryResult, read_result
from .._model.times import parse_duration, parse_time, to_seconds
from .._text import cleaned

# Prefix of Prometheus' warnings about the query itself.
ON_THE_QUERY = "PromQL "

# Options that select series and a time range.
SELECTION = {"match", "start", "end"}

# Result forms of the option want. Each is built only if it is wanted.
FORMS: dict[str, Callable[[QueryResult], Any]] = {
    "value": lambda found: found.value,
    "samples": lambda found: found.samples,
    "result": lambda found: found.result,
    "json": lambda found: json.dumps(found.result),
}
DEFAULT_FORMS = ["value", "samples", "result"]


def query_prometheus(client: PrometheusClient, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of sysmon_query_info, in the forms of the option want. Raises SysmonError.

    With an empty want it contains only the type, and Prometheus' warnings and infos.
    """
    query = options["query"]
    if not query.strip():
        raise SysmonError("config", "query is empty.")
    limit = _limit(options)
    parameters = {**_when(options), "timeout": _text(_duration(options, "query_timeout")), "limit": limit}
    call = client.query_range if "step" in parameters else client.query
    with _many_points() if call == client.query_range else nullcontext():
        answer = call(query, **parameters)
        whole = read_result(answer.data, call.__name__)
    found = whole.limited(limit)
    return {
        "result_type": found.result_type,
        # The one value of a result that limit cut is not the only one.
        **{form: FORMS[form](whole if form == "value" else found) for form in options.get("want", DEFAULT_FORMS)},
        **_remarks(answer, len(whole.result) - len(found.result)),
    }


def not_whole(warnings: Sequence[str]) -> str | None:
    """The first warning that the result may be incomplete, cleaned; None if all warnings are about the query itself."""
    return next((cleaned(text) for text in warnings if not text.startswith(ON_THE_QUERY)), None)


def query_metadata(client: PrometheusClient, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of sysmon_metadata_info. Raises SysmonError."""
    endpoint, limit = options["endpoint"], _limit(options)
    usable = {"label_values": SELECTION | {"label"}, "metadata": {"metric"}}.get(endpoint, SELECTION)
    for name in (SELECTION | {"label", "metric"}) - usable:
        if _given(options, name) is not None:
            raise SysmonError("config", f"{name} has no effect with endpoint: {endpoint}.")
    call = getattr(client, endpoint)
    parameters: dict[str, Any] = {"limit": limit}
    if endpoint == "metadata":
        parameters["metric"] = _given(options, "metric")
    else:
        parameters.update({"match[]": options.get("match"), **_span(options)})
    answer = call(options["label"], **parameters) if endpoint == "label_values" else call(**parameters)
    whole = read_metadata(endpoint, answer.data)
    data = first(whole, limit)
    return {"data": data, **_remarks(answer, len(whole) - len(data))}


@contextmanager
def _many_points() -> Iterator[None]:
    """Keep the garbage collector away from a large response: searching it for cycles takes longer than parsing it.

    Only for range queries, because gc.freeze exempts every existing object: their process ends with the task.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def _remarks(answer: Answer, cut: int) -> dict[str, Any]:
    """Prometheus' warnings and infos, as results and as warnings. ``cut`` is the number of series left off by limit."""
    warnings = [f"Prometheus: {cleaned(text)}" for text in (*answer.warnings, *answer.infos)]
    if cut:
        warnings.append(f"Prometheus sent more than limit allows; {cut} more were left off.")
    return {"query_warnings": answer.warnings, "query_infos": answer.infos, "warnings": warnings}


def _limit(options: Mapping[str, Any]) -> int | None:
    limit = options.get("limit")
    if limit is not None and limit < 1:
        raise SysmonError("config", "limit must be 1 or more.")
    return limit


def _times(options: Mapping[str, Any], *names: str) -> list[int | None]:
    """Times in options as Unix milliseconds, relative to one clock reading. The default of end is now if start is given."""
    now = int(time() * 1000)
    given = {name: _given(options, name) for name in names}
    if given["start"] is not None and given["end"] is None:
        given["end"] = "now"
    return [None if text is None else parse_time(text, now, name) for name, text in given.items()]


def _span(options: Mapping[str, Any]) -> dict[str, str | None]:
    start, end = _times(options, "start", "end")
    check_order(start, end)
    return {"start": _text(start), "end": _text(end)}


def _when(options: Mapping[str, Any]) -> dict[str, str | None]:
    moment, start, end = _times(options, "time", "start", "end")
    step = _duration(options, "step")
    if start is None and (end is not None or step is not None):
        raise SysmonError("config", "end and step belong to a range, which needs start.")
    if start is None or end is None:
        return {"time": _text(moment)}
    if moment is not None:
        raise SysmonError("config", "time is for an instant query, start for a range query: give one of them.")
    planned = plan_range(start, end, step)
    return {"start": _text(planned.start), "end": _text(planned.end), "step": _text(planned.step)}


def _duration(options: Mapping[str, Any], name: str) -> int | None:
    text = _given(options, name)
    return None if text is None else parse_duration(text, name)


def _text(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else to_seconds(milliseconds)


def _given(options: Mapping[str, Any], name: str) -> str | None:
    """An option as text. Empty text and an empty list count as not set."""
    value = options.get(name)
    return None if value is None or value in ("", []) else str(value)
