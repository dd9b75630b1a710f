# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare targets with the server list: which are orphaned, replaced or duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .hosts import Server, comparable
from .targets import Target, age
from .workspaces import Workspace

Place = tuple[str, str]
Id = tuple[str, str]


@dataclass(frozen=True)
class PlacedTarget:
    """A target and its workspace."""

    workspace: Workspace
    target: Target

    @property
    def id(self) -> Id:
        """Workspace id and target id: target ids may not be unique across workspaces."""
        return (str(self.workspace.workspace_id), str(self.target.target_id))


@dataclass(frozen=True)
class Survey:
    """All targets that were read, split into those with a listed server and orphans.

    ``doubles`` maps each duplicate target to the target that stays; ``replaced`` maps an orphan to the listed server
    that now has its name and address.
    """

    listed: list[PlacedTarget] = field(default_factory=list)
    orphans: list[PlacedTarget] = field(default_factory=list)
    doubles: dict[Id, Target] = field(default_factory=dict)
    replaced: dict[Id, Server] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of targets."""
        return len(self.listed) + len(self.orphans)


def survey(placed: Sequence[PlacedTarget], servers: Iterable[Server]) -> Survey:
    """Compare targets (without repeated records, see ``unique``) with the server list. Read the servers after the targets."""
    servers = list(servers)
    listed = listed_ids(servers)
    places: dict[Place, Server] = {}
    for server in servers:
        place = _place(server)
        if place:
            places.setdefault(place, server)
    found = Survey(doubles=_doubles(placed))
    for each in placed:
        if is_listed(each.target, listed):
            found.listed.append(each)
            continue
        found.orphans.append(each)
        place = _place(each.target)
        if place and place in places:
            found.replaced[each.id] = places[place]
    return found


def unique(placed: Iterable[PlacedTarget]) -> list[PlacedTarget]:
    """Drop repeated records: a target that a list contains twice is not a duplicate of itself."""
    return list({each.id: each for each in placed}.values())


def listed_ids(servers: Iterable[Server]) -> set[str]:
    """The server ids in the form for ``is_listed``."""
    return {server.host_id.lower() for server in servers}


def is_listed(target: Target, listed: set[str]) -> bool:
    """Whether the server of a target is listed. Ignores the case of ids, so that spelling makes no orphan."""
    return (target.host_id or "").lower() in listed


def _place(thing: Server | Target) -> Place | None:
    """Name and address; None unless both are known. The unspecified address (0.0.0.0, ::) counts as unknown."""
    name, address = comparable("hostname", thing.hostname), comparable("ip", thing.ip)
    if not name or not address:
        return None
    return None if address in ("0.0.0.0", "::") else (name, address)


def _doubles(placed: Iterable[PlacedTarget]) -> dict[Id, Target]:
    same: dict[object, list[PlacedTarget]] = {}
    for each in placed:
        same.setdefault((each.workspace.workspace_id, each.target.key), []).append(each)
    superfluous = {}
    for several in same.values():
        if len(several) > 1:
            oldest, *younger = sorted(several, key=lambda each: age(each.target))
            superfluous.update({each.id: oldest.target for each in younger})
    return superfluous
