# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: the summary of all hosts, and the result of a fleet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .role_entries import FLOATING

MOST_SHOWN = 5


def without_shared_hints(results: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Remove hints that more than five failed hosts share from their results. Returns the results and those hints."""
    hints = {host: _hints(result) for host, result in results.items() if result.get("failed")}
    counts = Counter(hint for of_host in hints.values() for hint in of_host)
    shared = [hint for hint, count in counts.items() if count > MOST_SHOWN]
    short = {host: dict(result) for host, result in results.items()}
    for host, of_host in hints.items():
        for hint in of_host:
            if hint in shared:
                short[host]["msg"] = short[host]["msg"].replace(f" {hint}", "")
                if short[host]["error"]["hint"] == hint:
                    short[host]["error"] = {**short[host]["error"], "hint": None}
    return short, shared


def _hints(result: Mapping[str, Any]) -> list[str]:
    hint = (result["error"] or {}).get("hint")
    return [one for one in (hint, FLOATING) if one and result["error"] and f" {one}" in result["msg"]]


def fleet_result(results: Mapping[str, Mapping[str, Any]], text: str) -> dict[str, Any]:
    """One result for all hosts of a fleet; ``text`` is its message. ``refused`` is true if all hosts failed for one reason."""
    broken = {host: result["msg"] for host, result in results.items() if result.get("failed")}
    result: dict[str, Any] = {
        "changed": any(result["changed"] for result in results.values()),
        "failed_hosts": broken,
        "diff": [result["diff"] for result in results.values() if result.get("diff")],
    }
    if broken:
        reasons = {message.partition(": ")[2] for message in broken.values()}
        errors = [result["error"] for result in results.values() if result.get("failed")]
        refused = len(broken) == len(results) > 1 and len(reasons) == 1
        result.update(failed=True, msg=text, error=errors[0], refused=refused)
    return result


def summary(
    workspace: str,
    results: Mapping[str, Mapping[str, Any]],
    hints: Sequence[str] = (),
    *,
    absent: bool,
    check: bool,
    created: bool,
) -> str:
    """Summary of the run, at most one screen for any number of hosts. ``hints`` are shared by several hosts."""
    broken = {host: result for host, result in results.items() if result.get("failed")}
    unverified = sum(result["failed_in"] == "verification" for result in broken.values())
    done = len(results) - len(broken) + unverified
    changed = sum(bool(result["changed"]) for result in results.values())
    verb = "would be" if check else "is" if done == 1 else "are"
    state = "not registered (any more)" if absent else "registered"
    counts = f"{done:,} {verb} {state} ({changed:,} changed), {len(broken) - unverified:,} failed"
    lines = [
        f"Workspace {workspace}, {counted(len(results), 'host')}: {counts}"
        + (f", {unverified:,} not verified." if unverified else ".")
        + (f" The workspace {'would be' if check else 'was'} created." if created else "")
    ]
    return "\n".join([*lines, *grouped_reasons(broken), *(f"  {hint}" for hint in hints)])


def grouped_reasons(broken: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line per reason: the number of hosts, and the first five of them."""
    groups: dict[str, tuple[str, list[str]]] = {}
    for host, result in broken.items():
        text = str(result["msg"]).replace(host, "HOST", 1)
        # Group reasons that differ only in addresses, ids or quoted values.
        key = re.sub(r"'[^']*'|\S*\d\S*", "…", text)
        groups.setdefault(key, (str(result["msg"]), []))[1].append(host)
    lines = []
    for shown, hosts in list(groups.values())[:MOST_SHOWN]:
        more = f" and {len(hosts) - MOST_SHOWN:,} more" if len(hosts) > MOST_SHOWN else ""
        lines.append(f"  {counted(len(hosts), 'host')} ({', '.join(hosts[:MOST_SHOWN])}{more}): {shown}")
    if len(groups) > MOST_SHOWN:
        lines.append(f"  {len(groups) - MOST_SHOWN} more reasons.")
    return lines


def counted(number: int, thing: str) -> str:
    """A number with its noun, in the plural if needed."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
