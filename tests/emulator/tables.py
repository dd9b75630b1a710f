# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records in memory, with the indexes that keep every call fast."""

from __future__ import annotations

from collections import Counter, defaultdict

from .codes import encode

KEYS = {"workspaces": "jobId", "targets": "targetId", "servers": "hostId"}


class Tables:
    """Records are dicts with the keys of the API in the order of the guide's examples.

    ``workspaces``, ``targets`` and ``servers`` are by id, in the order of creation.
    """

    def __init__(self):
        self.workspaces: dict[str, dict] = {}
        self.targets: dict[str, dict] = {}
        self.servers: dict[str, dict] = {}
        self._named: dict[tuple[str, str], str] = {}
        self._in_workspace = defaultdict(dict)
        self._on_host = defaultdict(dict)
        self._spots = Counter()
        self._rendered: dict[tuple[str, str], bytes] = {}

    def records(self, kind: str) -> dict[str, dict]:
        return getattr(self, kind)

    # changes

    def put(self, kind: str, record: dict) -> None:
        """Add a record, or set one that is there."""
        key = record[KEYS[kind]]
        self._forget(kind, key)
        self.records(kind)[key] = record
        if kind == "workspaces":
            self._named[record["projectId"], record["jobName"]] = key
        elif kind == "servers":
            for target in self._on_host.get(key, {}).values():
                target.update(hostNm=record["hostNm"], svrIp=record["svrIp"])
                self.touch(target)
        else:
            self._in_workspace[record["jobId"]][key] = record
            self._on_host[record["hostId"]][key] = record
            self._spots[_spot(record)] += 1
        self._rendered.pop((kind, _owner(kind, record)), None)

    def remove(self, kind: str, key: str) -> dict | None:
        """Take a record away; with a workspace its targets. None when it is not there."""
        if key not in self.records(kind):
            return None
        if kind == "workspaces":
            for target_id in list(self._in_workspace.pop(key, ())):
                self.remove("targets", target_id)
        self._forget(kind, key)
        return self.records(kind).pop(key)

    def touch(self, target: dict) -> None:
        """A target was changed in place."""
        self._rendered.pop(("targets", target["jobId"]), None)

    def _forget(self, kind: str, key: str):
        """Take a record that is there out of the indexes."""
        record = self.records(kind).get(key)
        if record is None:
            return
        self._rendered.pop((kind, _owner(kind, record)), None)
        if kind == "targets":
            self._in_workspace[record["jobId"]].pop(key, None)
            self._on_host[record["hostId"]].pop(key, None)
            self._spots[_spot(record)] -= 1
        elif kind == "workspaces" and self._named.get((record["projectId"], record["jobName"])) == key:
            del self._named[record["projectId"], record["jobName"]]

    # questions

    def workspace(self, project_id: str, workspace_id: str) -> dict | None:
        record = self.workspaces.get(workspace_id)
        return record if record and record["projectId"] == project_id else None

    def workspace_named(self, project_id: str, name: str) -> dict | None:
        return self.workspaces.get(self._named.get((project_id, name), ""))

    def targets_on(self, host_id: str) -> list[str]:
        return list(self._on_host.get(host_id, ()))

    def has_target(self, workspace_id: str, host_id: str, port: int) -> bool:
        return self._spots[workspace_id, host_id, port] > 0

    def rendered(self, kind: str, owner: str) -> bytes:
        """The list of a project's workspaces or servers, or of a workspace's targets, as JSON."""
        body = self._rendered.get((kind, owner))
        if body is None:
            if kind == "targets":
                records = list(self._in_workspace[owner].values())
            else:
                records = [record for record in self.records(kind).values() if record["projectId"] == owner]
            body = self._rendered[kind, owner] = encode(records)
        return body


def _owner(kind: str, record: dict) -> str:
    return record["jobId" if kind == "targets" else "projectId"]


def _spot(target: dict) -> tuple[str, str, int]:
    return target["jobId"], target["hostId"], target["port"]
