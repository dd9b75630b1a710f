# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve entries to targets, and plan the creates and deletes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._errors import SysmonError
from .change import Change, Plan
from .hosts import Directory, Server, ambiguous, resolve_server
from .targets import Entry, Key, Target, age

MOST_TARGETS = 5  # of a server, over all workspaces
SERVER_LIMIT = "At most five collection targets are allowed per server, counted over all workspaces."


def desired_target(entry: Entry, servers: Directory) -> Target:
    """Resolve an entry to its target. Raises SysmonError of kind not_found or ambiguous."""
    return _target_on(resolve_server(entry.selector, servers), entry.port)


def unwanted_targets(entry: Entry, servers: Directory, targets: Directory) -> list[Target]:
    """The targets that an absent entry removes: of its server, and of matching servers that are no longer listed.

    Raises SysmonError of kind ambiguous if several listed servers match, of kind not_found for an unknown instance id.
    """
    listed = servers.find(entry.selector)
    if len(listed) > 1:
        raise ambiguous(entry.selector, listed)
    orphans = [target for target in targets.find(entry.selector) if not servers.has(target.host_id)]
    found = [_target_on(each, entry.port) for each in (*listed, *orphans)]
    if not found and entry.selector.by == "instance_id":
        raise SysmonError(
            "not_found",
            f"No server with {entry.selector} is listed.",
            hint="Targets do not have instance ids: name a server that is gone by host_id.",
        )
    return found or [entry.unlisted()]


def plan_targets(
    wanted: Iterable[Target], observed: Sequence[Target], *, absent: bool = False, purge: bool = False
) -> Plan[Target]:
    """Plan the writes: create the missing targets, or with ``absent`` delete them and their duplicates.

    ``purge`` deletes every other target. Wanted targets with the same key are planned once.
    """
    there: dict[Key, list[Target]] = {}
    for target in observed:
        there.setdefault(target.key, []).append(target)
    changes: list[Change[Target]] = []
    kept: dict[Key, Target] = {}
    seen: set[Key] = set()
    for target in wanted:
        if target.key in seen:
            continue
        seen.add(target.key)
        doubles = there.get(target.key, [])
        if absent:
            changes.extend(Change(double, None) for double in doubles)
        elif doubles:
            kept[target.key] = min(doubles, key=age)
        else:
            changes.append(Change(None, target))
    if purge:
        stay = {target.target_id for target in kept.values()}
        changes.extend(Change(target, None) for target in observed if target.target_id not in stay)
    return Plan(tuple(changes), tuple(kept.values()))


def over_limit(plan: Plan[Target], observed: Iterable[Target]) -> dict[Key, SysmonError]:
    """The planned creates that the service would refuse because of the server limit, with the error.

    ``observed`` are the targets of one workspace, so targets in other workspaces are not counted.
    """
    counts: dict[str, int] = {}
    for target in observed:
        counts[target.key[0]] = counts.get(target.key[0], 0) + 1
    beyond: dict[Key, SysmonError] = {}
    for target in (change.after for change in plan.changes if change.after):
        host = target.key[0]
        if counts.get(host, 0) >= MOST_TARGETS:
            message = f"The server has {MOST_TARGETS} collection targets already."
            beyond[target.key] = SysmonError("bad_input", message, call="create_target", hint=SERVER_LIMIT)
        else:
            counts[host] = counts.get(host, 0) + 1
    return beyond


def _target_on(server: Server | Target, port: int) -> Target:
    return Target(server.host_id, port, hostname=server.hostname, ip=server.ip)
