# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove targets whose server no longer exists: read, plan, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api.client import Client
from .._errors import SysmonError
from .._model.outcome_errors import MOST_REASONS
from .._model.prune import Decision, confirmed, is_undecided, plan_prune, removes_orphans
from .._model.prune_rules import PruneRules, check_survey, prune_rules_from
from .._model.survey import survey
from .fleet import read_chosen_workspaces, read_placed_targets, read_sampled_hosts, read_server_list
from .writes import delete_targets

Outcome = tuple[Decision, "bool | SysmonError"]


def ensure_pruned(client: Client, params: Mapping[str, Any], check_mode: bool) -> tuple[dict[str, Any], Any]:
    """The result of sysmon_prune, and the error if targets could not be removed. Raises SysmonError before any write."""
    rules = prune_rules_from(params)
    named = params["workspace"] is not None or params["workspace_id"] is not None
    chosen = [workspace for workspace in read_chosen_workspaces(client, params) if named or not workspace.reserved]
    placed = read_placed_targets(client, chosen)
    servers = read_server_list(client)
    found = survey(placed, servers)
    check_survey(found, len(servers), rules)
    sampled = None
    if rules.samples is not None and is_undecided(found, rules):
        sampled = read_sampled_hosts(params, rules.samples)
    plan = plan_prune(found, rules, sampled)
    if removes_orphans(plan, found):
        # Read again: a server that was omitted once, or whose agent has restarted, is listed by now.
        plan = confirmed(plan, found, read_server_list(client))
    outcomes = [(each, True) for each in plan.removed] if check_mode else _delete(client, plan.removed, rules)
    pruned = [decision for decision, outcome in outcomes if outcome is True]
    failed = [(decision, outcome) for decision, outcome in outcomes if isinstance(outcome, SysmonError)]
    return {
        "changed": bool(pruned) or any(error.outcome_unknown for _decision, error in failed),
        "pruned": [decision.to_result() for decision in pruned],
        "kept": [decision.to_result() for decision in plan.kept],
        "summary": {
            "targets": found.size,
            "orphans": len(found.orphans),
            "doubles": len(found.doubles),
            "pruned": len(pruned),
            "kept": len(plan.kept),
            "failed": len(failed),
        },
        "diff": {"before": {"targets": [decision.to_diff() for decision in pruned]}, "after": {"targets": []}},
    }, _failure_of(failed, len(plan.removed))


def _delete(client: Client, decisions: Sequence[Decision], rules: PruneRules) -> list[Outcome]:
    by_workspace: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_workspace.setdefault(str(decision.placed.workspace.workspace_id), []).append(decision)
    outcomes: list[Outcome] = []
    for workspace_id, group in by_workspace.items():
        targets = [decision.placed.target for decision in group]
        outcomes += zip(group, delete_targets(client, workspace_id, targets, workers=rules.workers))
    return outcomes


def _failure_of(failed: Sequence[tuple[Decision, SysmonError]], planned: int) -> SysmonError | None:
    if not failed:
        return None
    reasons: dict[str, str] = {}
    for decision, error in failed:
        reasons.setdefault(str(error), f"{decision.placed.target}: {error}")
    shown = list(reasons.values())[:MOST_REASONS]
    if len(failed) > len(shown):
        shown.append(f"{len(failed) - len(shown)} more failed.")
    first = failed[0][1]
    return SysmonError(
        first.kind,
        f"{len(failed)} of {planned} targets could not be removed. {' '.join(shown)}",
        call=first.call,
        http_status=first.http_status,
        result_code=first.result_code,
        result_message=first.result_message,
        hint=first.hint,
    )
