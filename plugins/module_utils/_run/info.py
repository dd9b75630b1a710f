# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries behind the info modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.desired import checked_id, checked_name
from .._model.filters import filters_from, select
from .._model.hosts import SELECTORS, Server
from .._model.targets import Target
from .._model.workspaces import Workspace
from .fleet import read_chosen_workspaces
from .reads import error_context, parse_record, parse_records, read_targets, read_workspace, read_workspaces

Params = Mapping[str, Any]


def list_servers(client: Client, params: Params) -> dict[str, Any]:
    """The result of sysmon_server_info."""
    filters = filters_from(params, SELECTORS)
    servers = parse_records(Server.from_api, "list_servers", client.list_servers())
    return {"servers": [server.to_result() for server in select(servers, filters)]}


def list_workspaces(client: Client, params: Params) -> dict[str, Any]:
    """The result of sysmon_workspace_info. With workspace_id it reads only that workspace."""
    name, workspace_id = checked_name(params["name"], "name"), checked_id(params["workspace_id"], "workspace_id")
    if workspace_id is not None:
        found = read_workspace(client, None, workspace_id)
        workspaces = [found] if found and name in (None, found.name) else []
    else:
        workspaces = [workspace for workspace in read_workspaces(client) if name in (None, workspace.name)]
    return {"workspaces": [workspace.to_result() for workspace in workspaces]}


def list_targets(client: Client, params: Params) -> dict[str, Any]:
    """The result of sysmon_target_info."""
    filters = filters_from(params, ("hostname", "ip", "host_id", "target_id", "port", "health"))
    named = params["workspace"] is not None or params["workspace_id"] is not None
    found = []
    for workspace in read_chosen_workspaces(client, params):
        try:
            targets = _targets(client, workspace, params["target_id"])
        except SysmonError as error:
            # Of all workspaces, one that was deleted meanwhile is left out.
            if named or error.kind != "not_found":
                raise
            continue
        found += [target.to_result(workspace) for target in sorted(select(targets, filters), key=_by_name)]
    return {"targets": found}


def _by_name(target: Target) -> tuple[str, int, str]:
    return target.hostname or "", target.port, str(target.target_id)


def _targets(client: Client, workspace: Workspace, target_ids: list[str] | None) -> list[Target]:
    """The targets of a workspace. A single target id is read alone; if it does not exist, there are none."""
    workspace_id = str(workspace.workspace_id)
    with error_context(workspace):
        if not target_ids or len(target_ids) > 1:
            return read_targets(client, workspace_id)
        try:
            return [parse_record(Target.from_api, "get_target", client.get_target(workspace_id, target_ids[0]))]
        except SysmonError as error:
            if error.kind != "not_found":
                raise
            return []
