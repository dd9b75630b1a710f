# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's own API: one method for each call of the guide, its records in and out as they are.

Sources: API guide, "OpenMetrics Dashboard Workspace API" (jobs) and "OpenMetrics Dashboard Collection Target API".
"""

from __future__ import annotations

from typing import Any

from .._errors import SysmonError
from .._text import ID
from .envelope import unwrap
from .rate_limit import RateLimiter
from .retry import with_retries
from .transport import Transport
from .unpack import unreadable

Record = dict[str, Any]


class Client:
    """Talks to the workspaces, collection targets and servers of one project."""

    def __init__(
        self,
        transport: Transport,
        *,
        project_id: str,
        region: str,
        timeout: float,
        retries: int,
        limiter: RateLimiter,
    ) -> None:
        self.scope = f"project {project_id}, region {region}"
        self._transport = transport
        self._root = f"/v1.0/projects/{project_id}"
        # The guide asks for the region on three calls only: list and create workspaces, list servers.
        self._region = {"X-SYSMON-REGION": region}
        self._timeout = timeout
        self._retries = retries
        self._limiter = limiter

    def stop(self) -> None:
        """Send nothing more, also of what is to be repeated."""
        self._limiter.stop()

    def list_workspaces(self) -> list[Record]:
        """Guide, workspaces, 1."""
        return self._records("list_workspaces", "/jobs", self._region)

    def create_workspace(self, record: Record) -> Record:
        """Guide, workspaces, 2. Not repeated where it may have been carried out: look again instead."""
        body = self._call("create_workspace", "POST", "/jobs", headers=self._region, json=record, idempotent=False)
        return _record("create_workspace", body)

    def get_workspace(self, workspace_id: str) -> Record:
        """Guide, workspaces, 3."""
        return _record("get_workspace", self._call("get_workspace", "GET", f"/jobs/{_id(workspace_id)}"))

    def update_workspace(self, workspace_id: str, record: Record) -> Record:
        """Guide, workspaces, 4. Replaces: a field that is left out may be wiped."""
        body = self._call("update_workspace", "PUT", f"/jobs/{_id(workspace_id)}", json=record)
        return _record("update_workspace", body)

    def delete_workspace(self, workspace_id: str) -> bool:
        """Guide, workspaces, 5. False if it was gone already."""
        return self._delete("delete_workspace", f"/jobs/{_id(workspace_id)}")

    def list_targets(self, workspace_id: str) -> list[Record]:
        """Guide, targets, 1."""
        return self._records("list_targets", f"/jobs/{_id(workspace_id)}/targets")

    def list_servers(self) -> list[Record]:
        """Guide, targets, 2."""
        return self._records("list_servers", "/servers", self._region)

    def create_target(self, workspace_id: str, host_id: str, port: int) -> str:
        """Guide, targets, 3: the new target's id. Not repeated where it may have been carried out: look again.

        The guide's example posts to the workspace itself and sends the port as text; its URL table and its
        answers say otherwise, and are followed.
        """
        path = f"/jobs/{_id(workspace_id)}/targets"
        record = {"hostId": host_id, "port": port}
        body = self._call("create_target", "POST", path, json=record, idempotent=False)
        if not isinstance(body, str) or not ID.fullmatch(body):
            raise unreadable("create_target", "the answer has no target id")
        return body

    def get_target(self, workspace_id: str, target_id: str) -> Record:
        """Guide, targets, 4."""
        path = f"/jobs/{_id(workspace_id)}/targets/{_id(target_id)}"
        return _record("get_target", self._call("get_target", "GET", path))

    def delete_target(self, workspace_id: str, target_id: str) -> bool:
        """Guide, targets, 5. False if it was gone already."""
        return self._delete("delete_target", f"/jobs/{_id(workspace_id)}/targets/{_id(target_id)}")

    def _records(self, call: str, path: str, headers: dict[str, str] | None = None) -> list[Record]:
        body = self._call(call, "GET", path, headers=headers)
        # Nothing to list is answered with null by others of the vendor's services.
        records = [] if body is None else body
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise unreadable(call, "the answer is not a list of records")
        return records

    def _delete(self, call: str, path: str) -> bool:
        try:
            self._call(call, "DELETE", path)
        except SysmonError as error:
            if error.kind != "not_found":
                raise
            # Gone, by us if an earlier try may have been carried out.
            return error.outcome_unknown
        return True

    def _call(self, call: str, method: str, path: str, *, idempotent: bool = True, **content: Any) -> Any:
        def send() -> Any:
            try:
                return unwrap(self._transport.send(call, method, self._root + path, **content))
            except MemoryError:
                raise unreadable(call, "the answer does not fit into memory") from None

        return with_retries(
            send,
            limiter=self._limiter,
            retries=self._retries,
            timeout=self._timeout,
            idempotent=idempotent,
        )


def _id(value: str) -> str:
    # requests folds "." and ".." in a path, even escaped ones: only plain ids may become part of it.
    if not ID.fullmatch(value):
        raise SysmonError("config", f"{value!r} is not an id: letters, digits, '-' and '_' only.")
    return value


def _record(call: str, body: Any) -> Record:
    if not isinstance(body, dict):
        raise unreadable(call, "the answer has no record")
    return body
