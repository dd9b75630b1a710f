# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summaries of the playbooks prune and drift: at most one screen for any number of targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._text import cleaned

MOST_LINES = 20


def prune_summary(result: Mapping[str, Any], planned: bool) -> list[str]:
    """Summary lines for a result of sysmon_prune; ``planned`` in check mode."""
    counts = result["summary"]
    done = "would be removed" if planned else "were removed"
    lines = [
        f"{counts['targets']} targets, {counts['orphans']} orphaned, {counts['doubles']} doubled: "
        f"{counts['pruned']} {done}, {counts['kept']} orphaned ones stay, {counts['failed']} failed."
    ]
    lines += _listed(result["pruned"], "would be removed" if planned else "removed", MOST_LINES // 2)
    return lines + _listed(result["kept"], "stays", MOST_LINES // 2)


def drift_summary(result: Mapping[str, Any]) -> list[str]:
    """Summary lines for a result of sysmon_drift_info."""
    if result["clean"]:
        return ["No drift."]
    counts = ", ".join(f"{count} {name}" for name, count in result["summary"].items() if count)
    return [f"Drift: {counts}.", *_listed(result["drift"], None, MOST_LINES)]


def _listed(targets: Sequence[Mapping[str, Any]], what: str | None, most: int) -> list[str]:
    lines = [
        f"  {cleaned(target['workspace'])}: {_name(target)} port {target['port']} {what or target['drift']}. "
        f"{cleaned(target['reason'])}"
        for target in targets[:most]
    ]
    return [*lines, f"  … and {len(targets) - most} more."] if len(targets) > most else lines


def _name(target: Mapping[str, Any]) -> str:
    return cleaned(target["hostname"] or target["ip"] or target["host_id"] or "a server that is not listed")
