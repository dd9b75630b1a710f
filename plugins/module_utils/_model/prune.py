# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan of sysmon_prune: which targets are removed, and which orphans stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .hosts import Server, parse_ip
from .prune_rules import PruneRules, check_server_count, protected_by
from .sampled import IDENTITIES, SampledHosts, SampleQuery
from .survey import Id, PlacedTarget, Survey, is_listed, listed_ids
from .targets import Target


@dataclass(frozen=True)
class Decision:
    """A target, and why it is removed or stays."""

    placed: PlacedTarget
    reason: str

    def to_result(self) -> dict[str, Any]:
        """The target as modules return it, with the reason."""
        return {**self.placed.target.to_result(self.placed.workspace), "reason": self.reason}

    def to_diff(self) -> dict[str, Any]:
        """Fields to show in a diff."""
        return {"workspace": self.placed.workspace.name, **self.placed.target.to_diff()}


@dataclass(frozen=True)
class PrunePlan:
    """The targets to remove, and the orphans that stay."""

    removed: tuple[Decision, ...]
    kept: tuple[Decision, ...]


def is_undecided(found: Survey, rules: PruneRules) -> bool:
    """Whether samples are needed to decide on any orphan."""
    return rules.samples is not None and any(_needs_samples(each, found, rules) for each in found.orphans)


def plan_prune(found: Survey, rules: PruneRules, sampled: SampledHosts | None) -> PrunePlan:
    """Decide on every orphan and duplicate.

    Raises SysmonError of kind config if no listed target has samples either, of kind reserved for a default workspace.
    """
    evidence = None
    if sampled is not None and rules.samples is not None:
        evidence = _evidence(found, sampled, rules.samples)
    removed: list[Decision] = []
    kept: list[Decision] = []
    decided = [(each, *_decide(each, found, rules, evidence)) for each in found.orphans]
    staying = {each.id for each in found.listed} | {each.id for each, stays, _reason in decided if stays}
    for each, stays, reason in decided:
        doubled = _doubled(each, found, staying, rules) if stays else None
        (kept if stays and not doubled else removed).append(Decision(each, doubled or reason))
    for each in found.listed:
        doubled = _doubled(each, found, staying, rules)
        if doubled:
            removed.append(Decision(each, doubled))
    reserved = [decision.placed.workspace for decision in removed if decision.placed.workspace.reserved]
    if reserved:
        raise SysmonError("reserved", f"Workspace {reserved[0]} is a default workspace, which cannot be changed.")
    return PrunePlan(tuple(removed), tuple(kept))


def removes_orphans(plan: PrunePlan, found: Survey) -> bool:
    """Whether the plan removes a target because its server is not listed."""
    return any(decision.placed.id not in found.doubles for decision in plan.removed)


def confirmed(plan: PrunePlan, found: Survey, servers: Sequence[Server]) -> PrunePlan:
    """The plan after a second read of the server list: targets whose server is listed now stay.

    Raises SysmonError of kind config if the list is empty.
    """
    check_server_count(len(servers))
    listed = listed_ids(servers)
    removed, kept = [], list(plan.kept)
    for decision in plan.removed:
        placed = decision.placed
        if placed.id not in found.doubles and is_listed(placed.target, listed):
            kept.append(Decision(placed, "Its server was not listed at first, but is listed now."))
        else:
            removed.append(decision)
    return PrunePlan(tuple(removed), tuple(kept))


@dataclass(frozen=True)
class _Evidence:
    """What the samples can show.

    ``seen_by`` are the attributes by which series name listed targets: only these can show that an orphan has no
    samples. ``silent`` are the workspaces without a sample of any listed target: the query may not cover them.
    """

    sampled: SampledHosts
    seen_by: frozenset[str]
    silent: frozenset[str]


def _needs_samples(each: PlacedTarget, found: Survey, rules: PruneRules) -> bool:
    return each.id not in found.replaced and not protected_by(each.target, rules.protect)


def _evidence(found: Survey, sampled: SampledHosts, query: SampleQuery) -> _Evidence:
    seen_by: dict[str, set[str]] = {}
    for each in found.listed:
        seen_by.setdefault(each.id[0], set()).update(sampled.by(each.target))
    if not any(seen_by.values()):
        raise SysmonError(
            "config",
            f"{query.promql} shows no sample of any listed target either, so it cannot tell which targets are silent."
            " Nothing was removed.",
            hint=f"Check query and label ({query.label}): sysmon_metadata_info lists the labels that there are.",
        )
    silent = frozenset(workspace for workspace, names in seen_by.items() if not names)
    return _Evidence(sampled, frozenset().union(*seen_by.values()), silent)


def _decide(each: PlacedTarget, found: Survey, rules: PruneRules, evidence: _Evidence | None) -> tuple[bool, str]:
    """Whether an orphan stays, and why."""
    target = each.target
    protected = protected_by(target, rules.protect)
    if protected:
        return True, protected
    successor = found.replaced.get(each.id)
    if successor:
        return False, f"Its server is not listed; server {successor.host_id} now has its name and address."
    if rules.samples is None:
        return False, "Its server is not listed; samples were not checked."
    span = rules.samples.span
    if evidence is None:
        return True, f"Whether it had a sample in the last {span} is unknown."
    if evidence.sampled.by(target):
        return True, f"It had a sample in the last {span}, so its agent was running."
    if each.id[0] in evidence.silent:
        return True, f"No listed target of its workspace had a sample in the last {span} either."
    if not evidence.seen_by.intersection(_names(target)):
        return True, "It has none of the names that the samples of other targets carry."
    return False, f"Its server is not listed and it had no sample in the last {span}."


def _names(target: Target) -> set[str]:
    """The attributes by which a series can name a target. An ip that is not an address matches no spelling of one."""
    named = {name for name in IDENTITIES if getattr(target, name)}
    return named if parse_ip(target.ip or "") else named - {"ip"}


def _doubled(each: PlacedTarget, found: Survey, staying: set[Id], rules: PruneRules) -> str | None:
    """Reason why a duplicate is removed; None if it is protected, or if the older target does not stay."""
    older = found.doubles.get(each.id)
    if older is None or (each.id[0], older.target_id) not in staying or protected_by(each.target, rules.protect):
        return None
    return f"It duplicates target {older.target_id}, which is older."
