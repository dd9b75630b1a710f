# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors and warnings about entry results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .._errors import SysmonError
from .._text import cleaned
from .nearest import nearest
from .outcome import EntryResult, Report
from .targets import Target

MOST_REASONS = 5


def shared_hints(entry_results: Iterable[EntryResult]) -> set[str | None]:
    """Hints that more entries have than a message shows."""
    counts = Counter(entry_result.error.hint for entry_result in entry_results if entry_result.error)
    return {hint for hint, count in counts.items() if hint and count > MOST_REASONS}


def report_error(report: Report, unpurged: bool) -> SysmonError | None:
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
