# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gzip
import json
import threading
import time

import pytest
import requests

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

NEW = {"jobName": "web", "metricsPath": "/metrics"}
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def names(emulator):
    return [workspace["jobName"] for workspace in emulator.state["workspaces"][1:]]


def eventually(check, seconds=5):
    deadline = time.monotonic() + seconds
    while not check() and time.monotonic() < deadline:
        time.sleep(0.02)
    return check()


@pytest.mark.parametrize(
    ("action", "status", "code", "committed"),
    [
        ({"status": 503}, 503, 5030001, False),
        ({"status": 429, "headers": {"Retry-After": "7"}}, 429, 4291000, False),
        ({"status": 504, "commit": "before"}, 504, 5040001, True),
        ({"result_code": -50000}, 200, -50000, False),
        ({"result_code": "429", "result_message": "slow down"}, 200, "429", False),
        ({"result_code": 5030001, "http_status": 503}, 503, 5030001, False),
        ({"refuse_committed": -40002}, 200, -40002, True),
        ({"refuse_committed": True, "http_status": 500}, 500, -50000, True),
        ({"late_commit": 60}, 504, 5040001, False),
        ({"late_commit": 60, "result_code": -50000}, 200, -50000, False),
    ],
)
def test_refusals(emulator, api, action, status, code, committed):
    emulator.faults([{"call": "create_workspace", **action}])
    answer = api.call("POST", "/jobs", NEW)
    header = answer.json()["header"]
    assert (answer.status_code, header["isSuccessful"], header["resultCode"]) == (status, False, code)
    assert answer.headers.get("Retry-After") == action.get("headers", {}).get("Retry-After")
    assert names(emulator) == (["web"] if committed else [])
    assert emulator.requests()[-1]["fault"] is True


@pytest.mark.parametrize(
    ("action", "committed"),
    [
        ("drop_before", False),
        ("drop_after", True),
        ({"drop": True, "commit": "never"}, False),
        ({"drop_after": "reset"}, True),
        ({"timeout": 0.3}, False),
        ({"timeout": 0.3, "commit": "after"}, True),
        ({"cut": True}, True),
        ({"cut": "chunked"}, True),
    ],
)
def test_connections_that_end(emulator, api, action, committed):
    emulator.faults([{"call": "create_workspace", "times": 1, "action": action}])
    start = time.monotonic()
    with pytest.raises(LOST):
        api.call("POST", "/jobs", NEW)
    assert time.monotonic() - start >= (action.get("timeout", 0) if isinstance(action, dict) else 0)
    assert names(emulator) == (["web"] if committed else [])
    assert api.code("POST", "/jobs", NEW) == (-40001 if committed else 0)


def test_dropped_has_no_status_in_the_log(emulator, api):
    emulator.faults([{"call": "list_servers", "drop_after": True}])
    with pytest.raises(LOST):
        api.call("GET", "/servers")
    assert eventually(lambda: emulator.requests()[-1]["seconds"] is not None)
    assert emulator.requests()[-1]["status"] is None


def test_late_commit(emulator, api):
    emulator.faults([{"call": "create_workspace", "late_commit": 0.4, "drop_before": True}])
    with pytest.raises(LOST):
        api.call("POST", "/jobs", NEW)
    assert names(emulator) == []
    assert eventually(lambda: names(emulator) == ["web"])


def test_slow_before_and_after_the_commit(emulator, api):
    for commit, during in (("before", ["web"]), ("after", [])):
        emulator.faults([{"call": "create_workspace", "slow": 0.5, "commit": commit}])
        thread = threading.Thread(target=api.body, args=("POST", "/jobs", NEW))
        start = time.monotonic()
        thread.start()
        time.sleep(0.2)
        assert names(emulator) == during
        thread.join()
        assert time.monotonic() - start >= 0.5
        assert names(emulator) == ["web"]
        emulator.reset()


def test_answers_that_are_not_json(emulator, api):
    for action, content in (
        ({"html": True}, b"<html>"),
        ({"html": True, "status": 502}, b"<html>"),
        ({"body": "[1, 2"}, b"[1, 2"),
        ({"body_base64": "//8="}, b"\xff\xff"),
        ({"status": 500, "body_kind": "empty"}, b""),
        ({"status": 500, "body": "x"}, b"x"),
    ):
        emulator.faults([action])
        answer = api.call("GET", "/jobs")
        assert answer.status_code == action.get("status", 200)
        assert answer.content.startswith(content)
        assert bool(answer.content) == bool(content)
    emulator.faults([{"cut": "json"}])
    answer = api.call("GET", "/servers")
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_redirect(emulator, api):
    emulator.faults([{"redirect": "https://elsewhere.example/", "status": 307}])
    answer = api.call("GET", "/jobs")
    assert (answer.status_code, answer.headers["Location"]) == (307, "https://elsewhere.example/")


def test_mutate_and_gzip(emulator, api):
    emulator.faults(
        [
            {
                "mutate": {
                    "set": {"body.0.port": "x", "header.resultCode": "0", "no.such": 1},
                    "delete": ["body.0.hostNm", "body.9.hostNm"],
                },
                "gzip": True,
            }
        ]
    )
    answer = api.call("GET", "/servers", stream=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    value = json.loads(gzip.decompress(answer.raw.read(decode_content=False)))
    assert value["header"]["resultCode"] == "0"
    assert value["body"][0]["port"] == "x"
    assert "hostNm" not in value["body"][0]
    assert "hostNm" in value["body"][1]
    emulator.faults([{"gzip": "broken"}])
    with pytest.raises(requests.exceptions.ContentDecodingError):
        api.call("GET", "/servers")


@pytest.mark.parametrize("header_too", [False, True])
def test_drip(emulator, api, header_too):
    emulator.faults([{"body": "0123456789", "drip": {"bytes_per_second": 100, "header_too": header_too}}])
    start = time.monotonic()
    answer = api.call("GET", "/jobs", stream=True)
    headers_after = time.monotonic() - start
    assert answer.content == b"0123456789"
    whole_after = time.monotonic() - start
    assert (headers_after > 1) is header_too
    assert whole_after > 0.09
    assert api.call("GET", "/jobs").status_code == 200


def test_which_requests(emulator, api):
    rule = {"call": "list_servers", "after": 1, "times": 2, "status": 500}
    emulator.faults([rule])
    assert [api.call("GET", "/servers").status_code for _number in range(5)] == [200, 500, 500, 200, 200]
    assert api.call("GET", "/jobs").status_code == 200
    assert emulator.faults() == [{**rule, "seen": 5, "fired": 2}]


def test_the_first_rule_that_fires_wins(emulator, api):
    emulator.faults([{"times": 1, "status": 500}, {"status": 502}, {"status": 503}])
    assert [api.call("GET", "/jobs").status_code for _number in range(3)] == [500, 502, 502]


def test_match(emulator, api):
    web, db = api.make_workspace("web"), api.make_workspace("db")
    hosts = [server["hostId"] for server in emulator.state["servers"]]
    target = api.make_target(web, number=1)

    def hit(match, method, path, body=None):
        emulator.faults([{"match": match, "status": 500}])
        return api.call(method, path, body).status_code == 500

    assert hit({"workspace": "web"}, "GET", "/jobs/%s/targets" % web)
    assert not hit({"workspace": "web"}, "GET", "/jobs/%s/targets" % db)
    assert hit({"workspace": "new"}, "POST", "/jobs", {"jobName": "new"})
    assert hit({"workspace_id": db}, "DELETE", "/jobs/%s" % db)
    assert hit({"host_id": hosts[0], "port": 1}, "POST", "/jobs/%s/targets" % db, {"hostId": hosts[0], "port": "1"})
    assert not hit({"host_id": hosts[0], "port": 1}, "POST", "/jobs/%s/targets" % db, {"hostId": hosts[0], "port": 2})
    assert hit({"host_id": hosts[1], "port": 9100}, "DELETE", "/jobs/%s/targets/%s" % (web, target))
    assert hit({"target_id": target}, "GET", "/jobs/%s/targets/%s" % (web, target))
    assert hit({"path": "/servers"}, "GET", "/servers")
    assert not hit({"project_id": "other"}, "GET", "/servers")


def test_probability_follows_from_the_seed(api_of):
    def run(seed):
        with Emulator(seed=seed, faults=[{"probability": 0.5, "status": 500}]) as emulator:
            api = api_of(emulator.url)
            return [api.call("GET", "/jobs").status_code for _number in range(40)]

    first = run(1)
    assert first == run(1) != run(2)
    assert 5 < first.count(500) < 35


def test_a_plan_that_is_wrong_is_refused(emulator, api):
    for plan in ([{"call": "nothing"}], [{"statsu": 1}], [{"match": {"name": 1}}], [{"commit": "soon"}], {}, [1]):
        with pytest.raises(ValueError, match=r"a rule has no key|no call|match by|commit is one of|a list of rules"):
            emulator.faults(plan)
        answer = requests.put(emulator.url + "/_emulator/faults", json=plan, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["error"]
    assert emulator.faults() == []
    assert api.code("GET", "/jobs") == 0
