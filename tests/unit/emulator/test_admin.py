# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import requests

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator


def ask(emulator, method, path, body=None):
    answer = requests.request(method, emulator.url + "/_emulator" + path, json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_log_and_stats(emulator, api):
    api.call("GET", "/jobs?x=%2F", headers={"X-TC-APP-KEY": "secret-key"})
    api.make_workspace()
    refused, made = ask(emulator, "GET", "/requests")
    assert (refused["n"], refused["method"], refused["path"], refused["query"], refused["call"], refused["status"]) == (
        1,
        "GET",
        "/v1.0/projects/emulator/jobs",
        "x=%2F",
        "list_workspaces",
        401,
    )
    assert "secret-key" not in json.dumps(refused)
    assert refused["headers"]["X-TC-APP-KEY"].startswith("sha256:")
    assert json.loads(made["body"])["jobName"] == "web"
    assert made["connection"] == refused["connection"]
    assert ask(emulator, "GET", "/requests") == emulator.requests()
    stats = ask(emulator, "GET", "/stats")
    assert (stats["requests"], stats["connections"], stats["max_in_flight"]) == (2, 1, 1)
    assert stats["calls"] == {"list_workspaces": 1, "create_workspace": 1}
    assert stats["bytes_received"] == len(made["body"])
    ask(emulator, "DELETE", "/requests")
    assert emulator.requests() == []
    assert emulator.stats()["requests"] == 0


def test_servers(emulator, api):
    added = ask(emulator, "POST", "/servers", [{"hostNm": "web"}, {"svrIp": "127.0.0.9", "hostId": "h"}])
    assert len({server["hostId"] for server in api.body("GET", "/servers")}) == 5
    assert api.body("GET", "/servers")[3:] == added
    job = api.make_workspace()
    target = api.make_target(job, number=4)
    ask(emulator, "PATCH", "/servers/h", {"hostNm": "renamed"})
    assert api.body("GET", "/servers")[4]["hostNm"] == "renamed"
    assert api.body("GET", "/jobs/%s/targets" % job)[0]["hostNm"] == "renamed"
    ask(emulator, "DELETE", "/servers/h")
    assert len(api.body("GET", "/servers")) == 4
    assert api.body("GET", "/jobs/%s/targets/%s" % (job, target))["hostNm"] == "renamed"
    assert requests.delete(emulator.url + "/_emulator/servers/h", timeout=10).status_code == 400


def test_targets_go_with_their_server_on_request(api_of):
    with Emulator(servers=1, targets_of_gone_servers="drop") as emulator:
        api = api_of(emulator.url)
        job = api.make_workspace()
        api.make_target(job)
        emulator.remove("servers", emulator.state["servers"][0]["hostId"])
        assert api.body("GET", "/jobs/%s/targets" % job) == []


def test_what_the_api_would_refuse(emulator, api):
    odd = ask(emulator, "POST", "/workspaces", {"jobName": "odd name", "reservedJobCd": "X"})
    assert api.body("GET", "/jobs")[1] == odd
    host = emulator.state["servers"][0]["hostId"]
    first = emulator.add_target(jobName="odd name", hostId=host)
    ask(
        emulator,
        "POST",
        "/targets",
        [
            {"jobId": odd["jobId"], "hostId": host},
            {
                "jobId": odd["jobId"],
                "hostId": "gone",
                "hostNm": "old",
                "resultCd": 3,
                "failReason": "no route",
                "mntrnStatCd": "X",
            },
        ],
    )
    targets = api.body("GET", "/jobs/%s/targets" % odd["jobId"])
    assert [target["resultCd"] for target in targets] == [0, 0, 3]
    assert (targets[2]["failReason"], targets[2]["mntrnStatCd"]) == ("no route", "X")
    emulator.change("targets", first["targetId"], resultCd=None)
    assert api.body("GET", "/jobs/%s/targets/%s" % (odd["jobId"], first["targetId"]))["resultCd"] is None


def test_results_without_prometheus(api_of):
    for options, result in (
        ({"collect_after": 60}, (None, None)),
        ({"target_result": "preparing"}, (None, None)),
        ({"target_result": "failing:not found"}, (1, "not found")),
        ({}, (0, None)),
    ):
        with Emulator(servers=1, **options) as emulator:
            api = api_of(emulator.url)
            job = api.make_workspace()
            api.make_target(job)
            (target,) = api.body("GET", "/jobs/%s/targets" % job)
            assert (target["resultCd"], target["failReason"]) == result


def test_reset(emulator, api):
    before = emulator.state
    api.make_target(api.make_workspace())
    emulator.faults([{"status": 500}])
    ask(emulator, "POST", "/reset")
    after = emulator.state
    assert after["servers"] == before["servers"]
    assert [workspace["jobName"] for workspace in after["workspaces"]] == ["@Linux"]
    assert (after["targets"], emulator.faults(), emulator.requests()) == ([], [], [])
