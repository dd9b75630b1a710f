# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the whole fleet: targets of one or all workspaces, servers, and the hosts that have samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._api.client import Client
from .._api.connect import connect_prometheus
from .._errors import SysmonError
from .._model.desired import checked_id, checked_name
from .._model.hosts import Server
from .._model.sampled import SampledHosts, SampleQuery, sampled_hosts
from .._model.samples import read_result
from .._model.survey import PlacedTarget, unique
from .._model.workspaces import Workspace, find_workspace
from .._text import cleaned
from .reads import (
    error_context,
    is_gone,
    no_workspace,
    parse_records,
    read_names,
    read_targets,
    read_workspace,
    read_workspaces,
)


def read_chosen_workspaces(client: Client, params: Mapping[str, Any]) -> list[Workspace]:
    """Read the workspace that the options name, else all. Raises SysmonError of kind not_found."""
    name, workspace_id = (
        checked_name(params["workspace"], "workspace"),
        checked_id(params["workspace_id"], "workspace_id"),
    )
    if name is None and workspace_id is None:
        return read_workspaces(client)
    found = read_workspace(client, name, workspace_id)
    if found is None:
        raise no_workspace(name, workspace_id, read_names(client))
    return [found]


def choose_workspaces(workspaces: list[Workspace], params: Mapping[str, Any]) -> list[Workspace]:
    """Choose the workspace that the options name, else all. Raises SysmonError of kind not_found."""
    name, workspace_id = (
        checked_name(params["workspace"], "workspace"),
        checked_id(params["workspace_id"], "workspace_id"),
    )
    if name is None and workspace_id is None:
        return workspaces
    if workspace_id is None:
        found = find_workspace(workspaces, str(name))
    else:
        found = next((workspace for workspace in workspaces if workspace.workspace_id == workspace_id), None)
    if found is None:
        raise no_workspace(name, workspace_id, [workspace.name for workspace in workspaces])
    return [found]


def read_placed_targets(client: Client, workspaces: Iterable[Workspace]) -> list[PlacedTarget]:
    """The targets of these workspaces, without repeated records. Workspaces that were deleted meanwhile are skipped."""
    placed = []
    for workspace in workspaces:
        try:
            with error_context(workspace):
                targets = read_targets(client, str(workspace.workspace_id))
        except SysmonError as error:
            if not is_gone(client, workspace, error):
                raise
            continue
        placed += [PlacedTarget(workspace, target) for target in targets]
    return unique(placed)


def read_server_list(client: Client) -> list[Server]:
    """All listed servers.

    Read them after the targets, so that a target that another controller registers meanwhile does not look orphaned.
    """
    return parse_records(Server.from_api, "list_servers", client.list_servers())


def read_sampled_hosts(params: Mapping[str, Any], query: SampleQuery) -> SampledHosts:
    """The hosts that have samples, from one query. Raises SysmonError of kind query if the response may be incomplete."""
    answer = connect_prometheus(params).query(query.promql)
    found = read_result(answer.data, "query")
    if answer.warnings:
        raise SysmonError(
            "query", f"The result of {query.promql} may be incomplete: {cleaned(answer.warnings[0])}", call="query"
        )
    if found.result_type != "vector":
        raise SysmonError("query", f"{query.promql} returns a {found.result_type}, not a vector.", call="query")
    return sampled_hosts(found.samples, query.label)
