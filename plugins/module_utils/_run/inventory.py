# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries behind the inventory plugin."""

from __future__ import annotations

from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.hosts import SELECTORS
from .._model.workspaces import Workspace
from .info import list_servers
from .parallel import in_parallel
from .reads import read_targets, read_workspaces


def read_inventory(client: Client, with_targets: bool, workers: int) -> dict[str, Any]:
    """All servers without duplicates and, ``with_targets``, all workspaces with their targets (else None)."""
    servers: dict[str, dict[str, Any]] = {}
    for server in list_servers(client, dict.fromkeys(SELECTORS))["servers"]:
        # A list may contain a server twice.
        servers.setdefault(server["host_id"], server)
    return {
        "servers": list(servers.values()),
        "workspaces": _read_workspaces(client, workers) if with_targets else None,
    }


def _read_workspaces(client: Client, workers: int) -> list[dict[str, Any]]:
    def read(workspace: Workspace) -> list[dict[str, Any]]:
        targets = read_targets(client, str(workspace.workspace_id))
        return [target.to_result(workspace) for target in targets]

    workspaces = read_workspaces(client)
    found = []
    for workspace, targets in zip(workspaces, in_parallel(read, workspaces, workers, client.stop)):
        if not isinstance(targets, SysmonError):
            found.append({"name": workspace.name, "targets": targets})
        elif targets.kind != "not_found":  # deleted meanwhile: skip it
            raise targets.about(f"Workspace {workspace}")
    return found
