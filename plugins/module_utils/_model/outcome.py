# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Per-entry results, and the module result built from them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import SysmonError
from .change import Change, Plan
from .desired import DesiredTargets
from .target_plan import over_limit
from .targets import Entry, Key, Target
from .workspaces import Workspace


@dataclass
class EntryResult:
    """Result of one entry: its target, the action, and the error if it failed.

    ``orphans`` are the other targets that it removes. ``changed`` is also true if a write may have taken effect.
    """

    entry: Entry
    target: Target
    action: str
    error: SysmonError | None = None
    orphans: tuple[Target, ...] = ()
    changed: bool = False

    def fail(self, error: SysmonError) -> None:
        """Mark the entry as failed and keep its target."""
        self.action, self.error = "failed", error
        self.changed = self.changed or error.outcome_unknown

    def done(self, action: str) -> None:
        """Record a completed write."""
        self.action, self.changed = action, True

    def to_result(self, workspace: Workspace, shared: Container[str | None] = ()) -> dict[str, Any]:
        """The entry as modules return it, without the hints that are ``shared``: those appear once, in ``msg``."""
        error = None
        if self.error:
            hint = None if self.error.hint in shared else self.error.hint
            message = self.error.message if hint is None else str(self.error)
            error = {**self.error.as_result(), "hint": hint, "message": message}
        return {
            **self.target.to_result(workspace),
            "changed": self.changed,
            "action": self.action,
            "error": error,
        }


@dataclass
class Report:
    """Result of a run. ``changed`` is also true if a write may have taken effect."""

    workspace: Workspace
    entry_results: list[EntryResult] = field(default_factory=list)
    purged: list[Target] = field(default_factory=list)
    not_purged: list[tuple[Target, SysmonError]] = field(default_factory=list)
    done: list[Change[Target]] = field(default_factory=list)
    changed: bool = False
    error: SysmonError | None = None
    warnings: list[str] = field(default_factory=list)

    def diff(self) -> dict[str, Any]:
        """Diff of the deleted and created targets."""
        plan = Plan(tuple(self.done))
        return {
            "before": {"workspace": self.workspace.name, "targets": plan.before()},
            "after": {"workspace": self.workspace.name, "targets": plan.after()},
        }


@dataclass(frozen=True)
class WriteResults:
    """Results of a plan's writes: creates by key, deletes in the order of the plan."""

    made: dict[Key, Target | SysmonError]
    removed: list[tuple[Target, bool | SysmonError]]


def predicted(plan: Plan[Target], observed: Sequence[Target]) -> WriteResults:
    """Results that check mode predicts: every write succeeds, except creates over the server limit, which prevent a purge."""
    beyond = over_limit(plan, observed)
    made = {change.after.key: beyond.get(change.after.key, change.after) for change in plan.changes if change.after}
    return WriteResults(made, [(change.before, True) for change in plan.changes if change.before and not beyond])


def refused(plan: Plan[Target], error: SysmonError) -> WriteResults:
    """Every write of the plan as failed, with one error."""
    return WriteResults(
        {change.after.key: error for change in plan.changes if change.after},
        [(change.before, error) for change in plan.changes if change.before],
    )


def record_outcomes(report: Report, desired: DesiredTargets, plan: Plan[Target], outcome: WriteResults) -> None:
    """Record the results of the writes, real or predicted, in the report."""
    kept = {target.key: target for target in plan.kept}
    removed: dict[Key, list[tuple[Target, bool | SysmonError]]] = {}
    for target, result in outcome.removed:
        removed.setdefault(target.key, []).append((target, result))
    seen: set[Key] = set()
    for entry_result in report.entry_results:
        if entry_result.error:
            continue
        key = entry_result.target.key
        keys = (key, *(orphan.key for orphan in entry_result.orphans))
        made = outcome.made.get(key)
        if isinstance(made, SysmonError):
            entry_result.fail(made)
        elif made:
            entry_result.target = made
            if key not in seen:
                entry_result.done("created")
        elif desired.absent:
            _record_removed(entry_result, removed, seen)
        else:
            entry_result.target = kept[key]
        seen.update(keys)
    _record_changes(report, desired, outcome)


def _record_removed(
    entry_result: EntryResult, removed: Mapping[Key, list[tuple[Target, bool | SysmonError]]], seen: set[Key]
) -> None:
    # The target of the listed server comes last, so that the entry shows it.
    wanted = [target.key for target in (*entry_result.orphans, entry_result.target)]
    outcomes = [(key, target, result) for key in wanted for target, result in removed.get(key, [])]
    for key, target, result in outcomes:
        entry_result.target = target
        if result is True and key not in seen:
            entry_result.done("deleted")
    for _key, target, result in outcomes:
        if isinstance(result, SysmonError):
            entry_result.target = target
            entry_result.fail(result)


def _record_changes(report: Report, desired: DesiredTargets, outcome: WriteResults) -> None:
    results = [*outcome.made.values(), *(result for _target, result in outcome.removed)]
    report.done = [Change(None, made) for made in outcome.made.values() if isinstance(made, Target)]
    report.done += [Change(target, None) for target, result in outcome.removed if result is True]
    report.changed = bool(report.done) or any(isinstance(r, SysmonError) and r.outcome_unknown for r in results)
    if desired.purge:
        report.purged = [target for target, result in outcome.removed if result is True]
        report.not_purged = [(target, error) for target, error in outcome.removed if isinstance(error, SysmonError)]


def summarise(entry_results: Sequence[EntryResult], purged: int) -> dict[str, int]:
    """Number of entries per action."""
    counts = dict.fromkeys(("created", "deleted", "unchanged", "failed"), 0)
    for entry_result in entry_results:
        counts[entry_result.action] += 1
    return {**counts, "purged": purged}
