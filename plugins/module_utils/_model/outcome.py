# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Per-entry results, and the module result built from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .change import Change, Plan
from .desired import DesiredTargets
from .nearest import nearest
from .targets import Entry, Key, Target, over_limit
from .workspaces import Workspace

MOST_REASONS = 5


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
class Applied:
    """Results of a plan's writes: creates by key, deletes in the order of the plan."""

    made: dict[Key, Target | SysmonError]
    removed: list[tuple[Target, bool | SysmonError]]


def predicted(plan: Plan[Target], observed: Sequence[Target]) -> Applied:
    """Results that check mode predicts: every write succeeds, except creates over the server limit, which prevent a purge."""
    beyond = over_limit(plan, observed)
    made = {change.after.key: beyond.get(change.after.key, change.after) for change in plan.changes if change.after}
    return Applied(made, [(change.before, True) for change in plan.changes if change.before and not beyond])


def refused(plan: Plan[Target], error: SysmonError) -> Applied:
    """Every write of the plan as failed, with one error."""
    return Applied(
        {change.after.key: error for change in plan.changes if change.after},
        [(change.before, error) for change in plan.changes if change.before],
    )


def record_outcomes(report: Report, desired: DesiredTargets, plan: Plan[Target], outcome: Applied) -> None:
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


def _record_changes(report: Report, desired: DesiredTargets, outcome: Applied) -> None:
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


def shared_hints(entry_results: Iterable[EntryResult]) -> set[str | None]:
    """Hints that more entries have than a message shows."""
    counts = Counter(entry_result.error.hint for entry_result in entry_results if entry_result.error)
    return {hint for hint, count in counts.items() if hint and count > MOST_REASONS}


def failure_of(report: Report, unpurged: bool) -> SysmonError | None:
    """One error for all failed entries, with at most five reasons and each of their hints once; None if none failed."""
    entries = [
        (str(entry_result.entry), entry_result.error) for entry_result in report.entry_results if entry_result.error
    ]
    others = [(str(target), error) for target, error in report.not_purged]
    failed = entries + others
    if not failed:
        return None
    reasons: dict[str, tuple[str, SysmonError]] = {}
    for thing, error in failed:
        reasons.setdefault(error.message, (f"{thing}: {error.message}", error))
    first_ones = list(reasons.values())[:MOST_REASONS]
    shown = [reason for reason, _error in first_ones]
    hints = dict.fromkeys(error.hint for _reason, error in first_ones if error.hint)
    if len(failed) > len(shown):
        shown.append(f"{len(failed) - len(shown)} more failed.")
    shown += hints
    if unpurged:
        shown.append("Nothing was purged.")
    if others:
        shown.insert(0, f"{len(others)} others could not be purged.")
    first = failed[0][1]
    return SysmonError(
        first.kind,
        f"{len(entries)} of {len(report.entry_results)} targets of workspace {report.workspace} failed."
        f" {' '.join(shown)}",
        call=first.call,
        http_status=first.http_status,
        result_code=first.result_code,
        result_message=first.result_message,
        hint=" ".join(hints) or None,
    )


def nothing_to_remove(workspace: str, names: Sequence[str]) -> str:
    """Warning for a workspace that does not exist, with the most similar name."""
    near = nearest(workspace, names)
    return f"Workspace {workspace} does not exist, so nothing was removed." + (f" Did you mean {near}?" if near else "")


def not_listed_yet(selectors: Sequence[str]) -> str:
    """Check mode's warning about servers that are not listed yet, with the first five of them."""
    names = list(dict.fromkeys(selectors))
    more = f" and {len(names) - MOST_REASONS} more" if len(names) > MOST_REASONS else ""
    return f"Servers that are not listed yet are assumed to appear: {'; '.join(names[:MOST_REASONS])}{more}."


def not_collecting(target: Target, timeout: float) -> SysmonError:
    """Error for a target that is not collecting after ``timeout`` seconds, with the service's own reason."""
    if target.health == "preparing":
        reason, hint = "it is still preparing", "Check the server and its agent, or wait longer with wait_timeout."
    else:
        reason, hint = cleaned(target.fail_reason or f"no reason given, result code {target.result_code}"), None
    return SysmonError("timeout", f"not collecting after {timeout:g} s: {reason}.", hint=hint)
