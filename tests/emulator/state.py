# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service knows, from its start on: every change of the tables, and what time does to them."""

from __future__ import annotations

import time
import uuid
from collections import deque

from . import servers
from .journal import Journal
from .options import Options
from .tables import KEYS, Tables


class State:
    """Read ``tables``; change them by ``put`` and ``remove``, which the journal keeps."""

    def __init__(self, options: Options, journal: Journal):
        self._options = options
        self._journal = journal
        self._ids = 0
        self.changed = lambda: None  # called after each change of what is to be scraped
        self.measured = False  # whether the results of targets come from a Prometheus
        self._begin(journal.read())

    def _begin(self, changes: list[tuple[str, dict]]):
        self.tables = Tables(self._options.regions == "shared")
        self.known_servers: set[str] = set()  # every hostId that was ever there
        self.pending: list[tuple[float, dict, str]] = []  # servers that appear later, the next one last
        self.fixed: set[str] = set()  # targets whose result was set by hand
        self._due = deque()  # (when, target id): fresh targets that will have a result
        now = time.monotonic()
        options = self._options
        for delay, server, region in servers.initial(options.servers, options.servers_file, options.projects):
            self.known_servers.add(server["hostId"])
            if delay:
                self.pending.append((now + delay, server, region))
            else:
                self._put("servers", server, region=region)
        gone = self._repeat(changes)
        self.pending = sorted(
            (
                entry
                for entry in self.pending
                if entry[1]["hostId"] not in gone and entry[1]["hostId"] not in self.tables.servers
            ),
            key=lambda entry: -entry[0],
        )
        if not changes:
            for name in self._options.reserved:
                self._put(
                    "workspaces",
                    {
                        "jobId": self.new_id(),
                        "projectId": self._options.projects[0],
                        "jobName": name,
                        "metricsPath": "/metrics",
                        "description": None,
                        "lstModifier": None,
                        "lstModYmdt": modified_now(),
                        "reservedJobCd": name.lstrip("@").upper(),
                    },
                )
        self._journal.rewrite(
            [
                {
                    "put": kind,
                    "record": record,
                    "ids": self._ids,
                    "fixed": key in self.fixed,
                    "region": self.tables.regions.get(key),
                }
                for kind in KEYS
                for key, record in self.tables.records(kind).items()
            ]
            + [{"remove": "servers", "id": key} for key in gone]
        )

    def _repeat(self, changes: list[tuple[str, dict]]) -> set[str]:
        """What the journal tells; the servers that are gone by it."""
        gone = set()
        for where, change in changes:
            try:
                self._repeat_one(change, gone)
            except (AttributeError, KeyError, TypeError, ValueError):
                raise ValueError("%s: not a change of a state" % where) from None
        return gone

    def _repeat_one(self, change: dict, gone: set[str]):
        self._ids = max(self._ids, change.get("ids", 0))
        if "put" in change:
            self._put(change["put"], change["record"], change["fixed"], change.get("region"))
            gone.discard(change["record"].get("hostId"))
        else:
            self._remove(change["remove"], change["id"])
            if change["remove"] == "servers":
                gone.add(change["id"])
                self.known_servers.add(change["id"])

    def reset(self):
        """Back to the very beginning; ids that were given out do not come back."""
        self._begin([])
        self.changed()

    def new_id(self) -> str:
        self._ids += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, "%d/%d" % (self._options.seed, self._ids)))

    def is_gone(self, host_id: str) -> bool:
        """Whether a server was listed once and is not any more, so that no agent of its collects."""
        return host_id in self.known_servers and host_id not in self.tables.servers

    def put(self, kind: str, record: dict, fixed: bool = False, region: str | None = None) -> dict:
        """Add a record, or set one that is there. A target that is fixed keeps its result."""
        self._put(kind, record, fixed, region)
        self._journal.write({"put": kind, "record": record, "ids": self._ids, "fixed": fixed, "region": region})
        self.changed()
        return record

    def remove(self, kind: str, key: str) -> dict | None:
        """Take a record away, with what hangs on it. None when it is not there."""
        record = self._remove(kind, key)
        if record:
            self._journal.write({"remove": kind, "id": key})
            self.changed()
        return record

    def _put(self, kind: str, record: dict, fixed: bool = False, region: str | None = None):
        self.tables.put(kind, record, region)
        if kind == "servers":
            self.known_servers.add(record["hostId"])
        if fixed:
            self.fixed.add(record[KEYS[kind]])
        elif kind == "targets" and record["resultCd"] is None:
            self._due.append((time.monotonic() + self._options.collect_after, record["targetId"]))

    def _remove(self, kind: str, key: str) -> dict | None:
        if kind == "servers" and self._options.targets_of_gone_servers == "drop":
            for target_id in self.tables.targets_on(key):
                self.tables.remove("targets", target_id)
        return self.tables.remove(kind, key)

    def settle(self):
        """Let everything happen whose time has come."""
        now = time.monotonic()
        while self.pending and self.pending[-1][0] <= now:
            _when, server, region = self.pending.pop()
            self.put("servers", server, region=region)
        while self._due and self._due[0][0] <= now:
            key = self._due.popleft()[1]
            if self.measured or self._options.target_result == "preparing":
                continue
            if self._options.target_result == "collecting":
                self.set_result(key, 0, None)
            else:
                self.set_result(key, self._options.failing_code, self._options.target_result.partition(":")[2])

    def set_result(self, target_id: str, code: int | None, reason: str | None):
        target = self.tables.targets.get(target_id)
        if target and target_id not in self.fixed and (target["resultCd"], target["failReason"]) != (code, reason):
            target.update(resultCd=code, failReason=reason)
            self.tables.touch(target)

    def snapshot(self) -> dict:
        self.settle()
        return {
            **{kind: [dict(record) for record in self.tables.records(kind).values()] for kind in KEYS},
            "pending_servers": [dict(server) for _when, server, _region in reversed(self.pending)],
        }

    def close(self):
        self._journal.close()


def modified_now() -> str:
    """As the guide's examples write it: no zone. It is UTC here; the guide does not say."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
