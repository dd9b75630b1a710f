# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client for the REST API: one method per call of the API guide. Records pass through unparsed.

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
    """Client for the workspaces, collection targets and servers of one project."""

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
        """Stop sending, retries included. Later calls raise SysmonError of kind transport."""
        self._limiter.stop()

    def list_workspaces(self) -> list[Record]:
        """List all workspaces. Source: API guide, workspaces, 1."""
        return self._records("list_workspaces", "/jobs", self._region)

    def create_workspace(self, record: Record) -> Record:
        """Create a workspace and return its record. Source: API guide, workspaces, 2.

        Not retried if the outcome is unknown: the caller has to read the workspaces first.
        """
        body = self._call("create_workspace", "POST", "/jobs", headers=self._region, json=record, idempotent=False)
        return _record("create_workspace", body)

    def get_workspace(self, workspace_id: str) -> Record:
        """Read one workspace. Source: API guide, workspaces, 3."""
        return _record("get_workspace", self._call("get_workspace", "GET", f"/jobs/{_id(workspace_id)}"))

    def update_workspace(self, workspace_id: str, record: Record) -> Record:
        """Replace the settings of a workspace and return its record. Source: API guide, workspaces, 4.

        The service may clear a field that the request omits.
        """
        body = self._call("update_workspace", "PUT", f"/jobs/{_id(workspace_id)}", json=record)
        return _record("update_workspace", body)

    def delete_workspace(self, workspace_id: str) -> bool:
        """Delete a workspace; False if it did not exist. Source: API guide, workspaces, 5."""
        return self._delete("delete_workspace", f"/jobs/{_id(workspace_id)}")

    def list_targets(self, workspace_id: str) -> list[Record]:
        """List the targets of a workspace. Source: API guide, targets, 1."""
        return self._records("list_targets", f"/jobs/{_id(workspace_id)}/targets")

    def list_servers(self) -> list[Record]:
        """List the servers of the project. Source: API guide, targets, 2."""
        return self._records("list_servers", "/servers", self._region)

    def create_target(self, workspace_id: str, host_id: str, port: int) -> str:
        """Create a target and return its id. Source: API guide, targets, 3.

        Not retried if the outcome is unknown: the caller has to read the targets first. The guide's example posts
        to the workspace itself and sends the port as text. This follows the guide's URL table and response examples.
        """
        path = f"/jobs/{_id(workspace_id)}/targets"
        record = {"hostId": host_id, "port": port}
        body = self._call("create_target", "POST", path, json=record, idempotent=False)
        if not isinstance(body, str) or not ID.fullmatch(body):
            raise unreadable("create_target", "the response has no target id")
        return body

    def get_target(self, workspace_id: str, target_id: str) -> Record:
        """Read one target. Source: API guide, targets, 4."""
        path = f"/jobs/{_id(workspace_id)}/targets/{_id(target_id)}"
        return _record("get_target", self._call("get_target", "GET", path))

    def delete_target(self, workspace_id: str, target_id: str) -> bool:
        """Delete a target; False if it did not exist. Source: API guide, targets, 5."""
        return self._delete("delete_target", f"/jobs/{_id(workspace_id)}/targets/{_id(target_id)}")

    def _records(self, call: str, path: str, headers: dict[str, str] | None = None) -> list[Record]:
        body = self._call(call, "GET", path, headers=headers)
        # Other services of the vendor return null instead of an empty list.
        records = [] if body is None else body
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise unreadable(call, "the response is not a list of records")
        return records

    def _delete(self, call: str, path: str) -> bool:
        try:
            self._call(call, "DELETE", path)
        except SysmonError as error:
            if error.kind != "not_found":
                raise
            # If the outcome of an earlier try is unknown, that try deleted it.
            return error.outcome_unknown
        return True

    def _call(self, call: str, method: str, path: str, *, idempotent: bool = True, **content: Any) -> Any:
        def send() -> Any:
            try:
                return unwrap(self._transport.send(call, method, self._root + path, **content))
            except MemoryError:
                raise unreadable(call, "the response does not fit into memory") from None

        return with_retries(
            send,
            limiter=self._limiter,
            retries=self._retries,
            timeout=self._timeout,
            idempotent=idempotent,
        )


def _id(value: str) -> str:
    # requests resolves "." and ".." in a path, even percent-encoded, so only plain ids may enter a path.
    if not ID.fullmatch(value):
        raise SysmonError("config", f"{value!r} is not an id: letters, digits, '-' and '_' only.")
    return value


def _record(call: str, body: Any) -> Record:
    if not isinstance(body, dict):
        raise unreadable(call, "the response has no record")
    return body
