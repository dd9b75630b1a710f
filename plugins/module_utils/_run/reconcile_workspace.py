# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reconcile one workspace: read, plan, apply."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._api.client import Client
from .._api.retry import backoff
from .._errors import SysmonError
from .._model.change import Change, Plan
from .._model.desired import checked_id, checked_name
from .._model.workspaces import LOSS, DesiredWorkspace, Workspace, check_metrics_path, plan_workspace
from .reads import error_context, is_gone, no_workspace, parse_record, read_workspace
from .writes import SETTLE, is_doubtful


@dataclass
class Outcome:
    """The current workspace, the write that was done, and the error."""

    workspace: Workspace | None
    change: Change[Workspace] | None = None
    changed: bool = False
    error: SysmonError | None = None


def ensure_workspace(client: Client, params: Mapping[str, Any], check_mode: bool) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_workspace, and its error. Raises SysmonError before any write."""
    check_metrics_path(params["metrics_path"])
    desired = DesiredWorkspace(
        name=checked_name(params["name"], "name"),
        metrics_path=params["metrics_path"],
        description=params["description"],
        absent=params["state"] == "absent",
        force=params["force"],
    )
    workspace_id = checked_id(params["workspace_id"], "workspace_id")
    outcome = reconcile_workspace(client, workspace_id, desired, params["retries"], check_mode)
    shown = Plan(() if outcome.change is None else (outcome.change,))
    result: dict[str, Any] = {
        "changed": outcome.changed,
        "workspace": outcome.workspace and outcome.workspace.to_result(),
        "diff": {"before": (shown.before() or [{}])[0], "after": (shown.after() or [{}])[0]},
    }
    if desired.absent and outcome.change:
        result["msg"] = f"Workspace {outcome.change.before} is deleted. {LOSS}"
        result["warnings"] = [result["msg"]]
    return result, outcome.error and outcome.error.about(f"Workspace {desired.name or workspace_id}")


def reconcile_workspace(
    client: Client, workspace_id: str | None, desired: DesiredWorkspace, retries: int, check_mode: bool
) -> Outcome:
    """Bring one workspace to the desired state. Raises SysmonError only before the first write."""
    observed = read_workspace(client, desired.name, workspace_id)
    if observed is None and workspace_id is not None:
        _check_gone(client, workspace_id, desired)
    target_count = 0
    if desired.absent and observed and not desired.force and not observed.reserved:
        try:
            with error_context(observed):
                target_count = len(client.list_targets(str(observed.workspace_id)))
        except SysmonError as error:
            if is_gone(client, observed, error):
                return Outcome(None)
            raise
    plan = plan_workspace(desired, observed, target_count)
    if not plan.changed:
        return Outcome(observed)
    change = plan.changes[0]
    if check_mode:
        return Outcome(change.after, change, changed=True)
    return _write(client, desired, change, retries)


def _check_gone(client: Client, workspace_id: str, desired: DesiredWorkspace) -> None:
    """Raise SysmonError, unless the workspace that is gone should be absent and none has its name."""
    if not desired.absent:
        raise no_workspace(None, workspace_id, ())
    same_name = desired.name is not None and read_workspace(client, desired.name, None)
    if same_name:
        raise SysmonError(
            "config",
            f"Workspace {same_name} has the id {same_name.workspace_id}, not {workspace_id}, which does not exist.",
            hint="Give one of the two.",
        )


def _write(client: Client, desired: DesiredWorkspace, change: Change[Workspace], retries: int) -> Outcome:
    before, after = change.before, change.after
    if after is None:
        return _delete(client, before)
    return _create(client, desired, after, retries) if before is None else _update(client, before, after)


def _create(client: Client, desired: DesiredWorkspace, after: Workspace, retries: int) -> Outcome:
    change = Change(None, after)
    late = False
    for attempt in range(retries + 1):
        try:
            body = client.create_workspace(after.to_create())
            made = parse_record(Workspace.from_api, "create_workspace", body)
            return Outcome(made, change, changed=True)
        except SysmonError as failure:
            error = failure
        late = late or error.may_still_commit
        # A malformed record is an error of kind protocol, although the workspace was created.
        if not is_doubtful(error):
            break
        again = error.outcome_unknown and error.kind != "rate_limited" and attempt < retries
        if again:
            # Wait before reading, not after it, so that the read sees all writes of that time.
            time.sleep(backoff(attempt))
        found, was_read = _read_again(client, after.name, None, error)
        if found:
            return _update_created(client, desired, found, change)
        if not was_read:
            return Outcome(None, changed=True, error=error)
        if not again:
            break
    # It does not exist, unless an earlier attempt still takes effect.
    return Outcome(None, changed=late, error=error)


def _update_created(client: Client, desired: DesiredWorkspace, found: Workspace, change: Change[Workspace]) -> Outcome:
    """Update a workspace that exists after a failed create: by that create, or by another controller."""
    try:
        plan = plan_workspace(desired, found)
    except SysmonError as error:
        return Outcome(found, changed=True, error=error)
    if not plan.changed:
        return Outcome(found, change, changed=True)
    outcome = _write(client, desired, plan.changes[0], 0)
    return Outcome(outcome.workspace, change, changed=True, error=outcome.error)


def _update(client: Client, before: Workspace, after: Workspace) -> Outcome:
    change = Change(before, after)
    try:
        body = client.update_workspace(str(before.workspace_id), after.to_update())
        return Outcome(parse_record(Workspace.from_api, "update_workspace", body), change, changed=True)
    except SysmonError as failure:
        error = failure
    if not is_doubtful(error):
        return Outcome(before, error=error)
    found, was_read = _read_again(client, None, before.workspace_id, error)
    if found and found.same_settings(after):
        return Outcome(found, change, changed=True)
    return Outcome(found or before, changed=not was_read or error.may_still_commit, error=error)


def _delete(client: Client, before: Workspace) -> Outcome:
    change: Change[Workspace] = Change(before, None)
    try:
        if client.delete_workspace(str(before.workspace_id)):
            return Outcome(None, change, changed=True)
        return Outcome(None)
    except SysmonError as failure:
        error = failure
    if not is_doubtful(error):
        return Outcome(before, error=error)
    found, was_read = _read_again(client, None, before.workspace_id, error)
    if was_read and not found:
        return Outcome(None, change, changed=True)
    return Outcome(before, changed=not was_read or error.may_still_commit, error=error)


def _read_again(
    client: Client, name: str | None, workspace_id: str | None, error: SysmonError
) -> tuple[Workspace | None, bool]:
    """Read the workspace after a failed write: the workspace, and whether it could be read."""
    if error.may_still_commit:
        time.sleep(SETTLE)
    try:
        return read_workspace(client, name, workspace_id), True
    except SysmonError:
        return None, False
