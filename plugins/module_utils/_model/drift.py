# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift: the difference between existing and desired targets, one class of drift per target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .hosts import Directory
from .sampled import SampledHosts, SampleQuery
from .survey import PlacedTarget, Survey
from .target_plan import MOST_TARGETS, desired_target
from .targets import Entry, Key, Target
from .workspaces import Workspace

CLASSES = ("missing", "unexpected", "orphaned", "doubled", "failing", "silent", "over_limit", "unlisted")


@dataclass(frozen=True)
class Drift:
    """One target with drift; ``drift`` is one of ``CLASSES``."""

    workspace: Workspace
    target: Target
    drift: str
    reason: str

    def to_result(self) -> dict[str, Any]:
        """The target as modules return it, with its drift."""
        return {**self.target.to_result(self.workspace), "drift": self.drift, "reason": self.reason}


@dataclass(frozen=True)
class Desired:
    """The desired targets of one workspace. ``unlisted`` are those whose server is not listed, with the reason."""

    workspace: Workspace
    targets: tuple[Target, ...]
    unlisted: tuple[tuple[Target, str], ...]


def resolve_desired(workspace: Workspace, entries: Iterable[Entry], servers: Directory) -> Desired:
    """Resolve the server of each entry, without duplicates. Raises SysmonError of kind ambiguous."""
    targets: dict[Key, Target] = {}
    unlisted: dict[Key, tuple[Target, str]] = {}
    for entry in entries:
        try:
            target = desired_target(entry, servers)
            targets.setdefault(target.key, target)
        except SysmonError as error:
            if error.kind != "not_found":
                raise
            target = entry.unlisted()
            unlisted.setdefault(target.key, (target, str(error)))
    return Desired(workspace, tuple(targets.values()), tuple(unlisted.values()))


def drift_of_targets(
    found: Survey, desired: Desired | None, query: SampleQuery | None, sampled: SampledHosts | None
) -> list[Drift]:
    """Drift of the existing targets."""
    wanted = None if desired is None else {target.key for target in desired.targets}
    drifts = []
    for each in found.listed:
        drift = _drift_of(each, found, wanted, query, sampled)
        if drift:
            drifts.append(Drift(each.workspace, each.target, *drift))
    drifts += [Drift(each.workspace, each.target, *_orphaned(each, found)) for each in found.orphans]
    return drifts


def _orphaned(each: PlacedTarget, found: Survey) -> tuple[str, str]:
    successor = found.replaced.get(each.id)
    if successor:
        return "orphaned", f"Its server is not listed; server {successor.host_id} now has its name and address."
    return "orphaned", "Its server is not listed: the server is gone, or its agent is not running."


def _drift_of(
    each: PlacedTarget,
    found: Survey,
    wanted: set[Key] | None,
    query: SampleQuery | None,
    sampled: SampledHosts | None,
) -> tuple[str, str] | None:
    target = each.target
    older = found.doubles.get(each.id)
    if older:
        return "doubled", f"It duplicates target {older.target_id}, which is older."
    if wanted is not None and target.key not in wanted:
        return "unexpected", "It is not among the desired targets."
    if target.health == "failing":
        reason = target.fail_reason or f"The service gives result code {target.result_code} and no reason."
        return "failing", cleaned(reason)
    if query is not None and sampled is not None and not sampled.by(target):
        return "silent", f"It had no sample in the last {query.span}."
    return None


def missing_targets(desired: Desired, found: Survey) -> list[Target]:
    """Desired targets of listed servers that do not exist."""
    there = {each.target.key for each in found.listed}
    return [target for target in desired.targets if target.key not in there]


def drift_of_desired(desired: Desired, missing: Iterable[Target], everywhere: Iterable[PlacedTarget]) -> list[Drift]:
    """Drift of desired targets that do not exist. ``everywhere`` are the targets of all workspaces, for the server limit."""
    counts = Counter(each.target.key[0] for each in everywhere)
    drifts = []
    for target in missing:
        server = target.key[0]
        counts[server] += 1
        if counts[server] > MOST_TARGETS:
            reason = f"Its server already has {MOST_TARGETS} targets, the maximum over all workspaces."
            drifts.append(Drift(desired.workspace, target, "over_limit", reason))
        else:
            drifts.append(Drift(desired.workspace, target, "missing", "It is desired but not registered."))
    return drifts + [Drift(desired.workspace, target, "unlisted", reason) for target, reason in desired.unlisted]


def count_drift(drifts: Sequence[Drift]) -> dict[str, int]:
    """Number of drifts per class, zeros included."""
    counts = Counter(drift.drift for drift in drifts)
    return {name: counts[name] for name in CLASSES}
