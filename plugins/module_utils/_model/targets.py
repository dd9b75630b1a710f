# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collection targets (a server and a port in a workspace), and the plan for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from . import fields
from .change import Change, Plan
from .hosts import Directory, Selector, Server, ambiguous, comparable, resolve_server
from .workspaces import Workspace

Key = tuple[str, int]

MOST_TARGETS = 5  # of a server, over all workspaces
SERVER_LIMIT = "At most five collection targets are allowed per server, counted over all workspaces."


@dataclass(frozen=True)
class Target:
    """A collection target. Source: API guide, targets, 1. ``target_id`` is None if it does not exist yet.

    ``host_id`` is None if the server is not listed; ``known_as`` then identifies it by the playbook's selector.
    """

    host_id: str | None
    port: int
    known_as: str = ""
    hostname: str | None = None
    ip: str | None = None
    target_id: str | None = None
    result_code: int | str | None = None
    fail_reason: str | None = None
    monitoring_status_code: int | str | None = None
    last_modified_by: str | None = None
    last_modified_at: str | None = None

    @classmethod
    def from_api(cls, record: Mapping[str, Any]) -> Target:
        """Parse a record of the API. Raises SysmonError of kind protocol."""
        return cls(
            host_id=fields.identifier(record, "hostId"),
            port=fields.port(record, "port"),
            hostname=fields.text(record, "hostNm"),
            ip=fields.text(record, "svrIp"),
            target_id=fields.identifier(record, "targetId"),
            result_code=fields.code(record, "resultCd"),
            fail_reason=fields.reason(record, "failReason"),
            monitoring_status_code=fields.code(record, "mntrnStatCd"),
            last_modified_by=fields.text(record, "lstModifier"),
            last_modified_at=fields.text(record, "lstModYmdt"),
        )

    def __str__(self) -> str:
        """Name for messages."""
        return f"{cleaned(self.hostname or self.host_id)} port {self.port}"

    @property
    def key(self) -> Key:
        """Identity within a workspace: server and port. Ignores the case of UUIDs."""
        return (comparable("host_id", self.host_id) or self.known_as, self.port)

    @property
    def health(self) -> str:
        """Health as in the console. The guide has no table of the codes; its example of a working target has code 0."""
        if self.fail_reason is not None or self.result_code not in (None, 0):
            return "failing"
        return "preparing" if self.result_code is None else "collecting"

    def to_result(self, workspace: Workspace) -> dict[str, Any]:
        """The target as modules return it, with its workspace, which the record does not contain."""
        return {
            "target_id": self.target_id,
            "workspace_id": workspace.workspace_id,
            "workspace": workspace.name,
            "host_id": self.host_id,
            "hostname": self.hostname,
            "ip": self.ip,
            "port": self.port,
            "health": self.health if self.target_id else None,
            "result_code": self.result_code,
            "fail_reason": self.fail_reason,
            "monitoring_status_code": self.monitoring_status_code,
            "last_modified_by": self.last_modified_by,
            "last_modified_at": self.last_modified_at,
        }

    def to_diff(self) -> dict[str, Any]:
        """Fields to show in a diff."""
        return {"hostname": self.hostname, "ip": self.ip, "port": self.port}


@dataclass(frozen=True)
class Entry:
    """One target in the words of a playbook: a selector and a port."""

    selector: Selector
    port: int

    def __str__(self) -> str:
        return f"{self.selector} port {self.port}"

    def unlisted(self) -> Target:
        """The target of a server that is not listed, with what the playbook knows about it."""
        by, values = self.selector.by, self.selector.values
        return Target(
            host_id=values[0] if by == "host_id" else None,
            port=self.port,
            known_as=f"{by} {sorted({str(comparable(by, value)) for value in values})}",
            hostname=values[0] if by == "hostname" else None,
            ip=values[0] if by == "ip" else None,
        )


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


def age(target: Target) -> tuple[bool, str, str]:
    """Sort key: oldest first. A target without a time counts as the youngest. Of duplicates, the oldest stays."""
    return (target.last_modified_at is None, target.last_modified_at or "", str(target.target_id))


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
