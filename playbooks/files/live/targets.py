# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about collection targets, on the server that the user chose."""

from __future__ import annotations

import json

from . import metrics
from .run import SLOTS, Run
from .service import Reply

SHOWN = ("resultCd", "failReason", "mntrnStatCd")


def ask_about_targets(run: Run, workspace_id: str) -> None:
    settings = run.settings
    dead = _ask_about_creating(run, workspace_id, settings.dead_port)
    reply, good = run.make_target(workspace_id, settings.good_port)
    _ask_about_order(run, workspace_id, dead, good)
    _ask_about_results(
        run,
        workspace_id,
        {"A port on which nothing listens": dead, "A good exporter": good},
    )
    if good:
        metrics.ask_about_labels(run, workspace_id, good)
    else:
        run.row("A good exporter", "not asked: its target was not created: %s" % reply.outcome, reply)
    _delete(run, workspace_id)
    _ask_about_errors(run, workspace_id)
    _delete(run, workspace_id)
    _ask_about_the_sixth(run, workspace_id)


def _ask_about_creating(run: Run, workspace_id: str, port: int) -> str | None:
    reply, key = run.make_target(workspace_id, str(port))
    run.row("A port that is sent as text", reply.outcome, reply)
    if not key:
        reply, key = run.make_target(workspace_id, port)
        run.row("A port that is sent as a number", reply.outcome, reply)
    listed = run.ask("GET", "/jobs/%s/targets" % workspace_id)
    run.row("A fresh target", _results(listed.records, key), listed)
    reply, double = run.make_target(workspace_id, port)
    accepted = "accepted, and it is the first one" if double and double == key else reply.outcome
    run.row("The same server and port again", accepted, reply)
    if double and double != key:
        run.delete_target(workspace_id, double)
    elif double:
        run.state.targets.remove([workspace_id, double])
        run.state.save()
    path = "/jobs/%s/targets" % workspace_id
    reply = run.ask("POST", path, {"hostId": "no-such-server", "port": port})
    run.row("A server that does not exist", reply.outcome, reply)
    if isinstance(reply.body, str):
        run.state.made_target(workspace_id, reply.body)
        run.delete_target(workspace_id, reply.body)
    reply = run.ask("DELETE", path + "/no-such-target")
    run.row("Delete a target that does not exist", reply.outcome, reply)
    return key


def _results(records: list[dict], target_id: str | None) -> str:
    for record in records:
        if record.get("targetId") == target_id:
            return ", ".join("%s %s" % (name, json.dumps(record.get(name))) for name in SHOWN)
    return "it is not in the list"


def _ask_about_order(run: Run, workspace_id: str, older: str | None, newer: str | None) -> None:
    records = run.targets(workspace_id)
    ids = [record.get("targetId") for record in records]
    if older in ids and newer in ids:
        first = "the older" if ids.index(older) < ids.index(newer) else "the newer"
        ports = [record.get("port") for record in records]
        run.row("Order of targets", "of two, %s is first" % first, "the ports in order: %s" % json.dumps(ports))


def _ask_about_results(run: Run, workspace_id: str, targets: dict[str, str | None]) -> None:
    """The codes once they are others than those of the fresh targets, or when the patience ends."""
    path = "/jobs/%s/targets" % workspace_id
    fresh = run.targets(workspace_id)
    last: list[Reply] = []

    def is_done() -> bool:
        last[:] = [run.ask("GET", path)]
        seen = last[0].records
        return all(_results(seen, key) != _results(fresh, key) for key in targets.values() if key)

    run.poll(is_done)
    for question, key in targets.items():
        if key:
            run.row(question, _results(last[0].records, key), _only(run, last[0], key))


def _only(run: Run, reply: Reply, target_id: str) -> Reply | str:
    """The answer's record of one target."""
    record = next((record for record in reply.records if record.get("targetId") == target_id), None)
    if record is None:
        return reply
    return run.redactor.text(json.dumps({name: record.get(name) for name in SHOWN}))


def _ask_about_errors(run: Run, workspace_id: str) -> None:
    other = next((key for name, key in run.state.workspaces if name == run.settings.name("a")), None)
    if other:
        _reply, key = run.make_target(other, run.settings.good_port)
        _ask_about_results(run, other, {"An exporter that answers 404": key})
        _delete(run, other)
    if run.settings.unavailable_port:
        _reply, key = run.make_target(workspace_id, run.settings.unavailable_port)
        _ask_about_results(run, workspace_id, {"An exporter that answers 503": key})
    else:
        run.row("An exporter that answers 503", "not asked: --unavailable-port names such a port")


def _delete(run: Run, workspace_id: str) -> None:
    for owner, target_id in list(run.state.targets):
        if owner == workspace_id:
            run.delete_target(workspace_id, target_id)


def _ask_about_the_sixth(run: Run, workspace_id: str) -> None:
    question = "One target more than %d on a server" % SLOTS
    if not run.settings.fill_server:
        run.row(question, "not asked: --fill-server allows it")
        return
    run.filling = True
    for number in range(SLOTS + 1):
        reply, key = run.make_target(workspace_id, run.settings.dead_port - number)
        if not key:
            break
    run.row(question, reply.outcome, reply)
    _delete(run, workspace_id)
    run.filling = False
