# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets: observe, plan, apply. One target and ten thousand take the same road."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._state.change import Plan
from .._state.hosts import Directory
from .._state.order import Order, order_from
from .._state.report import (
    Applied,
    Report,
    Verdict,
    failure_of,
    not_collecting,
    not_listed_yet,
    predicted,
    refused,
    summarise,
    tell,
)
from .._state.targets import Target, plan_targets, unwanted_target
from .._state.workspaces import Workspace
from .observe import concerning, is_gone, no_workspace, read_workspace
from .waiting import attempt, await_collecting, await_servers, read_servers
from .writes import create_targets, delete_targets, read_targets


def ensure_targets(client: Client, params: Mapping[str, Any], check_mode: bool) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_targets."""
    report = reconcile_targets(client, order_from(params), check_mode)
    return {
        "changed": report.changed,
        "targets": [verdict.to_result(report.workspace) for verdict in report.verdicts],
        "purged": [target.to_result(report.workspace) for target in report.purged],
        "summary": summarise(report.verdicts, len(report.purged)),
        "diff": report.diff(),
        "warnings": report.warnings,
    }, report.error


def ensure_target(client: Client, params: Mapping[str, Any], check_mode: bool) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_target: a batch of one."""
    report = reconcile_targets(client, order_from(params), check_mode)
    verdict = report.verdicts[0]
    known = verdict.target.target_id is not None if verdict.error else params["state"] == "present"
    return {
        "changed": report.changed,
        "target": verdict.target.to_result(report.workspace) if known else None,
        "diff": report.diff(),
        "warnings": report.warnings,
    }, verdict.error and verdict.error.about(f"{verdict.entry} in workspace {report.workspace.name}")


def reconcile_targets(client: Client, order: Order, check_mode: bool) -> Report:
    """Bring the targets of a workspace to what is asked. Raises SysmonError only while nothing has been written."""
    workspace = read_workspace(client, order.workspace, order.workspace_id)
    report = Report(workspace or Workspace(order.workspace_id, str(order.workspace or order.workspace_id)))
    if workspace is None and order.absent:
        report.verdicts = [Verdict(entry, entry.unlisted(), "unchanged") for entry in order.entries]
        return report
    if workspace is None:
        if not check_mode or order.workspace is None:
            raise no_workspace(order.workspace, order.workspace_id)
        report.warnings.append(f"Workspace {order.workspace} does not exist: it counts as made by an earlier task.")

    workspace = report.workspace
    observed = _resolve(client, order, workspace, report, check_mode)
    good = [verdict for verdict in report.verdicts if not verdict.error]
    purge = order.purge and len(good) == len(report.verdicts)
    plan = plan_targets([verdict.target for verdict in good], observed, absent=order.absent, purge=purge)
    if plan.changed and workspace.reserved:
        outcome = refused(
            plan, SysmonError("reserved", f"Workspace {workspace.name} is a default one, not for targets.")
        )
    elif check_mode:
        outcome = predicted(plan)
    else:
        outcome = _apply(client, order, str(workspace.workspace_id), plan)
    tell(report, order, plan, outcome)
    if not check_mode and not order.absent:
        _read_again(client, order, str(workspace.workspace_id), report, bool(outcome.made))
    report.error = failure_of(report, unpurged=order.purge and not report.purged)
    return report


def _resolve(client: Client, order: Order, workspace: Workspace, report: Report, check_mode: bool) -> list[Target]:
    """Give every entry its target, or the reason why it has none, and return the targets that are there."""
    if order.absent:
        servers = read_servers(client)
    else:
        found = await_servers(client, order.entries, 0 if check_mode else order.server_timeout)
    observed = _targets_of(client, workspace, order.absent) if workspace.workspace_id else []
    if order.absent:
        known = Directory(observed)
        found = [attempt(unwanted_target, entry, servers, known) for entry in order.entries]
    awaited = []
    for entry, target in zip(order.entries, found):
        if not isinstance(target, SysmonError):
            report.verdicts.append(Verdict(entry, target, "unchanged"))
        elif check_mode and order.server_timeout and not order.absent and target.kind == "not_found":
            awaited.append(str(entry.selector))
            report.verdicts.append(Verdict(entry, entry.unlisted(), "unchanged"))
        else:
            report.verdicts.append(Verdict(entry, entry.unlisted(), "failed", target))
    if awaited:
        report.warnings.append(not_listed_yet(awaited))
    return observed


def _targets_of(client: Client, workspace: Workspace, absent: bool) -> list[Target]:
    try:
        with concerning(workspace):
            return read_targets(client, str(workspace.workspace_id))
    except SysmonError as error:
        # Another controller may remove the workspace meanwhile, and its targets with it.
        if absent and is_gone(client, workspace, error):
            return []
        raise


def _apply(client: Client, order: Order, workspace_id: str, plan: Plan[Target]) -> Applied:
    new = [change.after for change in plan.changes if change.after]
    old = [change.before for change in plan.changes if change.before]
    made = create_targets(client, workspace_id, new, workers=order.workers, retries=order.retries)
    if order.purge and any(isinstance(outcome, SysmonError) for outcome in made.values()):
        old = []
    return Applied(made, list(zip(old, delete_targets(client, workspace_id, old, workers=order.workers))))


def _read_again(client: Client, order: Order, workspace_id: str, report: Report, made: bool) -> None:
    """Give the verdicts the fields that the service has by now, and wait for collection where that is asked."""
    good = [verdict for verdict in report.verdicts if not verdict.error]
    waits = order.wait and any(verdict.target.health != "collecting" for verdict in good)
    if not good or not (made or waits):
        return
    keys = [verdict.target.key for verdict in good]
    timeout = order.wait_timeout if order.wait else 0
    observed, error = await_collecting(client, workspace_id, keys, timeout)
    if error and not order.wait:
        report.warnings.append(f"The new targets could not be read again: {error}")
    for verdict in good:
        verdict.target = observed.get(verdict.target.key, verdict.target)
        if order.wait and (error or verdict.target.health != "collecting"):
            verdict.fail(error or not_collecting(verdict.target, timeout))
