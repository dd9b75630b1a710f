# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets against servers: which are orphaned, replaced or doubled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .hosts import Server, comparable
from .targets import Target
from .workspaces import Workspace

Place = tuple[str, str]


@dataclass(frozen=True)
class Placed:
    """A target and its workspace."""

    workspace: Workspace
    target: Target


@dataclass(frozen=True)
class Survey:
    """All targets that were read, by what the server list says of them.

    ``doubles`` maps the id of each superfluous target to the one that stays; ``replaced`` maps the id of an orphan to
    the listed server that has its name and its address now.
    """

    listed: list[Placed] = field(default_factory=list)
    orphans: list[Placed] = field(default_factory=list)
    doubles: dict[str, Target] = field(default_factory=dict)
    replaced: dict[str, Server] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many targets were looked at."""
        return len(self.listed) + len(self.orphans)


def survey(placed: Sequence[Placed], servers: Iterable[Server]) -> Survey:
    """Compare targets with the server list."""
    host_ids: set[str | None] = set()
    places: dict[Place, Server] = {}
    for server in servers:
        host_ids.add(server.host_id)
        place = _place(server)
        if place:
            places.setdefault(place, server)
    found = Survey(doubles=_doubles(placed))
    for each in placed:
        if each.target.host_id in host_ids:
            found.listed.append(each)
            continue
        found.orphans.append(each)
        place = _place(each.target)
        if place and place in places:
            found.replaced[str(each.target.target_id)] = places[place]
    return found


def _place(thing: Server | Target) -> Place | None:
    """Name and address, where both are known."""
    name, address = comparable("hostname", thing.hostname), comparable("ip", thing.ip)
    return (name, address) if name and address else None


def _doubles(placed: Iterable[Placed]) -> dict[str, Target]:
    same: dict[object, list[Target]] = {}
    for each in placed:
        same.setdefault((each.workspace.workspace_id, each.target.key), []).append(each.target)
    superfluous = {}
    for targets in same.values():
        if len(targets) > 1:
            oldest, *younger = sorted(targets, key=_age)
            superfluous.update({str(target.target_id): oldest for target in younger})
    return superfluous


def _age(target: Target) -> tuple[bool, str, str]:
    """Oldest first; one without a time counts as the youngest."""
    return (target.last_modified_at is None, target.last_modified_at or "", str(target.target_id))
