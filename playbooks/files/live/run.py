# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run: what it may make, and a record of it in the state before and after."""

from __future__ import annotations

import time

from .output import say
from .redact import Redactor
from .report import Report
from .service import Reply, Service
from .settings import DESCRIPTION, Settings, SettingsError
from .state import State

SLOTS = 5  # collection targets per server, over all workspaces, by the vendor's console guide
MOST_TARGETS = 2


class Run:
    def __init__(self, settings: Settings, service: Service, state: State, report: Report, redactor: Redactor):
        self.settings = settings
        self.ask = service.ask
        self.service = service
        self.state = state
        self.row = report.row
        self.redactor = redactor
        self.filling = False

    def make_workspace(self, letter: str, path: str = "/metrics") -> Reply:
        name = self.settings.name(letter)
        say("creating workspace %s" % name)
        self.redactor.call(name, "workspace %s" % letter)
        self.state.will_make(name)
        reply = self.ask("POST", "/jobs", {"jobName": name, "metricsPath": path, "description": DESCRIPTION})
        key = reply.body.get("jobId") if isinstance(reply.body, dict) else None
        if isinstance(key, str):
            self.state.made(name, key)
        elif reply.status == 200 and reply.header.get("isSuccessful") is False and reply.code != -50000:
            self.state.not_made(name)
        return reply

    def make_target(self, workspace_id: str, port: int | str) -> tuple[Reply, str | None]:
        """The answer, and the id of the collection target if there is one now."""
        if len(self.state.targets) >= MOST_TARGETS and not self.filling:
            return Reply(0, "not sent: two collection targets of this run could not be deleted"), None
        before = {target_id for _workspace_id, target_id in self.state.targets}
        say("creating collection target for port %s" % port)
        reply = self.ask("POST", "/jobs/%s/targets" % workspace_id, {"hostId": self.state.host_id, "port": port})
        key = reply.body if isinstance(reply.body, str) else None
        if key is None and not (reply.header and reply.status == 200 and reply.code != -50000):
            key = self._target_in_list(workspace_id, port, before)
        if key:
            self.state.made_target(workspace_id, key)
        return reply, key

    def _target_in_list(self, workspace_id: str, port: int | str, before: set[str]) -> str | None:
        """Whether a create without a clear answer made one."""
        for record in self.targets(workspace_id):
            same = record.get("hostId") == self.state.host_id and str(record.get("port")) == str(port)
            if same and record.get("targetId") not in before:
                return record["targetId"]
        return None

    def targets(self, workspace_id: str) -> list[dict]:
        return self.ask("GET", "/jobs/%s/targets" % workspace_id).records

    def delete_target(self, workspace_id: str, target_id: str) -> Reply:
        reply = self.ask("DELETE", "/jobs/%s/targets/%s" % (workspace_id, target_id))
        if reply.ok:
            self.state.forget_target(target_id)
        return reply

    def poll(self, is_done) -> None:
        """Ask until it is so, or the patience ends."""
        deadline = time.monotonic() + self.settings.patience
        while not is_done() and time.monotonic() < deadline:
            self.service.sleep(min(5, self.settings.patience / 10))


def check(settings: Settings, service: Service) -> dict | None:
    """Everything that has to hold before anything is made; the chosen server."""
    listed = service.ask("GET", "/jobs")
    if not listed.ok:
        raise SettingsError("the workspaces cannot be listed: %s" % listed.outcome)
    names = {settings.name(letter) for letter in "ab"}
    if names & {record.get("jobName") for record in listed.records}:
        raise SettingsError("there is a workspace of the name that this run would use; it is not touched")
    if not settings.server:
        return None
    servers = service.ask("GET", "/servers")
    if not servers.ok:
        raise SettingsError("the servers cannot be listed: %s" % servers.outcome)
    wanted = settings.server.lower()
    found = [
        record
        for record in servers.records
        if wanted in (str(record.get("hostId")).lower(), str(record.get("hostNm")).lower())
    ]
    if len(found) != 1:
        ids = ", ".join(str(record.get("hostId")) for record in found[:5])
        raise SettingsError("%d servers are called %s%s" % (len(found), settings.server, ids and ": " + ids))
    free = SLOTS - _used(service, [record.get("jobId") for record in listed.records], found[0].get("hostId"))
    if free < MOST_TARGETS:
        raise SettingsError(
            "the server %s has %d free slot(s) for collection targets, and two are needed" % (settings.server, free)
        )
    if not isinstance(found[0].get("hostId"), str):
        raise SettingsError("the server %s has no hostId" % settings.server)
    return found[0]


def _used(service: Service, workspace_ids: list, host_id: str) -> int:
    count = 0
    for workspace_id in workspace_ids:
        listed = service.ask("GET", "/jobs/%s/targets" % workspace_id)
        if not listed.ok:
            raise SettingsError("the collection targets of a workspace cannot be listed: %s" % listed.outcome)
        count += sum(record.get("hostId") == host_id for record in listed.records)
    return count
