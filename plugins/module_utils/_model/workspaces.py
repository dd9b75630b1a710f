# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspaces: observed and desired ones, and the plan between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._errors import SysmonError
from .._text import ID, cleaned
from . import fields
from .change import Change, Plan

DEFAULT_METRICS_PATH = "/metrics"
LOSS = "Its layouts, charts and chart notifications go with it and cannot be restored from the API."


@dataclass(frozen=True)
class Workspace:
    """A workspace. Source: API guide, workspaces, 1. ``workspace_id`` is None if it does not exist yet."""

    workspace_id: str | None
    name: str
    project_id: str | None = None
    metrics_path: str | None = None
    description: str | None = None
    reserved_code: int | str | None = None
    last_modified_by: str | None = None
    last_modified_at: str | None = None

    @classmethod
    def from_api(cls, record: Mapping[str, Any]) -> Workspace:
        """Parse a record of the API. Raises SysmonError of kind protocol."""
        name = fields.text(record, "jobName")
        if name is None:
            raise SysmonError("protocol", "A record of the service is not what its guide says: jobName is missing.")
        return cls(
            workspace_id=fields.identifier(record, "jobId"),
            name=name,
            project_id=fields.text(record, "projectId"),
            metrics_path=fields.text(record, "metricsPath"),
            description=fields.text(record, "description"),
            reserved_code=fields.code(record, "reservedJobCd"),
            last_modified_by=fields.text(record, "lstModifier"),
            last_modified_at=fields.text(record, "lstModYmdt"),
        )

    def __str__(self) -> str:
        """Name for messages."""
        return cleaned(self.name)

    @property
    def reserved(self) -> bool:
        """Whether it is a default workspace, which the API refuses to change."""
        return self.reserved_code is not None

    def to_create(self) -> dict[str, Any]:
        """Body of the create request."""
        return {"jobName": self.name, **self.to_update()}

    def to_update(self) -> dict[str, Any]:
        """Body of the update request, with all settings: PUT replaces the record."""
        body = {"metricsPath": self.metrics_path, "description": self.description}
        return {key: value for key, value in body.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        """The workspace as modules return it."""
        return {
            "workspace_id": self.workspace_id,
            "name": self.name,
            "project_id": self.project_id,
            "metrics_path": self.metrics_path,
            "description": self.description,
            "reserved": self.reserved,
            "reserved_code": self.reserved_code,
            "last_modified_by": self.last_modified_by,
            "last_modified_at": self.last_modified_at,
        }

    def to_diff(self) -> dict[str, Any]:
        """Fields to show in a diff."""
        return {"name": self.name, "metrics_path": self.metrics_path, "description": self.description or ""}

    def same_settings(self, other: Workspace) -> bool:
        """Whether an update would change nothing. A missing and an empty description are the same."""
        return self.metrics_path == other.metrics_path and (self.description or "") == (other.description or "")


@dataclass(frozen=True)
class DesiredWorkspace:
    """A workspace as a playbook wants it. None leaves a field unchanged."""

    name: str | None
    metrics_path: str | None = None
    description: str | None = None
    absent: bool = False
    force: bool = False


def find_workspace(workspaces: Iterable[Workspace], name: str) -> Workspace | None:
    """The workspace with this name, else None. Raises SysmonError of kind ambiguous if there are several."""
    found = [workspace for workspace in workspaces if workspace.name == name]
    if len(found) > 1:
        ids = ", ".join(str(workspace.workspace_id) for workspace in found[:5])
        raise SysmonError(
            "ambiguous", f"{len(found)} workspaces are named {name}: {ids}.", hint="Name one by workspace_id."
        )
    return found[0] if found else None


def check_metrics_path(path: str | None) -> None:
    """Raise SysmonError of kind config unless it is a plain URL path, or None."""
    if path is not None and not re.fullmatch(r"/(?!/)[^?#\s\x00-\x1f\x7f]*", path):
        raise SysmonError(
            "config",
            f"metrics_path {path!r} is not a path: it must start with one '/', without scheme, host, query or fragment.",
        )


def plan_workspace(desired: DesiredWorkspace, observed: Workspace | None, target_count: int = 0) -> Plan[Workspace]:
    """Plan the one write that is needed, or none. Raises SysmonError of kind config or reserved."""
    if desired.absent:
        plan = _plan_absent(desired, observed, target_count)
    elif observed is None:
        plan = _plan_create(desired)
    else:
        after = replace(
            observed,
            metrics_path=observed.metrics_path if desired.metrics_path is None else desired.metrics_path,
            description=observed.description if desired.description is None else desired.description,
        )
        plan = Plan(kept=(observed,)) if after.same_settings(observed) else Plan((Change(observed, after),))
    if plan.changed and observed and observed.reserved:
        raise SysmonError("reserved", f"Workspace {observed} is a default workspace, which cannot be changed.")
    return plan


def _plan_create(desired: DesiredWorkspace) -> Plan[Workspace]:
    name = desired.name or ""
    if not ID.fullmatch(name):
        raise SysmonError("config", f"{name!r} is not a name for a new workspace: letters, digits, '-' and '_' only.")
    path = DEFAULT_METRICS_PATH if desired.metrics_path is None else desired.metrics_path
    return Plan((Change(None, Workspace(None, name, metrics_path=path, description=desired.description)),))


def _plan_absent(desired: DesiredWorkspace, observed: Workspace | None, target_count: int) -> Plan[Workspace]:
    if observed is None:
        return Plan()
    if target_count and not desired.force and not observed.reserved:
        raise SysmonError(
            "config",
            f"Workspace {observed} still has {target_count} collection targets. {LOSS}",
            hint="Give force: true to delete it anyway.",
        )
    return Plan((Change(observed, None),))
