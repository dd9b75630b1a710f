# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find drift: read the fleet once and compare it with servers, desired targets and samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.desired import desired_entries
from .._model.drift import (
    Drift,
    count_drift,
    drift_of_desired,
    drift_of_targets,
    missing_targets,
    resolve_desired,
)
from .._model.hosts import Directory
from .._model.sampled import sample_query_from
from .._model.survey import PlacedTarget, survey
from .fleet import choose_workspaces, read_placed_targets, read_sampled_hosts, read_server_list
from .reads import read_workspaces


@dataclass(frozen=True)
class Comparison:
    """All targets that were compared, and their drift."""

    placed: list[PlacedTarget]
    drifts: list[Drift]
    warnings: list[str]

    def to_result(self) -> dict[str, Any]:
        """The result of sysmon_drift_info."""
        return {
            "drift": [drift.to_result() for drift in self.drifts],
            "summary": count_drift(self.drifts),
            "clean": not self.drifts,
            "warnings": self.warnings,
        }


def find_drift(client: Client, params: Mapping[str, Any]) -> dict[str, Any]:
    """The result of sysmon_drift_info."""
    return compare(client, params).to_result()


def compare(client: Client, params: Mapping[str, Any]) -> Comparison:
    """Compare existing targets with servers, desired targets and samples.

    With ``partial`` in ``params`` the desired targets are incomplete, so no target counts as unexpected. Raises
    SysmonError.
    """
    query = sample_query_from(params)
    entries = None if params["targets"] is None else desired_entries(params)
    if entries is not None and params["workspace"] is None and params["workspace_id"] is None:
        raise SysmonError("config", "targets belong to one workspace: give workspace or workspace_id as well.")
    every_workspace = read_workspaces(client)
    workspaces = choose_workspaces(every_workspace, params)
    placed = read_placed_targets(client, workspaces)
    servers = read_server_list(client)
    found = survey(placed, servers)
    desired = None if entries is None else resolve_desired(workspaces[0], entries, Directory(servers))
    sampled = read_sampled_hosts(params, query) if query and placed else None
    drifts = drift_of_targets(found, desired, query, sampled)
    if desired is not None:
        missing = missing_targets(desired, found)
        # The server limit counts targets of all workspaces, but only matters for missing targets.
        others = [each for each in every_workspace if each not in workspaces] if missing else []
        drifts += drift_of_desired(desired, missing, placed + read_placed_targets(client, others))
    if params.get("partial"):
        drifts = [drift for drift in drifts if drift.drift != "unexpected"]
    warnings = []
    if not servers and placed:
        warnings.append("The server list is empty, so every target counts as orphaned.")
    if query and sampled and found.listed and not any(sampled.by(each.target) for each in found.listed):
        warnings.append(f"{query.promql} shows no sample of any listed target: check query and label ({query.label}).")
    return Comparison(placed, drifts, warnings)
