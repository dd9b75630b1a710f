# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until a PromQL gate is met: poll, evaluate, repeat until a deadline."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._api.prometheus import PrometheusClient
from .._errors import SysmonError
from .._model.gate import (
    LOOKBACK,
    Judged,
    Wanted,
    all_met,
    judge,
    read_series,
    undecided,
    wanted_from,
)
from .._model.gate_errors import MOST_SHOWN, gate_error, seen_names
from .._model.gate_rules import GateRules, gate_rules_from, identities_from, waiting_from
from .._model.samples import read_result
from .._text import cleaned
from .queries import not_whole

# Seconds that the last poll may take beyond the deadline.
GRACE = 1.0
# Tolerance in seconds: a sleep may end slightly early.
ROUNDING = 0.001
# Error kinds that waiting does not cure.
FINAL = ("auth", "forbidden", "config")

Outcome = tuple[dict[str, Any], "SysmonError | None"]


@dataclass(frozen=True)
class GatePoll:
    """Result of one poll: the result of each identity, or the problem that all share."""

    judged: list[Judged]
    rules: GateRules
    problem: str | None = None
    seen: str = "none"
    warnings: tuple[str, ...] = ()
    error: SysmonError | None = None

    @property
    def met(self) -> bool:
        """Whether the gate is met."""
        return self.problem is None and all_met(self.judged)


def wait_until_met(client: PrometheusClient, params: Mapping[str, Any], check_mode: bool) -> Outcome:
    """The result of sysmon_wait, and the error if the gate was not met. Check mode polls once and does not fail."""
    started = time.monotonic()
    rules, waiting = gate_rules_from(params, int(time.time() * 1000)), waiting_from(params)
    wanted = wanted_from(identities_from(params))
    begun, end = started, started + waiting.timeout
    met_from: float | None = None
    while True:
        last = begun + (GRACE if waiting.timeout else params["timeout"])
        look = poll_gate(client.until(max(end, last)), wanted, rules)
        rules, now = look.rules, time.monotonic()
        met_from = None if not look.met else begun if met_from is None else met_from
        # From the start of one poll to the start of another: a slow response counts as one poll.
        held = met_from is not None and begun - met_from >= waiting.hold - ROUNDING
        if held or check_mode or now >= end:
            break
        pause = max(waiting.delay, (look.error and look.error.retry_after) or 0.0)
        if met_from is not None:
            pause = min(pause, met_from + waiting.hold - now)
        time.sleep(max(0.0, min(pause, end - now)))
        begun = time.monotonic()
    met = look.met if check_mode else held
    result = {"changed": False, "met": met, "elapsed": round(now - started, 3), "warnings": list(look.warnings)}
    if met:
        return {**result, "identities": [each.to_result() for each in look.judged]}, None
    problem = f"it was met, but for less than hold ({waiting.hold:g} s)." if look.met else look.problem
    error = gate_error(look.judged, rules, now - started, problem, look.seen)
    if check_mode or not params["fail"]:
        return {**result, "identities": [each.to_result() for each in look.judged], "msg": str(error)}, None
    if look.error is not None:
        error.call, error.http_status = look.error.call, look.error.http_status
        error.result_code, error.result_message = look.error.result_code, look.error.result_message
    shown = [each.to_result() for each in look.judged if not each.met][:MOST_SHOWN]
    return {**result, "identities": shown}, error


def poll_gate(client: PrometheusClient, wanted: Wanted | None, rules: GateRules) -> GatePoll:
    """Poll once, with one or two queries. Raises SysmonError only if waiting does not help."""
    try:
        return _ask(client, wanted, rules)
    except SysmonError as error:
        if error.kind in FINAL or (error.kind in ("query", "bad_input") and error.http_status in (200, 400)):
            raise
        problem = query_failed(error)
        return GatePoll(undecided(wanted, problem), rules, problem, error=error)


def query_failed(error: SysmonError) -> str:
    """The sentence for a query that failed. Errors name the call, which the sentence need not repeat."""
    return f"The query failed: {str(error).removeprefix('query failed: ')}"


def _ask(client: PrometheusClient, wanted: Wanted | None, rules: GateRules) -> GatePoll:
    begun = time.time()
    answers = [client.query(rules.query)]
    instant = read_result(answers[0].data, "query")
    window = None
    if rules.selector is not None and instant.result_type == "vector" and instant.result:
        # Evaluate at the time of the first result, by Prometheus' clock, so that both contain the same samples.
        moment = max(sample["timestamp"] for sample in instant.samples)
        answers.append(client.query(f"{rules.selector}[{LOOKBACK}s]", time=f"{moment:.3f}"))
        window = read_result(answers[1].data, "query", "matrix")
    warnings = tuple(dict.fromkeys(f"Prometheus: {cleaned(text)}" for each in answers for text in each.warnings))
    series, now = read_series(instant, window)
    if series:
        rules = rules.by_prometheus(now - begun)
    seen = seen_names(series, rules.label)
    partial = not_whole([text for each in answers for text in each.warnings])
    if partial:
        partial = f"The result may be incomplete: {partial}"
        return GatePoll(undecided(wanted, partial), rules, partial, seen, warnings)
    return GatePoll(judge(wanted, series, now, rules), rules, None, seen, warnings)
