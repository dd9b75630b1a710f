# Copyright: (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions to Prometheus: from the options of modules and lookup to their results."""

from __future__ import annotations

from time import time
from typing import Any, Mapping

from .._api.prometheus import Answer, PrometheusClient
from .._errors import SysmonError
from .._state.samples import read_result
from .._state.times import parse_duration, parse_time, plan_range, to_seconds


def ask(client: PrometheusClient, options: Mapping[str, Any]) -> dict[str, Any]:
    """Run the query of the options; the result of M(nhncloud.sysmon.sysmon_query_info)."""
    query = options["query"]
    if not query.strip():
        raise SysmonError("config", "query is empty.")
    limit = checked_limit(options)
    parameters = {**_when(options), "timeout": _seconds(options, "query_timeout"), "limit": limit}
    call = client.query_range if "step" in parameters else client.query
    answer = call(query, **parameters)
    whole = read_result(answer.data, call.__name__)
    found = whole.limited(limit)
    return {
        "result_type": found.result_type,
        "result": found.result,
        "value": found.value,
        "samples": found.samples,
        **remarks(answer, cut=found is not whole and len(whole.result) - len(found.result)),
    }


def remarks(answer: Answer, cut: int = 0) -> dict[str, Any]:
    """What Prometheus remarked, as results and as warnings; and how much was cut off here."""
    warnings = [f"Prometheus: {text}" for text in (*answer.warnings, *answer.infos)]
    if cut:
        warnings.append(f"Prometheus sent more than limit; {cut} more were left off.")
    return {"query_warnings": answer.warnings, "query_infos": answer.infos, "warnings": warnings}


def checked_limit(options: Mapping[str, Any]) -> int | None:
    """The option limit."""
    limit = options.get("limit")
    if limit is not None and limit < 1:
        raise SysmonError("config", "limit is 1 or more.")
    return limit


def times(options: Mapping[str, Any], *names: str) -> list[int | None]:
    """The instants that options give, all against one clock; end is now where only start is given."""
    now = int(time() * 1000)
    given = {name: _given(options, name) for name in names}
    if given.get("start") is not None and given.get("end") is None:
        given["end"] = "now"
    return [None if text is None else parse_time(text, now, name) for name, text in given.items()]


def _when(options: Mapping[str, Any]) -> dict[str, str | None]:
    moment, start, end = times(options, "time", "start", "end")
    step = _given(options, "step")
    if start is None and (end is not None or step is not None):
        raise SysmonError("config", "end and step belong to a range, which needs start.")
    if start is None or end is None:
        return {"time": None if moment is None else to_seconds(moment)}
    if moment is not None:
        raise SysmonError("config", "time is for an instant, start for a range: give one of them.")
    planned = plan_range(start, end, None if step is None else parse_duration(step, "step"))
    return {"start": to_seconds(planned.start), "end": to_seconds(planned.end), "step": to_seconds(planned.step)}


def _seconds(options: Mapping[str, Any], name: str) -> str | None:
    text = _given(options, name)
    return None if text is None else to_seconds(parse_duration(text, name))


def _given(options: Mapping[str, Any], name: str) -> str | None:
    """An option as text; empty text counts as not set."""
    value = options.get(name)
    return None if value is None or value == "" else str(value)
