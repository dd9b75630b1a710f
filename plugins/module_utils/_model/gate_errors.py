# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of gates that are not met."""

from __future__ import annotations

from collections.abc import Sequence

from .._errors import SysmonError
from .._text import cleaned
from .gate import Judged, Series
from .gate_rules import GateRules

MOST_SHOWN = 5


def gate_error(
    judged: Sequence[Judged], rules: GateRules, elapsed: float, problem: str | None, seen: str
) -> SysmonError:
    """Error for a gate that was not met, with counts and at most five reasons. ``elapsed`` is in seconds."""
    unmet = [each for each in judged if not each.met]
    query, after = cleaned(rules.query), f"after {elapsed:.0f} s"
    if problem is not None or not judged:
        return SysmonError("timeout", f"{query} is not met {after}: {problem or 'it returns no series.'}")
    reasons: dict[str, list[str]] = {}
    for each in unmet:
        reasons.setdefault(str(each.reason), []).append(cleaned(each.identity))
    shown = [
        f"{', '.join(names[:MOST_SHOWN])}{f' and {len(names) - MOST_SHOWN:,} more' if len(names) > MOST_SHOWN else ''}:"
        f" {reason}"
        for reason, names in list(reasons.items())[:MOST_SHOWN]
    ]
    if len(reasons) > MOST_SHOWN:
        shown.append(f"{len(reasons) - MOST_SHOWN:,} more reasons.")
    hint = f"Values of {rules.label} seen: {seen}." if any(each.value is None for each in unmet) else None
    count = f"{len(unmet):,} of {len(judged):,} {'identity' if len(judged) == 1 else 'identities'}"
    return SysmonError("timeout", f"{query}: {count} not met {after}. {' '.join(shown)}", hint=hint)


def seen_names(series: Sequence[Series], label: str) -> str:
    """The first five values of the label, for a message."""
    names = list(dict.fromkeys(each.labels[label] for each in series if label in each.labels))
    shown = [repr(cleaned(name, 80)) for name in names[:MOST_SHOWN]]
    return ", ".join([*shown, *([f"{len(names) - MOST_SHOWN:,} more"] if len(names) > MOST_SHOWN else [])]) or "none"
