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

    def __init__(self, shared_regions: bool = False):
        self._shared = shared_regions
        self.regions: dict[str, str] = {}  # of workspaces and servers, by id
        self.workspaces: dict[str, dict] = {}
        self.targets: dict[str, dict] = {}
        self.servers: dict[str, dict] = {}
        self._named = defaultdict(dict)  # ids of the workspaces of a name: an option lets there be several
        self._in_workspace = defaultdict(dict)
        self._on_host = defaultdict(dict)
        self._spots = Counter()
        self._rendered: dict[tuple, bytes] = {}

    def records(self, kind: str) -> dict[str, dict]:
        return getattr(self, kind)

    # changes

    def put(self, kind: str, record: dict, region: str | None = None) -> None:
        """Add a record, or set one that is there."""
        key = record[KEYS[kind]]
        self._forget(kind, key)
        self.records(kind)[key] = record
        if kind != "targets":
            self.regions[key] = region or self.regions.get(key, "kr")
        if kind == "workspaces":
            self._named[self._name(record)][key] = True
        elif kind == "servers":
            for target in self._on_host.get(key, {}).values():
                target.update(hostNm=record["hostNm"], svrIp=record["svrIp"])
                self.touch(target)
        else:
            self._in_workspace[record["jobId"]][key] = record
            self._on_host[record["hostId"]][key] = record
            self._spots[_spot(record)] += 1
        self._rendered.pop(self._list_of(kind, record), None)

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
        self._rendered.pop(self._list_of("targets", target), None)

    def _forget(self, kind: str, key: str):
        """Take a record that is there out of the indexes."""
        record = self.records(kind).get(key)
        if record is None:
            return
        self._rendered.pop(self._list_of(kind, record), None)
        if kind == "targets":
            self._in_workspace[record["jobId"]].pop(key, None)
            self._on_host[record["hostId"]].pop(key, None)
            self._spots[_spot(record)] -= 1
        elif kind == "workspaces":
            self._named[self._name(record)].pop(key, None)

    # questions

    def workspace(self, project_id: str, workspace_id: str) -> dict | None:
        record = self.workspaces.get(workspace_id)
        return record if record and record["projectId"] == project_id else None

    def workspace_named(self, project_id: str, name: str, region: str) -> dict | None:
        found = self._named.get((project_id, self._shown_in(region), name))
        return self.workspaces[next(iter(found))] if found else None

    def targets_on(self, host_id: str) -> list[str]:
        return list(self._on_host.get(host_id, ()))

    def has_target(self, workspace_id: str, host_id: str, port: int) -> bool:
        return self._spots[workspace_id, host_id, port] > 0

    def rendered(self, kind: str, owner: str, region: str = "") -> bytes:
        """The list of a project's workspaces or servers in a region, or of a workspace's targets, as JSON."""
        region = region and self._shown_in(region)
        body = self._rendered.get((kind, owner, region))
        if body is None:
            if kind == "targets":
                records = list(self._in_workspace[owner].values())
            else:
                records = [
                    record
                    for key, record in self.records(kind).items()
                    if record["projectId"] == owner and self._shown_in(self.regions[key]) == region
                ]
            body = self._rendered[kind, owner, region] = encode(records)
        return body

    def _shown_in(self, region: str) -> str:
        return "kr" if self._shared else region

    def _name(self, record: dict) -> tuple[str, str, str]:
        return record["projectId"], self._shown_in(self.regions[record["jobId"]]), record["jobName"]

    def _list_of(self, kind: str, record: dict) -> tuple[str, str, str]:
        if kind == "targets":
            return kind, record["jobId"], ""
        return kind, record["projectId"], self._shown_in(self.regions.get(record[KEYS[kind]], "kr"))


def _spot(target: dict) -> tuple[str, str, int]:
    return target["jobId"], target["hostId"], target["port"]
