# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the workspace that a task names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .._api.client import Client
from .._errors import SysmonError
from .._state.workspaces import Workspace, find_workspace


def read_workspace(client: Client, name: str | None, workspace_id: str | None) -> Workspace | None:
    """The workspace of that id, else of that name; None where there is none.

    Raises SysmonError of kind config where both are given and do not mean the same.
    """
    if workspace_id is None:
        return find_workspace(read_workspaces(client), str(name))
    try:
        workspace = Workspace.from_api(client.get_workspace(workspace_id))
    except SysmonError as error:
        if error.kind != "not_found":
            raise error.about(f"Workspace {workspace_id}") from None
        return None
    if name is not None and workspace.name != name:
        raise SysmonError(
            "config",
            f"workspace_id {workspace_id} is named {workspace.name}, not {name}.",
            hint="Give one of the two: a workspace cannot be renamed.",
        )
    return workspace


@contextmanager
def concerning(workspace: Workspace) -> Iterator[None]:
    """Let failures inside name the workspace."""
    try:
        yield
    except SysmonError as error:
        raise error.about(f"Workspace {workspace.name}") from None


def read_workspaces(client: Client) -> list[Workspace]:
    """All workspaces of the project."""
    return [Workspace.from_api(record) for record in client.list_workspaces()]


def no_workspace(name: str | None, workspace_id: str | None) -> SysmonError:
    """The failure for a workspace that is not there."""
    wanted = f"Workspace {name}" if workspace_id is None else f"A workspace with the id {workspace_id}"
    return SysmonError("not_found", f"{wanted} does not exist.", hint="sysmon_workspace makes one.")
