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

HEALTHS = ("collecting", "failing", "preparing")
_NULL = (type(None),)
_TEXT = (str, type(None))
_SERVER = {"host_id": (str,), "hostname": _TEXT, "ip": _TEXT, "instance_id": _TEXT}
_WORKSPACE = {"name": _TEXT, "targets": (list,)}
_TARGET = {"host_id": _TEXT, "workspace": _TEXT, "health": (str,)}


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


def is_answer(value: Any, with_targets: bool) -> bool:
    """Whether a value from a cache is an answer of ``read_inventory`` with the time ``asked_at``."""
    if not _has(
        value, {"asked_at": (int, float), "servers": (list,), "workspaces": (list,) if with_targets else _NULL}
    ):
        return False
    workspaces = value["workspaces"] or []
    return (
        all(_has(server, _SERVER) for server in value["servers"])
        and all(_has(workspace, _WORKSPACE) for workspace in workspaces)
        and all(
            _has(target, _TARGET) and target["workspace"] == workspace["name"] and target["health"] in HEALTHS
            for workspace in workspaces
            for target in workspace["targets"]
        )
    )


def _has(value: Any, types: dict[str, tuple[type, ...]]) -> bool:
    return isinstance(value, dict) and all(
        name in value and isinstance(value[name], kinds) for name, kinds in types.items()
    )


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
