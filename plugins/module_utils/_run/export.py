# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the targets of a workspace for the playbook export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.export import to_file_sd, to_yaml, without_address
from .._model.survey import survey
from .._secrets import redact
from .fleet import read_chosen_workspaces, read_placed_targets, read_server_list


def export_targets(client: Client, params: Mapping[str, Any]) -> dict[str, Any]:
    """The content of both files, the number of targets of each kind, and warnings. Raises SysmonError."""
    if params["workspace"] is None:
        raise SysmonError("config", "Set export_workspace: targets are exported for one workspace.")
    (workspace,) = read_chosen_workspaces(client, {**params, "workspace_id": None})
    placed = read_placed_targets(client, [workspace])
    servers = read_server_list(client)
    found = survey(placed, servers)
    warnings = []
    if placed and not servers:
        warnings.append("The server list is empty, so every target counts as orphaned and none is exported as desired.")
    lost = without_address(placed)
    if lost and params["file_sd"]:
        warnings.append(f"{len(lost)} targets have no IP address and are not in export_file_sd.")
    doubles = sum(each.id in found.doubles for each in found.listed)
    return {
        "texts": {"path": redact(to_yaml(workspace, found)), "file_sd": redact(to_file_sd(workspace, placed))},
        "summary": {
            "exported": len(found.listed) - doubles,
            "doubles": doubles,
            "orphans": len(found.orphans),
        },
        "warnings": warnings,
    }
