# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: verify that the targets of registered hosts are collected, by health or by a query."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._api.prometheus_envelope import Answer
from .._errors import SysmonError
from .._model.gate import undecided
from .._model.gate_rules import GateRules
from .._model.role_results import failed, results_by_host
from .._model.role_verification import names_of, unverified
from .._text import cleaned
from .batch import Batch, Call, Results
from .progress import Progress
from .wait import GatePoll, poll_gate, query_failed

POLL = 5.0


def verify(call: Call, batch: Batch, entries: Mapping[str, Any], results: Results, progress: Progress) -> None:
    """Fail the hosts, in ``results``, whose targets are not verified in time."""
    good = {host: result for host, result in results.items() if not result.get("failed")}
    if not good:
        return
    if batch.verify == "health":
        _verify_health(call, batch, {host: entries[host] for host in good}, results)
    else:
        _verify_query(call, batch, good, results, progress)


def _verify_health(call: Call, batch: Batch, wanted: Mapping[str, Any], results: Results) -> None:
    params = {
        "workspace": batch.workspace,
        "targets": [target for entry in wanted.values() for target in entry["targets"]],
        "state": "present",
        "server_timeout": 0,
        "wait": True,
        "wait_timeout": batch.verify_timeout,
        "max_workers": batch.max_workers,
        "rate_limit": batch.rate_limit,
    }
    for host, result in results_by_host(wanted, call("sysmon_targets", params), False).items():
        before = results[host]
        # Keep the action of the registration: this second call finds all targets unchanged.
        targets = [
            {**new, "action": old["action"], "changed": old["changed"]}
            for old, new in zip(before["targets"], result["targets"])
        ]
        results[host] = {**before, "targets": targets or before["targets"]}
        if result.get("failed"):
            results[host] = failed(results[host], result["msg"], result["error"], kind="verification")


def _verify_query(call: Call, batch: Batch, good: Results, results: Results, progress: Progress) -> None:
    wrong = _await_query(call, batch, good, progress)
    if not wrong:
        return
    reasons = _fail_reasons(call, batch)
    for host, ports in wrong.items():
        messages = []
        for target in results[host]["targets"]:
            if target["port"] in ports:
                reason = reasons.get(target["target_id"])
                messages.append(
                    f"{host} port {target['port']} is not verified after {batch.verify_timeout} s: {ports[target['port']]}"
                    + (f" The service says: {cleaned(reason).rstrip('.')}." if reason else "")
                )
        error = SysmonError("timeout", " ".join(messages)).as_result()
        results[host] = failed(results[host], " ".join(messages), error, kind="verification")


def _await_query(call: Call, batch: Batch, good: Results, progress: Progress) -> dict[str, dict[int, str]]:
    """Wait until the query confirms all targets, by the rules of sysmon_wait. Returns the others' reasons by host and port."""
    rules = GateRules.of_query(batch.verify_query, batch.verify_label)
    places = [(host, target) for host, result in good.items() for target in result["targets"]]
    wanted = [(f"{host} port {target['port']}", names_of(host, target)) for host, target in places]
    client, end = _Client(call), time.monotonic() + batch.verify_timeout
    while True:
        try:
            look, final = poll_gate(client, wanted, rules), False
        except SysmonError as error:
            look, final = GatePoll(undecided(wanted, query_failed(error)), rules), True
        wrong: dict[str, dict[int, str]] = {}
        for (host, target), judged in zip(places, look.judged):
            if not judged.met:
                wrong.setdefault(host, {})[target["port"]] = unverified(judged, rules, look.seen)
        left = end - time.monotonic()
        if not wrong or left <= 0 or final:
            return wrong
        progress.waiting(list(wrong), "hosts that the query does not confirm yet")
        time.sleep(min(POLL, left))


class _Client:
    """Prometheus client that queries from where the role's API calls run: this process, or a bastion."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def query(self, query: str, **parameters: Any) -> Answer:
        """Run an instant query. Raises SysmonError."""
        result = self._call("sysmon_query_info", {"query": query, "want": ["result"], **parameters})
        if "result" not in result:
            error = result.get("error") or {}
            details = {name: error.get(name) for name in ("call", "http_status", "result_code", "result_message")}
            raise SysmonError(error.get("kind") or "server", str(result.get("msg")), **details)
        data = {"resultType": result["result_type"], "result": result["result"]}
        return Answer(data, result["query_warnings"], result["query_infos"])


def _fail_reasons(call: Call, batch: Batch) -> dict[str, str]:
    """The service's fail reason by target id; empty if the targets cannot be read."""
    listed = call("sysmon_target_info", {"workspace": batch.workspace})
    return {
        target["target_id"]: target["fail_reason"] for target in listed.get("targets") or [] if target["fail_reason"]
    }
