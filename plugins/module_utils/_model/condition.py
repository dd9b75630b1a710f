# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edges of a PromQL condition, by the rules of Prometheus alerts: a series fires while the query returns it.

Source: "Alerting rules" of the Prometheus documentation, and rules/alerting.go, for ``for`` and ``keep_firing_for``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .events import Event, build_event
from .hosts import parse_ip
from .matrix import Sample, StepSeries
from .names import split_port
from .ranges import Range
from .times import SECOND, format_time, is_time

SOURCE = "nhncloud.sysmon.promql"
# Steps per range query: a response with many series has to fit into memory. Prometheus allows 11,000.
MOST_STEPS = 500
# A label value becomes a pattern of --limit, so it must be a plain host name or address.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Groups of every inventory.
_GROUPS = ("all", "ungrouped")

State = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """The options of the event source. All times are in milliseconds; ``pending`` is the option ``for``."""

    query: str
    step: int
    pending: int = 0
    keep_firing: int = 0
    catch_up: int = 3600 * SECOND
    host_label: str | None = None


def first_state(condition: Condition, now: int) -> State:
    """State at the first start, before any evaluation. Steps before ``now`` only find out since when a series fires."""
    steps = -(-(condition.pending + condition.keep_firing) // condition.step)
    return {"last": now - (steps + 1) * condition.step, "silent_until": now, "series": {}}


def is_state(value: Any) -> bool:
    """Whether a value from a state file is a valid state."""
    return (
        isinstance(value, dict)
        and is_time(value.get("last"))
        and is_time(value.get("silent_until"))
        and isinstance(value.get("series"), dict)
        and all(map(_is_entry, value["series"].values()))
    )


def rebase(condition: Condition, state: State, now: int) -> State:
    """Adjust a stored state to ``now`` (Unix milliseconds): drop times in the future, and skip steps before ``catch_up``."""
    step, last, silent_until = condition.step, state["last"], state["silent_until"]
    if silent_until > now + step:
        return first_state(condition, now)
    if last > now + step:
        # The clock was set back since the state was written: do not wait until it catches up.
        return {**state, "last": now - step}
    oldest = now - max(condition.catch_up, 2 * step)
    # A first start reads the steps before it, however long ``for`` is.
    missed = oldest - (silent_until or last + step)
    skipped = max(0, -(-missed // step) * step)
    return {**state, "last": last + skipped, "silent_until": silent_until and silent_until + skipped}


def next_range(condition: Condition, state: State, now: int, most: int = MOST_STEPS) -> tuple[Range | None, bool]:
    """The steps to evaluate next (None if the next step is in the future), and whether more steps are due after them."""
    step = condition.step
    start = state["last"] + step
    if start > now:
        return None, False
    steps = (now - start) // step
    return Range(start, start + min(steps, most - 1) * step, step), steps >= most


def advance(condition: Condition, state: State, moment: int, found: StepSeries) -> tuple[State, list[Event]]:
    """The state after one step, and the events of that step."""
    series: dict[str, Any] = {}
    events = []
    silent, starts = moment < state["silent_until"], moment == state["silent_until"]
    for key in sorted({*state["series"], *found}):
        known = state["series"].get(key)
        after = _seen(condition, known, moment, found[key]) if key in found else _missing(condition, known, moment)
        fired, fires = bool(known and known["firing"]), bool(after and after["firing"])
        if after:
            series[key] = after
        if silent:
            continue
        if fires and (starts or not fired):
            events.append(_edge(condition, "firing", moment, key, after))
        elif fired and not fires and not starts:
            events.append(_edge(condition, "resolved", moment, key, known))
    return {"last": moment, "silent_until": state["silent_until"] if silent else 0, "series": series}, events


def _seen(condition: Condition, known: Any, moment: int, sample: Sample) -> dict[str, Any]:
    since = min(known["since"], moment) if known else moment
    firing = bool(known and known["firing"]) or moment - since >= condition.pending
    return {"labels": sample[0], "value": sample[1], "since": since, "firing": firing, "missing_since": None}


def _missing(condition: Condition, known: Any, moment: int) -> dict[str, Any] | None:
    since = moment if known["missing_since"] is None else min(known["missing_since"], moment)
    if not known["firing"] or moment - since >= condition.keep_firing:
        return None
    return {**known, "missing_since": since}


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"labels", "value", "since", "firing", "missing_since"}
        and isinstance(value["labels"], dict)
        and is_time(value["since"])
        and (value["missing_since"] is None or is_time(value["missing_since"]))
    )


def _edge(condition: Condition, kind: str, moment: int, key: str, entry: Any) -> Event:
    content = {
        "labels": entry["labels"],
        "value": entry["value"],
        "since": format_time(entry["since"]),
        "query": condition.query,
    }
    host = host_of(entry["labels"].get(condition.host_label, "")) if condition.host_label else None
    if host:
        content["meta"] = {"hosts": host}
    return build_event(SOURCE, condition.query, kind, moment, key, **content)


def host_of(value: str) -> str | None:
    """The host in a label value such as ``web-1:9100``, without port; None if it could be a pattern for several hosts."""
    text, _port = split_port(value)
    address = parse_ip(text)
    if address is not None:
        return str(address)
    return text if _HOST.fullmatch(text) and text.lower() not in _GROUPS else None
