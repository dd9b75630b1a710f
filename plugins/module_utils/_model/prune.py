# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which targets sysmon_prune removes, which orphans stay and why, and when it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .desired import check_parallel
from .sampled import IDENTITIES, Sampled, SampleQuery, sample_query_from
from .survey import Placed, Survey
from .targets import Target


@dataclass(frozen=True)
class PruneRules:
    """The guards that a task asks for. ``samples`` is None where no samples are asked for."""

    samples: SampleQuery | None
    max_share: float
    protect: tuple[str, ...]
    workers: int


@dataclass(frozen=True)
class Decision:
    """A target, and why it goes or stays."""

    placed: Placed
    reason: str

    def to_result(self) -> dict[str, Any]:
        """As modules return it."""
        return {**self.placed.target.to_result(self.placed.workspace), "reason": self.reason}

    def to_diff(self) -> dict[str, Any]:
        """What people see of it in a diff."""
        return {"workspace": self.placed.workspace.name, **self.placed.target.to_diff()}


@dataclass(frozen=True)
class PrunePlan:
    """What is removed, and the orphans that stay."""

    removed: tuple[Decision, ...]
    kept: tuple[Decision, ...]


def prune_rules_from(params: Mapping[str, Any]) -> PruneRules:
    """The options of sysmon_prune, checked. Raises SysmonError of kind config."""
    max_share = params["max_share"]
    if not 0 <= max_share <= 100:  # not a number is refused as well
        raise SysmonError("config", "max_share is between 0 and 100 percent.")
    check_parallel(params)
    protect = tuple(pattern.strip() for pattern in params["protect"] or ())
    if not all(protect):
        raise SysmonError("config", "protect holds an empty pattern.")
    return PruneRules(sample_query_from(params), max_share, protect, params["max_workers"])


def check_survey(found: Survey, server_count: int, rules: PruneRules) -> None:
    """Refuse what looks like a broken server list rather than like servers that are gone. Raises kind config."""
    if not server_count:
        raise SysmonError(
            "config",
            "The server list is empty. Nothing was removed.",
            hint="No server listed does not mean that no server exists: check the agents, the project and the region.",
        )
    share = 100 * len(found.orphans)
    if share > rules.max_share * found.size:
        raise SysmonError(
            "config",
            f"{len(found.orphans)} of {found.size} targets have no listed server, more than max_share"
            f" ({rules.max_share:g} %). Nothing was removed.",
            hint="Check the agents and the server list first, then raise max_share.",
        )


def is_undecided(found: Survey, rules: PruneRules) -> bool:
    """Whether the fate of an orphan depends on its samples."""
    return rules.samples is not None and any(_needs_samples(each.target, found, rules) for each in found.orphans)


def plan_prune(found: Survey, rules: PruneRules, sampled: Sampled | None) -> PrunePlan:
    """Decide on every orphan and double. Raises SysmonError of kind config where samples show nothing, or reserved."""
    seen_by: set[str] = set()
    if sampled is not None and rules.samples is not None:
        seen_by = _attributes_seen(found, sampled, rules.samples)
    removed: list[Decision] = []
    kept: list[Decision] = []
    for each in found.orphans:
        stays, reason = _decide(each.target, found, rules, sampled, seen_by)
        if stays and str(each.target.target_id) in found.doubles and not protected_by(each.target, rules.protect):
            stays, reason = False, _doubled(each.target, found)
        (kept if stays else removed).append(Decision(each, reason))
    for each in found.listed:
        if str(each.target.target_id) in found.doubles and not protected_by(each.target, rules.protect):
            removed.append(Decision(each, _doubled(each.target, found)))
    reserved = [decision.placed.workspace for decision in removed if decision.placed.workspace.reserved]
    if reserved:
        raise SysmonError("reserved", f"Workspace {reserved[0]} is a default one, which cannot be changed.")
    return PrunePlan(tuple(removed), tuple(kept))


def protected_by(target: Target, patterns: Sequence[str]) -> str | None:
    """Why patterns keep a target, else None. A target without a name may be any, so any pattern keeps it."""
    if patterns and not target.hostname:
        return "It has no host name to compare with protect."
    for pattern in patterns:
        regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(regex, str(target.hostname), re.IGNORECASE | re.DOTALL):
            return f"It is protected by {pattern}."
    return None


def _needs_samples(target: Target, found: Survey, rules: PruneRules) -> bool:
    return str(target.target_id) not in found.replaced and not protected_by(target, rules.protect)


def _attributes_seen(found: Survey, sampled: Sampled, query: SampleQuery) -> set[str]:
    """The attributes by which listed targets have samples: only by those can an orphan be seen to have none."""
    seen_by = {name for each in found.listed for name in sampled.by(each.target)}
    if not seen_by:
        raise SysmonError(
            "config",
            f"{query.promql} shows no sample of any listed target either, so it proves nothing of the others."
            " Nothing was removed.",
            hint=f"Check query and label ({query.label}): sysmon_metadata_info lists the labels that there are.",
        )
    return seen_by


def _decide(
    target: Target, found: Survey, rules: PruneRules, sampled: Sampled | None, seen_by: set[str]
) -> tuple[bool, str]:
    """Whether an orphan stays, and why."""
    protected = protected_by(target, rules.protect)
    if protected:
        return True, protected
    successor = found.replaced.get(str(target.target_id))
    if successor:
        return False, f"Its server is not listed; server {successor.host_id} has its name and address now."
    if rules.samples is None:
        return False, "Its server is not listed; samples were not asked for."
    span = rules.samples.span
    if sampled is None:
        return True, f"Nothing shows that it had no sample in the last {span}."
    if sampled.by(target):
        return True, f"It had a sample in the last {span}, so its agent works or worked then."
    if not any(getattr(target, name) for name in IDENTITIES if name in seen_by):
        return True, "It has neither of the names by which samples of other targets are found."
    return False, f"Its server is not listed and it had no sample in the last {span}."


def _doubled(target: Target, found: Survey) -> str:
    return f"It doubles target {found.doubles[str(target.target_id)].target_id}, which is older."
