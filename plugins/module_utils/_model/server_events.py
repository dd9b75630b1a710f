# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edges of the server list and of the health of targets. An empty list is ignored: it never means that all are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._secrets import redact_data
from .events import Event, build_event
from .times import is_time

SOURCE = "nhncloud.sysmon.servers"

State = dict[str, Any]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Watch:
    """The options of the event source. ``scope`` names project and region; ``absent_for`` is in milliseconds."""

    scope: str
    absent_for: int
    report_existing: bool = False


def advance(
    watch: Watch, state: State | None, moment: int, servers: Iterable[Record], targets: Iterable[Record] | None = None
) -> tuple[State, list[Event]]:
    """The state after one complete poll at ``moment`` (Unix milliseconds), and its events. ``targets`` is None if not watched."""
    known = state or {}
    listed, events = _advance(watch, known.get("servers"), moment, servers, "host_id", _server_edges)
    after: State = {"servers": listed}
    if targets is not None:
        after["targets"], more = _advance(watch, known.get("targets"), moment, targets, "target_id", _target_edges)
        events += more
    return after, events


def is_state(value: Any) -> bool:
    """Whether a value from a state file is a valid state."""
    return (
        isinstance(value, dict)
        and _is_listing(value.get("servers"), "host_id")
        and ("targets" not in value or _is_listing(value["targets"], "target_id", "health"))
    )


def _is_listing(value: Any, *names: str) -> bool:
    return isinstance(value, dict) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("record"), dict)
        and entry["record"].keys() >= {"hostname", *names}
        and (entry.get("absent_since", "") is None or is_time(entry.get("absent_since")))
        for entry in value.values()
    )


Edges = Callable[[Watch, int, "dict[str, Any] | None", "dict[str, Any] | None"], "list[Event]"]


def _advance(
    watch: Watch, known: dict[str, Any] | None, moment: int, records: Iterable[Record], identifier: str, edges: Edges
) -> tuple[dict[str, Any], list[Event]]:
    found: dict[str, dict[str, Any]] = {}
    for record in redact_data(list(records)):
        found.setdefault(record[identifier], record)
    if not found and known:
        return known, []
    first = known is None
    after: dict[str, Any] = {}
    events: list[Event] = []
    for key in sorted({*(known or {}), *found}):
        entry = (known or {}).get(key)
        before, record = entry and entry["record"], found.get(key)
        if record is None and entry is not None:
            since = moment if entry["absent_since"] is None else min(entry["absent_since"], moment)
            if moment - since < watch.absent_for:
                after[key] = {"record": before, "absent_since": since}
                continue
        elif record is not None:
            after[key] = {"record": _merged(before, record), "absent_since": None}
        if not first or watch.report_existing:
            events += edges(watch, moment, before, record)
    return after, events


def _merged(before: dict[str, Any] | None, record: dict[str, Any]) -> dict[str, Any]:
    """The new record, with the known host name if the service omits it: a missing name is not a new name."""
    hostname = record.get("hostname") or (before or {}).get("hostname")
    return {**record, "hostname": hostname}


def _server_edges(
    watch: Watch, moment: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[Event]:
    if before is None and after is not None:
        return [_event(watch, "appeared", moment, after["host_id"], server=after)]
    if after is None and before is not None:
        return [_event(watch, "gone", moment, before["host_id"], server=before)]
    if before and after and before["hostname"] and after["hostname"] and before["hostname"] != after["hostname"]:
        return [_event(watch, "renamed", moment, after["host_id"], server=after, previous=before["hostname"])]
    return []


def _target_edges(
    watch: Watch, moment: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[Event]:
    if after is None or (before and before["health"] == after["health"]):
        return []
    return [_event(watch, after["health"], moment, after["target_id"], target=after)]


def _event(watch: Watch, kind: str, moment: int, identity: str, **content: Any) -> Event:
    return build_event(SOURCE, watch.scope, kind, moment, identity, **content)
