# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reconcile targets: read, plan, apply. One target and ten thousand take the same path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.change import Plan
from .._model.desired import DesiredTargets, desired_targets_from
from .._model.hosts import Directory
from .._model.outcome import (
    EntryResult,
    Report,
    WriteResults,
    predicted,
    record_outcomes,
    refused,
    summarise,
)
from .._model.outcome_errors import not_collecting, not_listed_yet, nothing_to_remove, report_error, shared_hints
from .._model.target_plan import plan_targets, unwanted_targets
from .._model.targets import Entry, Target
from .._model.workspaces import Workspace
from .progress import Progress
from .reads import error_context, is_gone, no_workspace, read_names, read_servers, read_targets, read_workspace
from .waiter import SILENT, await_collecting, await_servers
from .writes import create_targets, delete_targets


def ensure_targets(
    client: Client, params: Mapping[str, Any], check_mode: bool, progress: Progress = SILENT
) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_targets, and the error if entries failed. Raises SysmonError before any write."""
    report = reconcile_targets(client, desired_targets_from(params), check_mode, progress)
    shared = shared_hints(report.entry_results)
    return {
        "changed": report.changed,
        "targets": [entry_result.to_result(report.workspace, shared) for entry_result in report.entry_results],
        "purged": [target.to_result(report.workspace) for target in report.purged],
        "summary": summarise(report.entry_results, len(report.purged)),
        "diff": report.diff(),
        "warnings": report.warnings,
    }, report.error


def ensure_target(client: Client, params: Mapping[str, Any], check_mode: bool) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_target (a batch of one), and its error. Raises SysmonError before any write."""
    report = reconcile_targets(client, desired_targets_from(params), check_mode)
    entry_result = report.entry_results[0]
    known = entry_result.target.target_id is not None if entry_result.error else params["state"] == "present"
    return {
        "changed": report.changed,
        "target": entry_result.target.to_result(report.workspace) if known else None,
        "diff": report.diff(),
        "warnings": report.warnings,
    }, entry_result.error and entry_result.error.about(f"{entry_result.entry} in workspace {report.workspace}")


def reconcile_targets(client: Client, desired: DesiredTargets, check_mode: bool, progress: Progress = SILENT) -> Report:
    """Bring the targets of a workspace to the desired state. Raises SysmonError only before the first write."""
    workspace = read_workspace(client, desired.workspace, desired.workspace_id)
    report = Report(workspace or Workspace(desired.workspace_id, str(desired.workspace or desired.workspace_id)))
    if workspace is None and desired.absent:
        report.entry_results = [EntryResult(entry, entry.unlisted(), "unchanged") for entry in desired.entries]
        report.warnings.append(nothing_to_remove(report.workspace.name, read_names(client)))
        return report
    if workspace is None:
        if not check_mode or desired.workspace is None:
            raise no_workspace(desired.workspace, desired.workspace_id, read_names(client))
        report.warnings.append(
            f"Workspace {desired.workspace} does not exist: check mode assumes that an earlier task creates it."
        )

    workspace = report.workspace
    observed = _resolve(client, desired, workspace, report, check_mode, progress)
    good = [entry_result for entry_result in report.entry_results if not entry_result.error]
    purge = desired.purge and len(good) == len(report.entry_results)
    wanted = [target for entry_result in good for target in (entry_result.target, *entry_result.orphans)]
    plan = plan_targets(wanted, observed, absent=desired.absent, purge=purge)
    if plan.changed and workspace.reserved:
        outcome = refused(
            plan, SysmonError("reserved", f"Workspace {workspace} is a default workspace, which cannot be changed.")
        )
    elif check_mode:
        outcome = predicted(plan, observed)
    else:
        outcome = _apply(client, desired, str(workspace.workspace_id), plan, progress)
    record_outcomes(report, desired, plan, outcome)
    if not check_mode and not desired.absent:
        _read_again(client, desired, str(workspace.workspace_id), report, bool(outcome.made), progress)
    report.error = report_error(report, unpurged=desired.purge and not report.purged)
    return report


def _resolve(
    client: Client, desired: DesiredTargets, workspace: Workspace, report: Report, check_mode: bool, progress: Progress
) -> list[Target]:
    """Add an entry result with target or error for each entry to the report, and return the existing targets."""
    if desired.absent:
        servers = read_servers(client)
    else:
        found = await_servers(client, desired.entries, 0 if check_mode else desired.server_timeout, progress)
    observed = _targets_of(client, workspace, desired.absent) if workspace.workspace_id else []
    orphans: dict[Entry, tuple[Target, ...]] = {}
    if desired.absent:
        found, orphans = _resolve_unwanted(desired, servers, Directory(observed))
    awaited = []
    for entry, target in zip(desired.entries, found):
        if not isinstance(target, SysmonError):
            report.entry_results.append(EntryResult(entry, target, "unchanged", orphans=orphans.get(entry, ())))
        elif check_mode and desired.server_timeout and not desired.absent and target.kind == "not_found":
            awaited.append(str(entry.selector))
            report.entry_results.append(EntryResult(entry, entry.unlisted(), "unchanged"))
        else:
            report.entry_results.append(EntryResult(entry, entry.unlisted(), "failed", target))
    if awaited:
        report.warnings.append(not_listed_yet(awaited))
    return observed


def _resolve_unwanted(
    desired: DesiredTargets, servers: Directory, observed: Directory
) -> tuple[list[Target | SysmonError], dict[Entry, tuple[Target, ...]]]:
    """For each entry the target to delete or the error, and further orphans to delete."""
    found: list[Target | SysmonError] = []
    orphans: dict[Entry, tuple[Target, ...]] = {}
    for entry in desired.entries:
        try:
            first, *others = unwanted_targets(entry, servers, observed)
        except SysmonError as error:
            found.append(error)
        else:
            found.append(first)
            orphans[entry] = tuple(others)
    return found, orphans


def _targets_of(client: Client, workspace: Workspace, absent: bool) -> list[Target]:
    try:
        with error_context(workspace):
            return read_targets(client, str(workspace.workspace_id))
    except SysmonError as error:
        # Another controller may have deleted the workspace, and its targets with it.
        if absent and is_gone(client, workspace, error):
            return []
        raise


def _apply(
    client: Client, desired: DesiredTargets, workspace_id: str, plan: Plan[Target], progress: Progress
) -> WriteResults:
    new = [change.after for change in plan.changes if change.after]
    old = [change.before for change in plan.changes if change.before]
    made = create_targets(
        client, workspace_id, new, workers=desired.workers, retries=desired.retries, progress=progress
    )
    if desired.purge and any(isinstance(outcome, SysmonError) for outcome in made.values()):
        old = []
    return WriteResults(
        made, list(zip(old, delete_targets(client, workspace_id, old, workers=desired.workers, progress=progress)))
    )


def _read_again(
    client: Client, desired: DesiredTargets, workspace_id: str, report: Report, made: bool, progress: Progress
) -> None:
    """Update the entry results with the service's current records, and with ``wait`` wait for collection."""
    good = [entry_result for entry_result in report.entry_results if not entry_result.error]
    waits = desired.wait and any(entry_result.target.health != "collecting" for entry_result in good)
    if not good or not (made or waits):
        return
    keys = [entry_result.target.key for entry_result in good]
    timeout = desired.wait_timeout if desired.wait else 0
    observed, error = await_collecting(client, workspace_id, keys, timeout, progress)
    if error:
        error.outcome_unknown = False  # A read changes nothing.
    if error and not desired.wait:
        report.warnings.append(f"The new targets could not be read again: {error}")
    for entry_result in good:
        entry_result.target = observed.get(entry_result.target.key, entry_result.target)
        if desired.wait and (error or entry_result.target.health != "collecting"):
            entry_result.fail(error or not_collecting(entry_result.target, timeout))
