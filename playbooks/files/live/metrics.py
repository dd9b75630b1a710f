# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about PromQL and labels."""

from __future__ import annotations

import json

from .run import Run
from .service import Reply


def ask_about_queries(run: Run) -> None:
    for what, kind in (("a form", "application/x-www-form-urlencoded"), ("JSON", "application/json")):
        reply = run.service.post_query("1", kind)
        run.row("PromQL by POST with %s" % what, _outcome(reply), reply)


def _outcome(reply: Reply) -> str:
    value = reply.json
    if isinstance(value, dict) and "status" in value:
        error = ": %s" % value["error"] if "error" in value else ""
        return "HTTP %d, %s%s" % (reply.status, value["status"], error)
    return reply.outcome


def ask_about_labels(run: Run, workspace_id: str, target_id: str) -> None:
    """Which label shows what of a workspace and of a target, by the first samples of the good exporter."""
    record = next((one for one in run.targets(workspace_id) if one.get("targetId") == target_id), {})
    address = "%s:%s" % (record.get("svrIp"), record.get("port"))
    known = {
        run.settings.name("b"): "workspace",
        workspace_id: "workspace id",
        target_id: "target id",
        str(record.get("hostId")): "host id",
        str(record.get("hostNm")): "host name",
        str(record.get("svrIp")): "address",
        address: "address:port",
    }
    queries = [
        "up{%s=%s}" % (label, json.dumps(value))
        for label, value in (
            ("job", run.settings.name("b")),
            ("openmetrics_id", target_id),
            ("job", workspace_id),
            ("openmetrics_id", workspace_id),
            ("instance", address),
        )
    ]
    best: list = [Reply(0, "not asked"), {}]  # the last answer, and the series with most of what is known

    def is_done() -> bool:
        for text in queries:
            best[0] = run.service.query(text)
            best[1] = max(
                [best[1], *_series(best[0])], key=lambda labels: sum(value in known for value in labels.values())
            )
            if not isinstance(best[0].json, dict) or best[0].json.get("status") != "success":
                return True
        return bool({target_id, address} & set(best[1].values()))

    run.poll(is_done)
    reply, labels = best
    if not labels:
        run.row("Labels of a target's series", "no series: %s" % _outcome(reply), reply)
        return
    told = ["%s is the %s" % (name, known[value]) for name, value in sorted(labels.items()) if value in known]
    others = [name for name, value in sorted(labels.items()) if value not in known]
    run.row(
        "Labels of a target's series",
        "; ".join([*told, "others: %s" % ", ".join(others)]),
        run.redactor.labels(labels),
    )


def _series(reply: Reply) -> list[dict]:
    try:
        return [entry["metric"] for entry in reply.json["data"]["result"]]
    except (KeyError, TypeError):
        return []
