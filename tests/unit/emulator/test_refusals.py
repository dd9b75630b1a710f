# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

WORKSPACE = {"jobName": "new", "metricsPath": "/metrics"}


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "message"),
    [
        ("POST", "/jobs", {**WORKSPACE, "jobName": "web"}, -40001, "ALREADY_EXIST"),
        ("POST", "/jobs", {"metricsPath": "/metrics"}, -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", {"jobName": "new"}, -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", {**WORKSPACE, "metricsPath": "http://x/metrics"}, -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", {**WORKSPACE, "metricsPath": None}, -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", {**WORKSPACE, "description": 1}, -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", [], -40002, "BAD_INPUT_VALUE"),
        ("POST", "/jobs", "text", -40002, "BAD_INPUT_VALUE"),
        *[
            ("POST", "/jobs", {**WORKSPACE, "jobName": name}, -40002, "BAD_INPUT_VALUE")
            for name in ("", "a b", "a.b", "@a", "a\n", "é", 1, None)
        ],
        ("GET", "/jobs/nothing", None, -40006, "NOT_FOUND_JOB"),
        ("PUT", "/jobs/nothing", WORKSPACE, -40006, "NOT_FOUND_JOB"),
        ("PUT", "/jobs/{web}", {"description": "x"}, -40002, "BAD_INPUT_VALUE"),
        ("PUT", "/jobs/{reserved}", WORKSPACE, -40012, "SYSTEM_RESERVED_JOB"),
        ("DELETE", "/jobs/nothing", None, -40006, "NOT_FOUND_JOB"),
        ("DELETE", "/jobs/{reserved}", None, -40012, "SYSTEM_RESERVED_JOB"),
        ("GET", "/jobs/nothing/targets", None, -40006, "NOT_FOUND_JOB"),
        ("POST", "/jobs/nothing/targets", {"hostId": "{host}", "port": 1}, -40006, "NOT_FOUND_JOB"),
        ("POST", "/jobs/{reserved}/targets", {"hostId": "{host}", "port": 1}, -40012, "SYSTEM_RESERVED_JOB"),
        ("POST", "/jobs/{web}/targets", {"hostId": "nothing", "port": 1}, -40004, "INVALID_HOST_OR_PROJECT"),
        ("POST", "/jobs/{web}/targets", {"port": 1}, -40002, "BAD_INPUT_VALUE"),
        *[
            ("POST", "/jobs/{web}/targets", {"hostId": "{host}", "port": port}, -40002, "BAD_INPUT_VALUE")
            for port in (None, 0, 65536, -1, True, 9100.0, "", "x", " 1", "9" * 30, [1])
        ],
        ("POST", "/jobs/{web}/targets", {"hostId": "{host}", "port": 9100}, -40002, "BAD_INPUT_VALUE"),
        ("GET", "/jobs/nothing/targets/{target}", None, -40006, "NOT_FOUND_JOB"),
        ("GET", "/jobs/{web}/targets/nothing", None, -40007, "NOT_FOUND_TARGET"),
        ("GET", "/jobs/{reserved}/targets/{target}", None, -40007, "NOT_FOUND_TARGET"),
        ("DELETE", "/jobs/nothing/targets/{target}", None, -40006, "NOT_FOUND_JOB"),
        ("DELETE", "/jobs/{web}/targets/nothing", None, -40007, "NOT_FOUND_TARGET"),
        ("DELETE", "/jobs/{reserved}/targets/{target}", None, -40012, "SYSTEM_RESERVED_JOB"),
    ],
)
def test_refused_and_nothing_changed(emulator, api, method, path, body, code, message):
    ids = {
        "web": api.make_workspace(),
        "reserved": emulator.state["workspaces"][0]["jobId"],
        "host": emulator.state["servers"][0]["hostId"],
    }
    ids["target"] = api.make_target(ids["web"])
    if isinstance(body, dict) and body.get("hostId") == "{host}":
        body = {**body, "hostId": ids["host"]}
    before = emulator.state

    answer = api.call(method, path.format(**ids), body)

    assert answer.status_code == 200
    assert answer.json() == {
        "header": {"isSuccessful": False, "resultCode": code, "resultMessage": message},
        "body": None,
    }
    assert emulator.state == before


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b'{"jobName": "a", "metricsPath": "/"}', "text/plain"),
        (b'{"jobName": "a", "metricsPath": "/"}', None),
        (b'{"jobName": ', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100000, "application/json"),
        (b"", "application/json"),
    ],
)
def test_body_that_is_not_json(emulator, api, data, content_type):
    assert api.code("POST", "/jobs", data=data, headers={"Content-Type": content_type}) == -40002
    assert len(emulator.state["workspaces"]) == 1


def test_sixth_target_of_a_server_over_all_workspaces(api):
    jobs = [api.make_workspace("w%d" % number) for number in range(6)]
    host = api.body("GET", "/servers")[0]["hostId"]
    codes = [api.code("POST", "/jobs/%s/targets" % job, {"hostId": host, "port": 9100}) for job in jobs]
    assert codes == [0, 0, 0, 0, 0, -40002]
    assert api.make_target(jobs[5], number=1)


def test_choices_where_the_guide_is_silent(api_of):
    with Emulator(
        servers=1, targets_per_server=2, sixth_code=-40099, allow_doubles=True, error_body="absent"
    ) as emulator:
        api = api_of(emulator.url)
        job = api.make_workspace()
        assert api.make_target(job) != api.make_target(job)
        host = emulator.state["servers"][0]["hostId"]
        assert api.call("POST", "/jobs/%s/targets" % job, {"hostId": host, "port": 1}).json() == {
            "header": {"isSuccessful": False, "resultCode": -40099, "resultMessage": "ERROR"}
        }
    with Emulator(servers=1, targets_per_server=0) as emulator:
        api = api_of(emulator.url)
        job = api.make_workspace()
        assert len({api.make_target(job, port=port) for port in range(1, 21)}) == 20


@pytest.mark.parametrize("kind", ["envelope", "html", "empty"])
def test_gateway(api_of, kind):
    with Emulator(app_keys={"one": ["a"], "two": ["b", "c"]}, gateway_body=kind) as emulator:
        wanted = {
            (emulator.url, "none", "a", "/jobs"): (401, 4011001),
            (emulator.url, "", "a", "/jobs"): (401, 4011001),
            (emulator.url, "one", "b", "/jobs"): (403, 4031007),
            (emulator.url, "two", "a", "/jobs"): (403, 4031007),
            (emulator.url, "one", "a", "/nothing"): (404, 4041007),
        }
        for (url, key, project, path), (status, code) in wanted.items():
            answer = api_of(url, key, project).call("GET", path)
            assert answer.status_code == status
            if kind == "envelope":
                header = answer.json()["header"]
                assert (header["isSuccessful"], header["resultCode"]) == (False, code)
            elif kind == "html":
                assert answer.headers["Content-Type"].startswith("text/html")
                assert "<h1>" in answer.text
            else:
                assert answer.content == b""
        for key, project in (("one", "a"), ("two", "b"), ("two", "c")):
            assert api_of(emulator.url, key, project).code("GET", "/jobs") == 0


def test_without_a_key_and_with_odd_ways_to_ask(api):
    assert api.call("GET", "/jobs", headers={"X-TC-APP-KEY": None}).status_code == 401
    assert (
        api.call("GET", "/jobs", headers={"X-TC-APP-KEY": None, "x-tc-app-key": "emulator-appkey"}).status_code == 200
    )
    for method, path in (
        ("PATCH", "/jobs/x"),
        ("PUT", "/jobs"),
        ("HEAD", "/jobs"),
        ("POST", "/servers"),
        ("POST", "/jobs/x"),
    ):
        assert api.call(method, path).status_code == 405
    assert api.call("POST", "/jobs", {"description": "x" * 11_000_000}).status_code == 413


def test_projects_do_not_see_each_other(api_of):
    with Emulator(app_keys={"one": "a", "two": "b"}, servers=2) as emulator:
        one, two = api_of(emulator.url, "one", "a"), api_of(emulator.url, "two", "b")
        job = one.make_workspace()
        assert two.make_workspace() != job  # the same name
        assert two.code("GET", "/jobs/%s" % job) == -40006
        hosts = [{entry["hostId"] for entry in api.body("GET", "/servers")} for api in (one, two)]
        assert len(hosts[0] | hosts[1]) == 4
        assert one.code("POST", "/jobs/%s/targets" % job, {"hostId": hosts[1].pop(), "port": 1}) == -40004
