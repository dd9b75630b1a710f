# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets against servers: which are orphaned, replaced or doubled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .hosts import Server, comparable
from .targets import Target, age
from .workspaces import Workspace

Place = tuple[str, str]
Id = tuple[str, str]


@dataclass(frozen=True)
class Placed:
    """A target and its workspace."""

    workspace: Workspace
    target: Target

    @property
    def id(self) -> Id:
        """The target's id, which may be used again in another workspace."""
        return (str(self.workspace.workspace_id), str(self.target.target_id))


@dataclass(frozen=True)
class Survey:
    """All targets that were read, by what the server list says of them.

    ``doubles`` maps each superfluous target to the one that stays; ``replaced`` maps an orphan to the listed server
    that has its name and its address now.
    """

    listed: list[Placed] = field(default_factory=list)
    orphans: list[Placed] = field(default_factory=list)
    doubles: dict[Id, Target] = field(default_factory=dict)
    replaced: dict[Id, Server] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many targets were looked at."""
        return len(self.listed) + len(self.orphans)


def survey(placed: Sequence[Placed], servers: Iterable[Server]) -> Survey:
    """Compare targets, each given once, with the server list."""
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


def unique(placed: Iterable[Placed]) -> list[Placed]:
    """Each target once: one that a listing holds twice is no double of itself."""
    return list({each.id: each for each in placed}.values())


def listed_ids(servers: Iterable[Server]) -> set[str]:
    """The ids of servers, for ``is_listed``."""
    return {server.host_id.lower() for server in servers}


def is_listed(target: Target, listed: set[str]) -> bool:
    """Whether the server of a target is listed: by its id without case, so that no other spelling makes an orphan."""
    return (target.host_id or "").lower() in listed


def _place(thing: Server | Target) -> Place | None:
    """Name and address, where both are known. The unspecified address is that of nobody."""
    name, address = comparable("hostname", thing.hostname), comparable("ip", thing.ip)
    if not name or not address:
        return None
    return None if address in ("0.0.0.0", "::") else (name, address)


def _doubles(placed: Iterable[Placed]) -> dict[Id, Target]:
    same: dict[object, list[Placed]] = {}
    for each in placed:
        same.setdefault((each.workspace.workspace_id, each.target.key), []).append(each)
    superfluous = {}
    for several in same.values():
        if len(several) > 1:
            oldest, *younger = sorted(several, key=lambda each: age(each.target))
            superfluous.update({each.id: oldest.target for each in younger})
    return superfluous
