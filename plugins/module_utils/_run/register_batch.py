# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: register many hosts in one pass, and verify them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._api.connect import connect, connect_prometheus
from .._errors import SysmonError
from .._model.hosts import SELECTORS
from .._model.role_results import failed, results_by_host
from .._secrets import redact_data
from .batch import Batch, Call, Results
from .info import list_targets
from .progress import Progress
from .queries import query_prometheus
from .reconcile_targets import ensure_targets
from .reconcile_workspace import ensure_workspace
from .verify_batch import verify


@dataclass
class BatchResult:
    """The result of each host, and what concerns the workspace: created, changed, diff, warnings."""

    hosts: Results
    created: bool = False
    workspace_changed: bool = False
    workspace_diff: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    def leader_result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """The result of the leader: its own, with change, diff and warnings of the workspace."""
        combined = dict(result)
        if self.workspace_changed:
            combined["changed"] = True
        own = combined.get("diff") or []
        diffs = [
            *([self.workspace_diff] if self.workspace_diff else []),
            *(own if isinstance(own, list) else [own]),
        ]
        if diffs:
            combined["diff"] = diffs
        if self.warnings:
            combined["warnings"] = list(self.warnings)
        return combined


def in_process_call(options: Mapping[str, Any], batch: Batch, progress: Progress) -> Call:
    """Return a ``Call`` that runs in this process. All calls share one client for each API."""
    clients: dict[str, Any] = {}

    def client() -> Any:
        if "api" not in clients:
            clients["api"] = connect(options, connections=batch.max_workers, rate=batch.rate_limit)
        return clients["api"]

    def query(params: dict[str, Any]) -> dict[str, Any]:
        clients.setdefault("promql", connect_prometheus(options))
        return query_prometheus(clients["promql"], params)

    def call(module: str, params: dict[str, Any]) -> dict[str, Any]:
        given = {**options, **params}
        result: dict[str, Any] = {}
        error: SysmonError | None
        try:
            if module == "sysmon_workspace":
                result, error = ensure_workspace(
                    client(), {"workspace_id": None, "state": "present", "force": False, **given}, batch.check_mode
                )
            elif module == "sysmon_targets":
                unset = dict.fromkeys(SELECTORS)
                given["targets"] = [{**unset, **target} for target in given["targets"]]
                defaults = {"workspace_id": None, "port": None, "purge": False, "wait": False, "wait_timeout": 300}
                result, error = ensure_targets(client(), {**defaults, **given}, batch.check_mode, progress)
            elif module == "sysmon_target_info":
                filters = ("hostname", "ip", "host_id", "target_id", "port", "health")
                result, error = list_targets(client(), {"workspace_id": None, **dict.fromkeys(filters), **given}), None
            else:
                result, error = query(given), None
        except SysmonError as raised:
            error = raised
        failure = {"failed": True, "msg": str(error), "error": error.as_result()} if error else {}
        return redact_data({**result, **failure})  # type: ignore[no-any-return]

    return call


def register_batch(
    call: Call, batch: Batch, entries: Mapping[str, Mapping[str, Any]], progress: Progress
) -> BatchResult:
    """Bring the workspace and the targets of all hosts to the desired state, and verify them.

    ``entries`` maps each host to its entry, as ``entry_of`` builds it.
    """
    created = changed = False
    workspace_diff = None
    warnings: list[str] = []
    if batch.create_workspace and batch.state == "present":
        settings = {"metrics_path": batch.metrics_path, "description": batch.description}
        made = call("sysmon_workspace", {"name": batch.workspace, **settings})
        warnings += made.get("warnings") or []
        if made.get("failed"):
            return BatchResult(
                {host: _refused(host, made) for host in entries}, warnings=tuple(dict.fromkeys(warnings))
            )
        created = bool(made.get("changed")) and not (made.get("diff") or {}).get("before")
        changed = bool(made.get("changed"))
        workspace_diff = made.get("diff") if changed and batch.diff else None
    targets = [target for entry in entries.values() for target in entry["targets"]]
    answer = call(
        "sysmon_targets",
        {
            "workspace": batch.workspace,
            "targets": targets,
            "state": batch.state,
            "server_timeout": batch.server_timeout if batch.state == "present" else 0,
            "max_workers": batch.max_workers,
            "rate_limit": batch.rate_limit,
        },
    )
    warnings += answer.get("warnings") or []
    results = results_by_host(entries, answer, batch.diff)
    if batch.verify != "none" and batch.state == "present" and not batch.check_mode:
        verify(call, batch, entries, results, progress)
    return BatchResult(results, created, changed, workspace_diff, tuple(dict.fromkeys(warnings)))


def _refused(host: str, call: Mapping[str, Any]) -> dict[str, Any]:
    result = {"changed": bool(call.get("changed")), "targets": []}
    return failed(result, f"{host}: {call.get('msg')}", call.get("error"))
