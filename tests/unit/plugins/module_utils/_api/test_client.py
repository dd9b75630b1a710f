# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ten calls: what is sent, what the guide's example answers are read as, and which failures are repeated."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import USER_AGENT
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

# The bodies of the guide's examples, word for word.
WORKSPACE = """{
         "jobId": "jobId",
         "projectId": "projectId",
         "jobName": "jobName",
         "metricsPath": "/metricPath",
         "description": "description",
         "lstModifier": "lstModifier",
         "lstModYmdt": "2021-08-17T10:32:09",
         "reservedJobCd": null
      }"""
MADE = """{
      "jobId": "jobId",
      "projectId": "projectId",
      "jobName": "jobName",
      "metricsPath": "/metricsPath",
      "description": "description",
      "lstModifier": null,
      "lstModYmdt": "2021-08-17T10:30:06",
      "reservedJobCd": null
   }"""
UPDATED = """{
      "jobId": "jobId",
      "projectId": "projectId",
      "jobName": "jobName",
      "metricsPath": "/updatemetricsPath",
      "description": "updatedescription",
      "lstModifier": null,
      "lstModYmdt": "2021-08-17T10:35:06",
      "reservedJobCd": null
   }"""
TARGET = """{
         "targetId": "targetId",
         "jobId": "jobId",
         "hostId": "hostId",
         "port": 9100,
         "resultCd": 0,
         "failReason": null,
         "mntrnStatCd": null,
         "lstModifier": "lstModifier",
         "lstModYmdt": "2021-08-17T11:06:29",
         "hostNm": "hostNm",
         "svrIp": "192.168.0.5"
      }"""
SERVER = """{
      "hostId": "hostId",
      "hostNm": "hostNm",
      "svrIp": "192.168.0.5",
      "projectId": "projectId",
      "instanceId": "instanceId"
      }"""

EXAMPLE = """{
    "header":{
      "isSuccessful": true,
      "resultCode": 0,
      "resultMessage": "SUCCESS"
   },
   "body":%s
}"""

READ_WORKSPACE = Workspace(
    "jobId", "jobName", "projectId", "/metricPath", "description", None, "lstModifier", "2021-08-17T10:32:09"
)
MADE_WORKSPACE = Workspace(
    "jobId", "jobName", "projectId", "/metricsPath", "description", None, None, "2021-08-17T10:30:06"
)
UPDATED_WORKSPACE = Workspace(
    "jobId", "jobName", "projectId", "/updatemetricsPath", "updatedescription", None, None, "2021-08-17T10:35:06"
)
READ_TARGET = Target(
    "hostId",
    9100,
    hostname="hostNm",
    ip="192.168.0.5",
    target_id="targetId",
    result_code=0,
    last_modified_by="lstModifier",
    last_modified_at="2021-08-17T11:06:29",
)
READ_SERVER = Server("hostId", "hostNm", "192.168.0.5", "projectId", "instanceId")

NEW = {"jobName": "jobName", "metricsPath": "/metricPath", "description": "description"}
UPDATE = {"metricsPath": "/updatemetricsPath", "description": "updatedescription"}
SPOT = {"hostId": "hostId", "port": 9100}
CALLS = {
    # call: (arguments, method, path, body that is sent, the region header, the guide's answer, what it is read as)
    "list_workspaces": ((), "GET", "/jobs", None, True, f"[{WORKSPACE}]", [READ_WORKSPACE]),
    "create_workspace": ((NEW,), "POST", "/jobs", NEW, True, MADE, MADE_WORKSPACE),
    "get_workspace": (("jobId",), "GET", "/jobs/jobId", None, False, WORKSPACE, READ_WORKSPACE),
    "update_workspace": (("jobId", UPDATE), "PUT", "/jobs/jobId", UPDATE, False, UPDATED, UPDATED_WORKSPACE),
    "delete_workspace": (("jobId",), "DELETE", "/jobs/jobId", None, False, '"jobId"', True),
    "list_targets": (("jobId",), "GET", "/jobs/jobId/targets", None, False, f"[{TARGET}]", [READ_TARGET]),
    "list_servers": ((), "GET", "/servers", None, True, f"[{SERVER}]", [READ_SERVER]),
    "create_target": (("jobId", "hostId", 9100), "POST", "/jobs/jobId/targets", SPOT, False, '"targetId"', "targetId"),
    "get_target": (("jobId", "targetId"), "GET", "/jobs/jobId/targets/targetId", None, False, TARGET, READ_TARGET),
    "delete_target": (("jobId", "targetId"), "DELETE", "/jobs/jobId/targets/targetId", None, False, '"targetId"', True),
}
READS = [call for call, row in CALLS.items() if row[1] == "GET"]
SAFE = [call for call, row in CALLS.items() if row[1] != "POST"]
POSTS = [call for call, row in CALLS.items() if row[1] == "POST"]


def read(call, answer):
    """What our records make of an answer."""
    kind = {"list_servers": Server, "list_targets": Target, "get_target": Target}.get(call, Workspace)
    if isinstance(answer, list):
        return [kind.from_api(record) for record in answer]
    return kind.from_api(answer) if isinstance(answer, dict) else answer


@pytest.fixture
def act(emulate, client_of):
    """Do a call while these faults are in force; what came of it, and the requests."""

    def run(call, *faults, **options):
        emulator = emulate(faults=[{"call": call, **fault} for fault in faults])
        try:
            result = getattr(client_of(emulator, **options), call)(*CALLS[call][0])
        except SysmonError as error:
            result = error
        return result, emulator.requests()

    return run


def answered(call):
    return {"body": EXAMPLE % CALLS[call][5], "commit": "never"}


@pytest.mark.parametrize("call", CALLS)
def test_the_guide(call, act):
    _arguments, method, path, sent, region, _answer, expected = CALLS[call]
    result, requests = act(call, answered(call))
    assert read(call, result) == expected
    (request,) = requests
    assert (request["method"], request["path"], request["query"]) == (method, f"/v1.0/projects/emulator{path}", "")
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers["x-tc-app-key"] == "sha256:" + hashlib.sha256(b"emulator-appkey").hexdigest()[:12]
    assert headers.get("x-sysmon-region") == ("kr" if region else None)
    assert headers["user-agent"] == USER_AGENT
    assert "authorization" not in headers
    if sent is None:
        assert request["body"] == ""
    else:
        assert json.loads(request["body"]) == sent
        assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("call", CALLS)
def test_fields_that_come_later_break_nothing(call, act):
    body = json.loads(CALLS[call][5])
    for record in body if isinstance(body, list) else [body]:
        if isinstance(record, dict):
            record["later"] = {"a": [1]}
    document = {"later": 1, **json.loads(EXAMPLE % json.dumps(body))}
    document["header"]["later"] = True
    result, _requests = act(call, {"body": json.dumps(document), "commit": "never"})
    assert read(call, result) == CALLS[call][6]


def test_the_body_of_a_delete_does_not_matter(act):
    for body in ("null", "[]", '"other"'):
        assert act("delete_target", {"body": EXAMPLE % body, "commit": "never"})[0] is True


@pytest.mark.parametrize("call", ["list_workspaces", "list_targets", "list_servers"])
def test_nothing_to_list(call, act):
    for body in ("null", "[]"):
        assert act(call, {"body": EXAMPLE % body, "commit": "never"})[0] == []


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("list_workspaces", "{}"),
        ("list_targets", '["x"]'),
        ("list_servers", '"x"'),
        ("list_servers", "[null]"),
        ("get_workspace", "null"),
        ("get_workspace", "[]"),
        ("get_target", '"x"'),
        ("create_workspace", "null"),
        ("update_workspace", "null"),
        ("create_target", "null"),
        ("create_target", "5"),
        ("create_target", "{}"),
        ("create_target", '"../x"'),
    ],
)
def test_strange_bodies(call, body, act):
    error, requests = act(call, {"body": EXAMPLE % body, "commit": "never"})
    assert (error.kind, error.call, error.outcome_unknown, len(requests)) == ("protocol", call, True, 1)


@pytest.mark.parametrize("call", [call for call, row in CALLS.items() if "/jobs/jobId" in row[2]])
def test_ids_are_checked_before_anything_is_sent(call, emulate, client_of):
    emulator = emulate()
    arguments = list(CALLS[call][0])
    places = [place for place, argument in enumerate(arguments) if argument in ("jobId", "targetId")]
    for place, wrong in itertools.product(places, ("..", "a/b", "", "a%2fb", "a b", "a\n", "é")):
        with pytest.raises(SysmonError) as caught:
            getattr(client_of(emulator), call)(*arguments[:place], wrong, *arguments[place + 1 :])
        assert caught.value.kind == "config"
    assert emulator.requests() == []


PASSING = {
    "reset": {"drop_before": "reset"},
    "dropped": {"drop_before": True},
    "429": {"status": 429},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503, "body_kind": "html"},
    "504": {"status": 504, "body_kind": "empty"},
    "-50000": {"result_code": -50000},
    "200 and 429": {"result_code": 429},
    "200 and 4291000": {"result_code": "4291000"},
    "200 and 5030001": {"result_code": 5030001},
    "200 and 5040001": {"result_code": "5040001"},
    "cut": {"cut": "length", "commit": "never", "body": EXAMPLE % "[]"},
    "cut chunks": {"cut": "chunked", "commit": "never", "body": EXAMPLE % "[]"},
    "cut JSON": {"cut": "json", "commit": "never", "body": EXAMPLE % "[]"},
}
# What the service surely has not carried out.
NOTHING_DONE = {"429", "200 and 429", "200 and 4291000"}
FINAL = {
    "400": ({"status": 400}, "bad_input"),
    "401": ({"status": 401}, "auth"),
    "403": ({"status": 403, "body_kind": "html"}, "forbidden"),
    "-40001": ({"result_code": -40001}, "exists"),
    "-40002": ({"result_code": "-40002"}, "bad_input"),
    "-40004": ({"result_code": -40004}, "bad_input"),
    "-40012": ({"result_code": -40012}, "reserved"),
    "unknown": ({"result_code": -49999}, "protocol"),
    "unknown text": ({"result_code": "ODD"}, "protocol"),
    "redirect": ({"redirect": "http://127.0.0.2:1/"}, "protocol"),
    "page": ({"html": True}, "protocol"),
}


@pytest.mark.parametrize("fault", PASSING)
def test_reads_put_and_delete_are_repeated(fault, act):
    for call in SAFE:
        result, requests = act(call, {**PASSING[fault], "times": 2}, answered(call))
        assert read(call, result) == CALLS[call][6]
        assert len(requests) == 3


@pytest.mark.parametrize("fault", PASSING)
def test_post_is_repeated_only_where_it_did_nothing(fault, act):
    for call in POSTS:
        result, requests = act(call, {**PASSING[fault], "times": 2}, answered(call))
        if fault in NOTHING_DONE:
            assert read(call, result) == CALLS[call][6]
            assert len(requests) == 3
        else:
            assert isinstance(result, SysmonError), call
            assert (result.outcome_unknown, len(requests)) == (True, 1)


@pytest.mark.parametrize("call", ["list_servers", "update_workspace", "delete_target"])
@pytest.mark.parametrize("retries", [0, 2])
def test_an_end_of_repeating(call, retries, act):
    error, requests = act(call, {"status": 503}, retries=retries)
    assert (error.kind, len(requests)) == ("server", retries + 1)


@pytest.mark.parametrize("fault", FINAL)
def test_final_failures(fault, act):
    action, kind = FINAL[fault]
    for call in ("list_servers", "create_target", "update_workspace", "delete_target"):
        error, requests = act(call, action)
        assert (error.kind, error.call, len(requests)) == (kind, call, 1)
        assert call.replace("_", " ") in str(error)


@pytest.mark.parametrize(
    ("first", "deleted"),
    [(None, False), ({"drop_before": True}, True), ({"status": 504}, True), ({"status": 429}, False)],
)
def test_deleting_what_is_not_there(first, deleted, act):
    gone = ({"result_code": -40006}, {"result_code": "-40007"}, {"status": 404})
    for call, answer in itertools.product(("delete_workspace", "delete_target"), gone):
        result, _requests = act(call, *([{**first, "times": 1}] if first else []), answer)
        assert result is deleted, (call, answer)


@pytest.mark.parametrize("call", ["list_servers", "create_target"])
def test_retry_after(call, act):
    result, requests = act(
        call, {"status": 429, "headers": {"Retry-After": "1"}, "times": 1}, answered(call), timeout=5
    )
    assert read(call, result) == CALLS[call][6]
    assert 1 <= requests[1]["time"] - requests[0]["time"] < 5
    error, requests = act(call, {"status": 429, "headers": {"Retry-After": "60"}}, timeout=5)
    assert (error.kind, len(requests)) == ("rate_limited", 1)
    assert "60 s" in str(error)


def test_the_key_is_in_no_error(emulate, client_of):
    emulator = emulate(faults=[{"call": "*", "result_code": "emulator-appkey", "result_message": "emulator-appkey?"}])
    with pytest.raises(SysmonError) as caught:
        client_of(emulator).list_servers()
    assert "emulator-appkey" not in str(caught.value) + json.dumps(caught.value.as_result())


def test_a_wrong_key_and_a_foreign_project(emulate, client_of):
    emulator = emulate()
    for options, kind in (({"app_key": "wrong"}, "auth"), ({"project_id": "foreign"}, "forbidden")):
        with pytest.raises(SysmonError) as caught:
            client_of(emulator, **options).list_workspaces()
        assert caught.value.kind == kind


def test_one_connection_for_many_calls(emulate, client_of):
    emulator = emulate(servers=1)
    client = client_of(emulator)
    for _turn in range(10):
        client.list_servers()
        client.list_workspaces()
    assert emulator.stats()["connections"] == 1


def test_nothing_is_sent_after_a_stop(emulate, client_of):
    emulator = emulate(servers=1)
    client = client_of(emulator)
    client.stop()
    with pytest.raises(SysmonError, match="Nothing more was sent") as caught:
        client.list_servers()
    assert (caught.value.kind, caught.value.outcome_unknown, emulator.requests()) == ("transport", False, [])


@pytest.mark.parametrize("spelling", ["KR1", "kr", "KR2", "us1"])
def test_the_region_header_has_the_short_code(spelling, emulate, client_of):
    emulator = emulate()
    client_of(emulator, region=spelling).list_servers()
    assert emulator.requests()[0]["headers"]["X-SYSMON-REGION"] == spelling.lower().replace("r1", "r").replace(
        "s1", "s"
    )
