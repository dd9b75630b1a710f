# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about keys, regions and workspaces."""

from __future__ import annotations

import calendar
import time
from email.utils import parsedate_to_datetime

from .run import Run
from .service import Reply
from .settings import DESCRIPTION, ENDPOINTS

MISSING_PAGE = "/ansible-live-no-such-page"


def ask_about_keys(run: Run) -> None:
    for question, options in (
        ("A wrong appkey", {"app_key": "not-an-appkey"}),
        ("No appkey", {"app_key": ""}),
        ("A project that the appkey is not authorized for", {"project_id": "notmine0"}),
    ):
        reply = run.ask("GET", "/jobs", **options)
        run.row(question, reply.outcome, reply)


def ask_about_regions(run: Run) -> None:
    for what, path, key in (("workspaces", "/jobs", "jobId"), ("servers", "/servers", "hostId")):
        own = _ids(run.ask("GET", path), key)
        for header, region in (("No region header", ""), ("An unknown region", "nowhere")):
            reply = run.ask("GET", path, region=region)
            same = "the same list" if _ids(reply, key) == own else "another list"
            run.row("%s: %s" % (header, what), reply.outcome + (", " + same if reply.ok else ""), reply)
        found = {region: run.ask("GET", path, region=region) for region in ENDPOINTS}
        told = [
            "%s %s" % (region, len(reply.records) if reply.ok else reply.outcome) for region, reply in found.items()
        ]
        differ = any(_ids(reply, key) != own for reply in found.values())
        told.append("the lists differ" if differ else "all lists are the same")
        run.row(
            "Does the region filter %s" % what, "; ".join(told), found["kr2" if run.settings.region != "kr2" else "kr"]
        )


def _ids(reply: Reply, key: str) -> set:
    return {record.get(key) for record in reply.records}


def ask_about_workspaces(run: Run) -> str | None:
    """The id of the workspace of this run, None if it could not be made."""
    reply = run.make_workspace("b")
    run.row("Create a workspace", reply.outcome, reply)
    if not isinstance(reply.body, dict) or not isinstance(reply.body.get("jobId"), str):
        return None
    key = reply.body["jobId"]
    shown = "lstModYmdt %s, header Date %s" % (reply.body.get("lstModYmdt"), reply.headers.get("date"))
    run.row("Time zone of lstModYmdt", _time_zone(reply), shown)
    _ask_for_second_of_one_name(run, key)
    reply = run.ask("GET", "/jobs/no-such-workspace")
    run.row("A workspace that does not exist", reply.outcome, reply)
    reply = run.ask("GET", "/jobs/%s/targets" % key)
    run.row("Targets of an empty workspace", _emptiness(reply), reply)
    _ask_about_descriptions(run, key)
    run.make_workspace("a", MISSING_PAGE)
    _ask_about_order(run)
    return key


def _time_zone(reply: Reply) -> str:
    try:
        date = calendar.timegm(parsedate_to_datetime(reply.headers["date"]).utctimetuple())
        shown = calendar.timegm(time.strptime(reply.body["lstModYmdt"][:19], "%Y-%m-%dT%H:%M:%S"))
    except (KeyError, TypeError, ValueError):
        return "not told"
    quarters = round((shown - date) / 900)
    return "UTC%s%02d:%02d" % ("-" if quarters < 0 else "+", abs(quarters) // 4, abs(quarters) % 4 * 15)


def _ask_for_second_of_one_name(run: Run, first: str) -> None:
    reply = run.make_workspace("b")
    finding = reply.outcome
    second = reply.body.get("jobId") if isinstance(reply.body, dict) else None
    if second == first:
        finding = "accepted, and it is the first one"
        run.state.workspaces.remove([run.settings.name("b"), first])
        run.state.save()
    run.row("A second workspace of one name", finding, reply)
    if isinstance(second, str) and second != first and run.ask("DELETE", "/jobs/%s" % second).ok:
        run.state.workspaces.remove([run.settings.name("b"), second])
        run.state.save()


def _emptiness(reply: Reply) -> str:
    if not reply.ok:
        return reply.outcome
    return (
        "body is absent" if "body" not in reply.json else "body is %s" % ("null" if reply.body is None else reply.body)
    )


def _ask_about_descriptions(run: Run, key: str) -> None:
    given = {"metricsPath": "/metrics"}
    for question, body in (
        ("PUT without a description", given),
        ("PUT with an empty description", {**given, "description": ""}),
    ):
        updated = run.ask("PUT", "/jobs/%s" % key, body)
        reply = run.ask("GET", "/jobs/%s" % key)
        now = reply.body.get("description", "absent") if isinstance(reply.body, dict) else reply.outcome
        told = {DESCRIPTION: "it stays", None: "it becomes null", "": "it becomes an empty text"}.get(now, str(now))
        run.row(question, "%s; %s" % (updated.outcome, told), reply)
        run.ask("PUT", "/jobs/%s" % key, {**given, "description": DESCRIPTION})


def _ask_about_order(run: Run) -> None:
    """The workspace b was made before a."""
    records = run.ask("GET", "/jobs").records
    ours = [str(record["jobName"])[-1] for record in records if record.get("jobName") in _names(run)]
    told = ["of the two of this run, %s is first" % {"b": "the older", "a": "the newer"}.get("".join(ours[:1]), "none")]
    for key in ("jobName", "lstModYmdt"):
        values = [str(record.get(key)) for record in records]
        if values in (sorted(values), sorted(values, reverse=True)):
            told.append("all are sorted by %s" % key)
    run.row("Order of workspaces", "; ".join(told), "keys of a record: %s" % ", ".join(records[0]) if records else "")


def _names(run: Run) -> list[str]:
    return [run.settings.name(letter) for letter in "ab"]
