# Copyright: (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service knows: workspaces, targets, servers. Every change goes through put and remove."""
from __future__ import annotations

import time
import uuid
from collections import Counter, defaultdict, deque

from . import servers
from .codes import encode
from .journal import Journal
from .options import Options

KEYS = {"workspaces": "jobId", "targets": "targetId", "servers": "hostId"}


class State:
    """Records are dicts with the keys of the API in the order of the guide's examples.

    ``workspaces``, ``targets`` and ``servers`` are by id, in the order of creation.
    """

    def __init__(self, options: Options, journal: Journal):
        self._options = options
        self._journal = journal
        self.changed = lambda: None  # called after each change of what is to be scraped
        self.measured = False  # whether the results of targets come from a Prometheus
        self._clear()
        changes = journal.read()
        self._begin(changes)

    def _clear(self):
        self.workspaces: dict[str, dict] = {}
        self.targets: dict[str, dict] = {}
        self.servers: dict[str, dict] = {}
        self.pending: list[tuple[float, dict]] = []  # servers that appear later, the next one last
        self.fixed: set[str] = set()  # targets whose result was set by hand
        self._named: dict[tuple[str, str], str] = {}
        self._in_workspace = defaultdict(dict)
        self._on_host = defaultdict(dict)
        self._spots = Counter()
        self._due = deque()  # (when, target id): fresh targets that will have a result
        self._rendered: dict[tuple[str, str], bytes] = {}
        self._ids = 0

    def _begin(self, changes: list[dict]):
        now = time.monotonic()
        gone = set()
        for delay, server in servers.initial(self._options.servers, self._options.servers_file,
                                             self._options.projects):
            if delay:
                self.pending.append((now + delay, server))
            else:
                self._put("servers", server)
        for change in changes:
            self._ids = max(self._ids, change.get("ids", 0))
            if "put" in change:
                self._put(change["put"], change["record"], change.get("fixed", False))
                gone.discard(change["record"].get("hostId"))
            elif change["remove"] == "servers":
                gone.add(change["id"])
                self._remove("servers", change["id"])
            else:
                self._remove(change["remove"], change["id"])
        self.pending = sorted((entry for entry in self.pending
                               if entry[1]["hostId"] not in self.servers and entry[1]["hostId"] not in gone),
                              key=lambda entry: -entry[0])
        if not changes:
            for name in self._options.reserved:
                self._put("workspaces", {
                    "jobId": self.new_id(), "projectId": self._options.projects[0], "jobName": name,
                    "metricsPath": "/metrics", "description": None, "lstModifier": None,
                    "lstModYmdt": modified_now(), "reservedJobCd": name.lstrip("@").upper()})
        self._journal.rewrite([{"put": kind, "record": record, "ids": self._ids, "fixed": key in self.fixed}
                               for kind in KEYS for key, record in getattr(self, kind).items()]
                              + [{"remove": "servers", "id": key} for key in gone])

    def reset(self):
        """Back to the very beginning; ids that were given out do not come back."""
        ids = self._ids
        self._clear()
        self._ids = ids
        self._begin([])
        self.changed()

    def new_id(self) -> str:
        self._ids += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, "%d/%d" % (self._options.seed, self._ids)))

    # changes

    def put(self, kind: str, record: dict, fixed: bool = False) -> dict:
        """Add a record, or set one that is there."""
        self._put(kind, record, fixed)
        self._journal.write({"put": kind, "record": record, "ids": self._ids, "fixed": fixed})
        self.changed()
        return record

    def remove(self, kind: str, key: str) -> dict | None:
        """Take a record away, with what hangs on it. None when it is not there."""
        record = self._remove(kind, key)
        if record:
            self._journal.write({"remove": kind, "id": key})
            self.changed()
        return record

    def _put(self, kind: str, record: dict, fixed: bool = False):
        key = record[KEYS[kind]]
        self._forget(kind, key)
        getattr(self, kind)[key] = record
        if kind == "workspaces":
            self._named[record["projectId"], record["jobName"]] = key
            self._rendered.pop((kind, record["projectId"]), None)
        elif kind == "servers":
            self._rendered.pop((kind, record["projectId"]), None)
            for target in self._on_host[key].values():
                target.update(hostNm=record["hostNm"], svrIp=record["svrIp"])
                self._rendered.pop(("targets", target["jobId"]), None)
        else:
            self._in_workspace[record["jobId"]][key] = record
            self._on_host[record["hostId"]][key] = record
            self._spots[spot(record)] += 1
            self._rendered.pop((kind, record["jobId"]), None)
            if fixed:
                self.fixed.add(key)
            elif record["resultCd"] is None:
                self._due.append((time.monotonic() + self._options.collect_after, key))

    def _remove(self, kind: str, key: str) -> dict | None:
        record = getattr(self, kind).get(key)
        if record is None:
            return None
        if kind == "workspaces":
            for target_id in list(self._in_workspace.pop(key, ())):
                self._remove("targets", target_id)
        elif kind == "servers" and self._options.targets_of_gone_servers == "drop":
            for target_id in list(self._on_host[key]):
                self._remove("targets", target_id)
        self._forget(kind, key)
        del getattr(self, kind)[key]
        self.fixed.discard(key)
        return record

    def _forget(self, kind: str, key: str):
        """Take a record that is there out of the indexes."""
        record = getattr(self, kind).get(key)
        if record is None:
            return
        if kind == "targets":
            self._in_workspace[record["jobId"]].pop(key, None)
            self._on_host[record["hostId"]].pop(key, None)
            self._spots[spot(record)] -= 1
            self._rendered.pop((kind, record["jobId"]), None)
            return
        if kind == "workspaces" and self._named.get((record["projectId"], record["jobName"])) == key:
            del self._named[record["projectId"], record["jobName"]]
        self._rendered.pop((kind, record["projectId"]), None)

    # time

    def settle(self):
        """Let everything happen whose time has come."""
        now = time.monotonic()
        while self.pending and self.pending[-1][0] <= now:
            self.put("servers", self.pending.pop()[1])
        if self.measured or self._options.target_result == "preparing":
            return
        while self._due and self._due[0][0] <= now:
            key = self._due.popleft()[1]
            if self._options.target_result == "collecting":
                self.set_result(key, 0, None)
            else:
                self.set_result(key, 1, self._options.target_result.partition(":")[2])

    def set_result(self, target_id: str, code: int | None, reason: str | None):
        target = self.targets.get(target_id)
        if target and target_id not in self.fixed and (target["resultCd"], target["failReason"]) != (code, reason):
            target.update(resultCd=code, failReason=reason)
            self._rendered.pop(("targets", target["jobId"]), None)

    # questions

    def workspace(self, project_id: str, workspace_id: str) -> dict | None:
        record = self.workspaces.get(workspace_id)
        return record if record and record["projectId"] == project_id else None

    def workspace_named(self, project_id: str, name: str) -> dict | None:
        return self.workspaces.get(self._named.get((project_id, name), ""))

    def targets_on(self, host_id: str) -> int:
        return len(self._on_host[host_id]) if host_id in self._on_host else 0

    def has_target(self, workspace_id: str, host_id: str, port: int) -> bool:
        return self._spots[workspace_id, host_id, port] > 0

    def rendered(self, kind: str, owner: str) -> bytes:
        """The list of a project's workspaces or servers, or of a workspace's targets, as JSON."""
        body = self._rendered.get((kind, owner))
        if body is None:
            if kind == "targets":
                records = list(self._in_workspace[owner].values())
            else:
                records = [record for record in getattr(self, kind).values() if record["projectId"] == owner]
            body = self._rendered[kind, owner] = encode(records)
        return body

    def snapshot(self) -> dict:
        self.settle()
        return {**{kind: [dict(record) for record in getattr(self, kind).values()] for kind in KEYS},
                "pending_servers": [dict(server) for when, server in reversed(self.pending)]}

    def close(self):
        self._journal.close()


def spot(target: dict) -> tuple[str, str, int]:
    return target["jobId"], target["hostId"], target["port"]


def modified_now() -> str:
    """As the guide's examples write it: no zone. It is UTC here; the guide does not say."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
