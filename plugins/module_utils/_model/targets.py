# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collection targets: a server and a port in a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._text import cleaned
from . import fields
from .hosts import Selector, comparable
from .workspaces import Workspace

Key = tuple[str, int]


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


def age(target: Target) -> tuple[bool, str, str]:
    """Sort key: oldest first. A target without a time counts as the youngest. Of duplicates, the oldest stays."""
    return (target.last_modified_at is None, target.last_modified_at or "", str(target.target_id))
