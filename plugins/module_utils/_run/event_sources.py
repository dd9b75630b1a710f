# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two event sources: their options, and what each reads in a poll. Runs without Ansible."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._api.client import Client
from .._api.connect import connect, connect_prometheus
from .._api.prometheus import PrometheusClient
from .._api.prometheus_envelope import PARTIAL
from .._errors import SysmonError
from .._model import condition as promql
from .._model import event_options as read
from .._model import server_events
from .._model.events import Event
from .._model.hosts import Server
from .._model.matrix import read_matrix
from .._model.times import SECOND, is_time, to_seconds
from .event_loop import Source
from .reads import parse_records, read_targets, read_workspaces

# Minimum of steps per request after repeated failures.
FEWEST_STEPS = 20

Opened = tuple[dict[str, Any], Source]

PROMQL_OPTIONS = {
    **read.COMMON,
    "query": (read.text, None),
    "step": (read.duration, None),
    "for": (read.duration_or_none, 0),
    "keep_firing_for": (read.duration_or_none, 0),
    "catch_up": (read.duration_or_none, "1h"),
    "host_label": (read.text, None),
}
SERVERS_OPTIONS = {
    **read.COMMON,
    "absent_for": (read.duration_or_none, "10m"),
    "targets": (read.switch, False),
    "report_existing": (read.switch, False),
}


def open_promql(args: dict[str, Any]) -> Opened:
    """Open the event source of a PromQL condition. Raises SysmonError of kind config, or ImportError."""
    options = read.read_options(args, PROMQL_OPTIONS)
    if options["query"] is None:
        raise SysmonError("config", "query is not set: give the PromQL of the condition.")
    condition = promql.Condition(
        query=options["query"],
        step=options["step"] or options["interval"],
        pending=options["for"],
        keep_firing=options["keep_firing_for"],
        catch_up=options["catch_up"],
        host_label=options["host_label"],
    )
    client = connect_prometheus(options)
    poll = PromqlPoll(client, condition)
    first = partial(promql.first_state, condition)
    return options, Source(promql.SOURCE, condition.query, poll, client.stop, first, promql.is_state)


class PromqlPoll:
    """Evaluates all steps since the last poll, at most ``MOST_STEPS`` per request."""

    def __init__(self, client: PrometheusClient, condition: promql.Condition) -> None:
        self._client = client
        self._condition = condition
        self._most = promql.MOST_STEPS

    def __call__(self, state: promql.State, now: int) -> tuple[promql.State, list[Event], bool]:
        """The state after these steps, their events, and whether more steps are due."""
        if state["last"] > now + self._condition.step:
            now = self._service_time(now)
        before = promql.rebase(self._condition, state, now)
        asked, more = promql.next_range(self._condition, before, now, self._most)
        if asked is None:
            return before, [], False
        times = {"start": to_seconds(asked.start), "end": to_seconds(asked.end), "step": to_seconds(asked.step)}
        try:
            answer = self._client.query_range(self._condition.query, **times)
        except SysmonError as error:
            raise self._classified(error, answered=not before["silent_until"]) from None
        if PARTIAL in answer.warnings:
            raise SysmonError("protocol", f"query range: {PARTIAL}", call="query_range")
        events: list[Event] = []
        for moment, found in read_matrix(answer.data, asked):
            before, edges = promql.advance(self._condition, before, moment, found)
            events += edges
        if not more:
            self._most = min(promql.MOST_STEPS, self._most * 2)
        return before, events, more

    def _service_time(self, now: int) -> int:
        """The service's time, to find out which clock is wrong; ``now`` if the service does not tell."""
        try:
            data = self._client.query("time()").data
            moment = round(float(data["result"][1]) * SECOND)
        except (SysmonError, TypeError, LookupError, ValueError, OverflowError):
            return now
        return moment if is_time(moment) else now

    def _classified(self, error: SysmonError, *, answered: bool) -> SysmonError:
        """Make a query that is refused at the first poll a config error: it does not parse, so waiting does not help."""
        if error.kind == "query" and error.http_status == 400 and not answered:
            error.kind = "config"
        if error.kind in ("protocol", "query", "transport"):
            # The response may have been too large or too slow: request fewer steps next time.
            self._most = max(FEWEST_STEPS, self._most // 2)
        return error


def open_servers(args: dict[str, Any]) -> Opened:
    """Open the event source of servers and targets. Raises SysmonError of kind config, or ImportError."""
    options = read.read_options(args, SERVERS_OPTIONS)
    client = connect(options)
    watch = server_events.Watch(client.scope, options["absent_for"], options["report_existing"])

    def poll(state: server_events.State | None, now: int) -> tuple[server_events.State, list[Event], bool]:
        servers = [
            server.to_result() for server in parse_records(Server.from_api, "list_servers", client.list_servers())
        ]
        targets = _all_targets(client) if options["targets"] else None
        return (*server_events.advance(watch, state, now, servers, targets), False)

    return options, Source(server_events.SOURCE, client.scope, poll, client.stop, is_state=server_events.is_state)


def _all_targets(client: Client) -> list[dict[str, Any]]:
    """The targets of all workspaces except reserved ones, which have none."""
    found = []
    for workspace in read_workspaces(client):
        if workspace.reserved:
            continue
        try:
            targets = read_targets(client, str(workspace.workspace_id))
        except SysmonError as error:
            if error.kind != "not_found":
                raise
            continue  # deleted since the workspaces were read
        found += [target.to_result(workspace) for target in targets]
    return found
