# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example body of the guide's workspace and target parts has the emulator's shape: keys, their order, types."""

from __future__ import annotations

import json

import pytest

HEADER = '"header": {"isSuccessful": true, "resultCode": 0, "resultMessage": "SUCCESS"}'
WORKSPACE = """{"jobId": "jobId", "projectId": "projectId", "jobName": "jobName", "metricsPath": "/metricPath",
    "description": "description", "lstModifier": "lstModifier", "lstModYmdt": "2021-08-17T10:32:09",
    "reservedJobCd": null}"""
CHANGED_WORKSPACE = WORKSPACE.replace('"lstModifier": "lstModifier"', '"lstModifier": null')
TARGET = """{"targetId": "targetId", "jobId": "jobId", "hostId": "hostId", "port": 9100, "resultCd": 0,
    "failReason": null, "mntrnStatCd": null, "lstModifier": "lstModifier", "lstModYmdt": "2021-08-17T11:06:29",
    "hostNm": "hostNm", "svrIp": "192.168.0.5"}"""
SERVER = """{"hostId": "hostId", "hostNm": "hostNm", "svrIp": "192.168.0.5", "projectId": "projectId",
    "instanceId": "instanceId"}"""

NEW = {"jobName": "jobName", "metricsPath": "/metricsPath", "description": "description"}

CALLS = {
    "list_workspaces": ("GET", "/jobs", None, "[%s]" % WORKSPACE),
    "create_workspace": ("POST", "/jobs", {**NEW, "jobName": "another"}, CHANGED_WORKSPACE),
    "get_workspace": ("GET", "/jobs/{job}", None, WORKSPACE),
    "update_workspace": (
        "PUT",
        "/jobs/{job}",
        {"metricsPath": "/updatemetricsPath", "description": "updatedescription"},
        CHANGED_WORKSPACE,
    ),
    "delete_workspace": ("DELETE", "/jobs/{job}", None, '"jobId"'),
    "list_targets": ("GET", "/jobs/{job}/targets", None, "[%s]" % TARGET),
    "list_servers": ("GET", "/servers", None, "[%s]" % SERVER),
    "create_target": ("POST", "/jobs/{job}/targets", {"hostId": "{host}", "port": "9101"}, '"targetId"'),
    "get_target": ("GET", "/jobs/{job}/targets/{target}", None, TARGET),
    "delete_target": ("DELETE", "/jobs/{job}/targets/{target}", None, '"targetId"'),
}


def shape(value):
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value)


@pytest.mark.parametrize("name", CALLS)
def test_example(name, emulator, api):
    method, path, body, example = CALLS[name]
    for server in emulator.state["servers"][1:]:
        emulator.remove("servers", server["hostId"])
    emulator.remove("workspaces", emulator.state["workspaces"][0]["jobId"])  # the reserved one
    host = emulator.state["servers"][0]["hostId"]
    job = api.body("POST", "/jobs", NEW)["jobId"]
    target = api.make_target(job)
    if body and "hostId" in body:
        body = {**body, "hostId": host}

    answer = api.call(method, path.format(job=job, target=target), body)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert shape(answer.json()) == shape(json.loads('{%s, "body": %s}' % (HEADER, example)))
    assert emulator.requests(name)[-1]["call"] == name


def test_answers_tell_what_was_sent(emulator, api):
    host = emulator.state["servers"][1]
    workspace = api.body("POST", "/jobs", NEW)
    assert {key: workspace[key] for key in NEW} == NEW
    assert workspace["projectId"] == "emulator"
    job = workspace["jobId"]
    target = api.body("POST", "/jobs/%s/targets" % job, {"hostId": host["hostId"], "port": "9100"})
    read = api.body("GET", "/jobs/%s/targets/%s" % (job, target))
    assert (read["targetId"], read["jobId"], read["port"]) == (target, job, 9100)
    assert (read["hostId"], read["hostNm"], read["svrIp"]) == (host["hostId"], host["hostNm"], host["svrIp"])
    assert api.body("GET", "/jobs/%s/targets" % job) == [read]
    assert api.body("DELETE", "/jobs/%s/targets/%s" % (job, target)) == target
    assert api.body("GET", "/jobs/%s/targets" % job) == []
    assert api.body("DELETE", "/jobs/%s" % job) == job
    assert [entry["jobName"] for entry in api.body("GET", "/jobs")] == ["@Linux"]


def test_put_replaces_and_keeps_the_name(api):
    job = api.body("POST", "/jobs", NEW)["jobId"]
    api.body("PUT", "/jobs/%s" % job, {"metricsPath": "/m", "jobName": "other"})
    workspace = api.body("GET", "/jobs/%s" % job)
    assert (workspace["jobName"], workspace["metricsPath"], workspace["description"]) == ("jobName", "/m", None)


def test_deleting_a_workspace_deletes_its_targets(emulator, api):
    kept, gone = api.make_workspace("kept"), api.make_workspace("gone")
    for port in range(9100, 9104):
        api.make_target(gone, port=port)
    target = api.make_target(kept)
    api.body("DELETE", "/jobs/%s" % gone)
    assert [entry["targetId"] for entry in emulator.state["targets"]] == [target]
    api.make_target(kept, port=9101)  # the limit of the server is free again


@pytest.mark.parametrize(("method", "path"), [("GET", "/jobs"), ("POST", "/jobs"), ("GET", "/servers")])
def test_region_is_asked_for(api, method, path):
    body = NEW if method == "POST" else None
    for region in (None, "", "KR", "kr1", "eu"):
        assert api.code(method, path, body, headers={"X-SYSMON-REGION": region}) == -40002
    for region in ("kr2", "jp", "us"):
        name = {"jobName": region} if body else {}
        assert api.code(method, path, body and {**body, **name}, headers={"X-SYSMON-REGION": region}) == 0


def test_region_is_not_asked_for_elsewhere(api):
    job = api.make_workspace()
    target = api.make_target(job)
    del api.session.headers["X-SYSMON-REGION"]
    for method, path, body in (
        ("GET", "/jobs/%s" % job, None),
        ("PUT", "/jobs/%s" % job, NEW),
        ("GET", "/jobs/%s/targets" % job, None),
        ("GET", "/jobs/%s/targets/%s" % (job, target), None),
        ("DELETE", "/jobs/%s/targets/%s" % (job, target), None),
        ("DELETE", "/jobs/%s" % job, None),
    ):
        assert api.code(method, path, body) == 0
