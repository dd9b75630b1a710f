# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that the guide does not describe: a right result, or a failure with a kind, never a traceback."""

from __future__ import annotations

import copy
import gzip
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.client import Client
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reads import (
    parse_record,
    read_servers,
    read_targets,
    read_workspace,
    read_workspaces,
)
from ansible_collections.nhncloud.sysmon.tests.unit.faults.raw import raw_server

KINDS = {
    "auth",
    "forbidden",
    "not_found",
    "reserved",
    "exists",
    "bad_input",
    "rate_limited",
    "server",
    "protocol",
    "transport",
}
ID = re.compile(r"[A-Za-z0-9_-]+")

HEADER = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
WORKSPACE = {
    "jobId": "jobId",
    "projectId": "projectId",
    "jobName": "jobName",
    "metricsPath": "/metricPath",
    "description": "description",
    "lstModifier": "lstModifier",
    "lstModYmdt": "2021-08-17T10:32:09",
    "reservedJobCd": None,
}
TARGET = {
    "targetId": "targetId",
    "jobId": "jobId",
    "hostId": "hostId",
    "port": 9100,
    "resultCd": 0,
    "failReason": None,
    "mntrnStatCd": None,
    "lstModifier": "lstModifier",
    "lstModYmdt": "2021-08-17T11:06:29",
    "hostNm": "hostNm",
    "svrIp": "192.168.0.5",
}
SERVER = {
    "hostId": "hostId",
    "hostNm": "hostNm",
    "svrIp": "192.168.0.5",
    "projectId": "projectId",
    "instanceId": "instanceId",
}

# Each call: the guide's example of its body, and what the collection makes of an answer.
CALLS = {
    "list_workspaces": ([WORKSPACE], lambda client: [w.to_result() for w in read_workspaces(client)]),
    "get_workspace": (WORKSPACE, lambda client: _none_or_result(read_workspace(client, None, "jobId"))),
    "create_workspace": (WORKSPACE, lambda client: _made(client, "create_workspace", {})),
    "update_workspace": (WORKSPACE, lambda client: _made(client, "update_workspace", "w", {})),
    "delete_workspace": ("jobId", lambda client: client.delete_workspace("w")),
    "list_targets": ([TARGET], lambda client: list(map(_target, read_targets(client, "w")))),
    "list_servers": ([SERVER], lambda client: [s.to_result() for s in read_servers(client)._things]),
    "create_target": ("targetId", lambda client: client.create_target("w", "hostId", 9100)),
    "get_target": (
        TARGET,
        lambda client: _target(parse_record(Target.from_api, "get_target", client.get_target("w", "t"))),
    ),
    "delete_target": ("targetId", lambda client: client.delete_target("w", "t")),
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [10**400, -(10**60), 0.1, 1e308, 65536, -1, 0, "", "\ud800", "\x00", "9100", "../x", "²²²", "x" * 999]
    )
    | st.floats()
    | st.text(max_size=5),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=5), children, max_size=2),
    max_leaves=4,
)
CODES = st.sampled_from(
    [0, "0", -40001, -40006, "-40007", 429, 4291000, "²²²", "٣٣٣", "1e3", True, None, [], 10**30, "6" * 5000]
)


def _none_or_result(workspace):
    return workspace and workspace.to_result()


def _made(client, call, *arguments):
    return parse_record(Workspace.from_api, call, getattr(client, call)(*arguments)).to_result()


def _target(target):
    return target.to_result(Workspace("jobId", "jobName"))


def _places(value, path=()):
    """The paths to everything in a document."""
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[key], (*path, key))


@st.composite
def mutated(draw, document):
    """The document with some places replaced, removed or added to; some of them the ones that matter most."""
    document = {"root": copy.deepcopy(document)}
    for _number in range(draw(st.integers(0, 3))):
        *parents, key = draw(st.sampled_from(list(_places(document))[1:]))
        holder = document
        for parent in parents:
            holder = holder[parent]
        action = draw(st.sampled_from(["replace", "code", "text", "remove", "add", "nest"]))
        if action == "remove" and parents:
            del holder[key]
        elif action == "add" and isinstance(holder[key], dict):
            holder[key]["added"] = draw(JSON)
        elif action == "text":
            holder[key] = draw(st.sampled_from(["\ud800", "\udfff x", "\x00", "", "x\ny", "../x", "²"]))
        elif action == "nest":
            holder[key] = json.loads("[" * 200 + "]" * 200)
        else:
            holder[key] = draw(CODES if key == "resultCode" or action == "code" else JSON)
    return document["root"]


@st.composite
def answers(draw, document):
    """The bytes of a body and the headers that come with it."""
    if draw(st.booleans()):
        document = {"header": {**HEADER, "isSuccessful": False, "resultCode": draw(CODES)}, "body": None}
    body = json.dumps(draw(mutated(document)), ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    damage = draw(st.sampled_from(["none"] * 6 + ["cut", "byte", "gzip", "broken gzip", "deflate", "deep", "digits"]))
    if damage == "cut":
        body = body[: draw(st.integers(0, len(body)))]
    elif damage == "byte":
        place = draw(st.integers(0, max(0, len(body) - 1)))
        body = body[:place] + draw(st.binary(max_size=3)) + body[place + 1 :]
    elif damage == "deep":
        body = b'{"header":' * 100_000
    elif damage == "digits":
        body = body.replace(b"9100", b"9" * 6000)
    elif damage == "gzip":
        return gzip.compress(body), b"Content-Encoding: gzip\r\n"
    elif damage in ("broken gzip", "deflate"):
        return body, b"Content-Encoding: %s\r\n" % damage.split()[-1].encode()
    return body, b""


@pytest.fixture(scope="module")
def raw():
    with raw_server() as server:
        yield server


def client_of(raw):
    transport = Transport(raw.url, {"X-TC-APP-KEY": "secret-key"}, timeout=5, use_proxies=False)
    return Client(transport, project_id="p", region="kr", timeout=5, retries=0, limiter=RateLimiter())


@pytest.mark.parametrize("call", CALLS)
def test_the_example_of_the_guide(raw, call):
    example, ask = CALLS[call]
    raw.body(json.dumps({"header": HEADER, "body": example}).encode())
    first = ask(client_of(raw))
    extended = copy.deepcopy({"header": HEADER, "body": example})
    for place in (extended, extended["header"], example):
        if isinstance(place, dict):
            place["addedLater"] = {"a": [None]}
    raw.body(json.dumps(extended).encode())
    assert ask(client_of(raw)) == first


@pytest.mark.parametrize("call", CALLS)
def test_strange_answers(raw, call):
    example, ask = CALLS[call]

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(answers({"header": HEADER, "body": example}))
    def never_a_traceback(answer):
        content, headers = answer
        raw.body(content, headers=headers)
        failure = None
        try:
            result = ask(client_of(raw))
        except SysmonError as error:
            failure = error
        if failure is None:
            _printable(result)
            for record in result if isinstance(result, list) else [result]:
                if isinstance(record, dict):
                    _check_record(record)
            return
        assert failure.kind in KINDS
        assert failure.kind != "protocol" or failure.call == call, failure
        assert re.fullmatch(r"[^\n]{15,1500}[.?]", str(failure)), failure
        _printable([str(failure), failure.as_result()])

    never_a_traceback()


@pytest.mark.parametrize(
    "code", ["²²²", "٤٢٩", "4 29", "", "9" * 5000, 10**300, -(10**20), 1.5, True, None, [429], {"a": 1}]
)
def test_strange_result_codes(raw, code):
    raw.body(json.dumps({"header": {"isSuccessful": False, "resultCode": code, "resultMessage": ["x"]}}).encode())
    with pytest.raises(SysmonError) as caught:
        client_of(raw).list_servers()
    assert caught.value.kind == "protocol"
    assert len(str(caught.value)) < 300
    _printable(caught.value.as_result())


@pytest.mark.parametrize("call", CALLS)
def test_half_a_surrogate_pair_cannot_be_printed(raw, call):
    example, ask = CALLS[call]
    raw.body(json.dumps({"header": {**HEADER, "resultMessage": "\ud800"}, "body": example}).encode())
    with pytest.raises(SysmonError) as caught:
        ask(client_of(raw))
    assert caught.value.kind == "protocol"


def _printable(value):
    assert json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8")) == value


def _check_record(record):
    for key, value in record.items():
        if key in ("workspace_id", "target_id", "host_id"):
            assert ID.fullmatch(value)
        elif key == "port":
            assert isinstance(value, int)
            assert 1 <= value <= 65535
        elif key == "reserved":
            assert isinstance(value, bool)
        elif key.endswith("code"):
            assert value is None or (isinstance(value, (int, str)) and not isinstance(value, bool))
        else:
            assert value is None or isinstance(value, str)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "transport"),
        (b"\r\n\r\n", "transport"),
        (b"HTTP/1.1 banana\r\n\r\n", "transport"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "transport"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n{}", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbanana\r\n{}", "transport"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n{}", "transport"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://x:999999/\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 300 Choices\r\nContent-Length: 0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "protocol"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "protocol"),
        (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "server"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: \xb2\xb3\r\nContent-Length: 0\r\n\r\n", "server"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: " + b"9" * 400 + b"\r\nContent-Length: 0\r\n\r\n", "rate_limited"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: Tue, 99 Foo 2021 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n", "server"),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: -1\r\nContent-Length: 0\r\n\r\n", "server"),
        (b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Domain=[\r\nContent-Length: 2\r\n\r\n{}", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br, gzip, x\r\nContent-Length: 2\r\n\r\n{}", "protocol"),
    ],
)
def test_strange_http(raw, answer, kind):
    raw.answer = answer
    with pytest.raises(SysmonError) as caught:
        client_of(raw).list_servers()
    assert caught.value.kind == kind
    assert str(caught.value).startswith("list servers failed: ")
    _printable(caught.value.as_result())
