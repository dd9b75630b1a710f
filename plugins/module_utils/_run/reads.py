# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workspaces, servers and targets from the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from .._api.client import Client
from .._errors import SysmonError
from .._model.hosts import Directory, Server
from .._model.nearest import nearest
from .._model.targets import Target
from .._model.workspaces import Workspace, find_workspace

T = TypeVar("T")


def parse_record(read: Callable[[Mapping[str, Any]], T], call: str, record: Mapping[str, Any]) -> T:
    """Parse one record of a response. The error names the call. Raises SysmonError of kind protocol."""
    try:
        return read(record)
    except SysmonError as error:
        error.call = call
        raise error.about(f"{call.replace('_', ' ')} failed") from None


def parse_records(read: Callable[[Mapping[str, Any]], T], call: str, records: Iterable[Mapping[str, Any]]) -> list[T]:
    """Parse all records of a response. Raises SysmonError of kind protocol, also if they do not fit into memory."""
    try:
        return [parse_record(read, call, record) for record in records]
    except MemoryError:
        message = f"{call.replace('_', ' ')} failed: the response does not fit into memory."
        raise SysmonError("protocol", message, call=call) from None


def read_workspace(client: Client, name: str | None, workspace_id: str | None) -> Workspace | None:
    """Read the workspace with this id, else with this name; None if it does not exist.

    Raises SysmonError of kind config if both are given and the names differ.
    """
    if workspace_id is None:
        return find_workspace(read_workspaces(client), str(name))
    try:
        workspace = parse_record(Workspace.from_api, "get_workspace", client.get_workspace(workspace_id))
    except SysmonError as error:
        if error.kind != "not_found":
            raise error.about(f"Workspace {workspace_id}") from None
        return None
    if name is not None and workspace.name != name:
        raise SysmonError(
            "config",
            f"workspace_id {workspace_id} is named {workspace}, not {name}.",
            hint="Give one of the two: a workspace cannot be renamed.",
        )
    return workspace


def is_gone(client: Client, workspace: Workspace, error: SysmonError) -> bool:
    """Whether the reason of ``error`` is that the workspace was deleted since it was read."""
    return error.kind == "not_found" and read_workspace(client, None, workspace.workspace_id) is None


@contextmanager
def error_context(workspace: Workspace) -> Iterator[None]:
    """Prefix the messages of errors raised inside with the name of the workspace."""
    try:
        yield
    except SysmonError as error:
        raise error.about(f"Workspace {workspace}") from None


def read_workspaces(client: Client) -> list[Workspace]:
    """Read all workspaces of the project. A record that is listed twice is one workspace."""
    workspaces = parse_records(Workspace.from_api, "list_workspaces", client.list_workspaces())
    return list(dict.fromkeys(workspaces))


def read_servers(client: Client) -> Directory:
    """Read all listed servers."""
    return Directory(parse_records(Server.from_api, "list_servers", client.list_servers()))


def read_targets(client: Client, workspace_id: str) -> list[Target]:
    """Read all targets of a workspace. A record that is listed twice is one target."""
    targets = parse_records(Target.from_api, "list_targets", client.list_targets(workspace_id))
    return list(dict.fromkeys(targets))


def no_workspace(name: str | None, workspace_id: str | None, names: Sequence[str]) -> SysmonError:
    """Error for a workspace that does not exist. ``names`` are all workspaces, to suggest the most similar one."""
    if workspace_id is not None:
        wanted, hint = (
            f"A workspace with the id {workspace_id}",
            "sysmon_workspace_info lists workspaces with their ids.",
        )
    else:
        near = nearest(str(name), names)
        wanted = f"Workspace {name}"
        hint = (f"Did you mean {near}? " if near else "") + "sysmon_workspace creates one."
    return SysmonError("not_found", f"{wanted} does not exist.", hint=hint)


def read_names(client: Client) -> list[str]:
    """The names of all workspaces, for error messages; empty if they cannot be read."""
    try:
        return [workspace.name for workspace in read_workspaces(client)]
    except SysmonError:
        return []
