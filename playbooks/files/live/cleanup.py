# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletes what a run made, by the ids that it got, and leftovers of earlier runs when that is asked for."""

from __future__ import annotations

import calendar
import time

from .output import say
from .service import Reply, Service
from .settings import DESCRIPTION, NAME
from .state import State

TRIES = 3
LATE = 1  # seconds, times the number of looks before
GONE = ("-40006", "-40007")
AN_HOUR = 3600


def clean(service: Service, state: State) -> list[str]:
    """Sentences about what could not be deleted; none is good."""
    left = []
    ids, trouble = _workspace_ids(service, state)
    left += trouble
    for name, workspace_id in ids:
        targets = [target_id for owner, target_id in state.targets if owner == workspace_id]
        listed = service.ask("GET", "/jobs/%s/targets" % workspace_id)
        # Of a create without an answer only the list tells; nobody else has this workspace, nor this server in it.
        targets += [
            record.get("targetId")
            for record in listed.records
            if record.get("hostId") == state.host_id and record.get("targetId") not in targets
        ]
        for target_id in targets:
            reply = _delete(service, "/jobs/%s/targets/%s" % (workspace_id, target_id))
            if reply:
                left.append("collection target %s of workspace %s: %s" % (target_id, name, reply.outcome))
        say("deleting workspace %s (%s)" % (name, workspace_id))
        reply = _delete(service, "/jobs/%s" % workspace_id)
        if reply:
            left.append("workspace %s (%s): %s" % (name, workspace_id, reply.outcome))
    return left


def _workspace_ids(service: Service, state: State) -> tuple[list, list[str]]:
    """Pairs of name and id. Of a create without a clear answer the list tells the id: nobody else has such a name."""
    known = [(name, key) for name, key in state.workspaces if key]
    ids = {key for _name, key in known}
    unclear = {name for name, key in state.workspaces if not key}
    found, listed = [], None
    for number in range(TRIES if unclear else 0):
        time.sleep(number * LATE)  # the service may still be at it
        listed = service.ask("GET", "/jobs")
        shown = [(record.get("jobName"), record.get("jobId")) for record in listed.records]
        found = [pair for pair in shown if pair[0] in unclear and pair[1] not in ids]
        if unclear == {name for name, _key in found}:
            break
    missing = sorted(unclear - {name for name, _key in found})
    if missing and not listed.ok:
        return known + found, ["workspace %s, if it was made: %s" % (name, listed.outcome) for name in missing]
    for name in missing:
        say("workspace %s is not listed; should it still appear, a later --sweep deletes it" % name)
    return known + found, []


def _delete(service: Service, path: str) -> Reply | None:
    """None when it is gone, else the last answer."""
    for number in range(TRIES):
        if number:
            time.sleep(1)
        reply = service.ask("DELETE", path)
        if reply.ok or str(reply.code) in GONE:
            return None
    return reply


def sweep(service: Service, now: float) -> tuple[int, list[str]]:
    """Delete workspaces that runs of this suite left over an hour ago. How many, and what could not be deleted."""
    listed = service.ask("GET", "/jobs")
    if not listed.ok:
        return 0, ["the list of workspaces: %s" % listed.outcome]
    count, left = 0, []
    for record in listed.records:
        name, key = record.get("jobName"), record.get("jobId")
        if not is_leftover(record, now):
            continue
        say("deleting workspace %s (%s)" % (name, key))
        reply = _delete(service, "/jobs/%s" % key)
        if reply:
            left.append("workspace %s (%s): %s" % (name, key, reply.outcome))
        else:
            count += 1
    return count, left


def is_leftover(record: dict, now: float) -> bool:
    """Its name has this suite's form and a time over an hour ago, and its description is this suite's or empty."""
    found = NAME.fullmatch(str(record.get("jobName")))
    if not found or record.get("description") not in (DESCRIPTION, "", None) or record.get("reservedJobCd") is not None:
        return False
    try:
        made = calendar.timegm(time.strptime(found[1], "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return False
    return now - made > AN_HOUR
