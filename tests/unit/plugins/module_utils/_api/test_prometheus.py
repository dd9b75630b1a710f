# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus import LONGEST_URL
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus_envelope import Answer
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

FOUND = {"status": "success", "data": []}


@pytest.fixture(name="emulator", scope="module")
def _emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(name="client")
def _client(emulator):
    emulator.clear()
    return connect_prometheus({"app_key": emulator.app_key, "api_url": emulator.url, "timeout": 5, "retries": 2})


@contextmanager
def answering(emulator, body=None, **fault):
    """All calls to Prometheus are answered so."""
    body = body if isinstance(body, str) else json.dumps(FOUND if body is None else body)
    emulator.faults([{"call": "prometheus", "body": body, **fault}])
    yield
    emulator.faults([])


def error_of(call, *arguments, **parameters):
    with pytest.raises(SysmonError) as raised:
        call(*arguments, **parameters)
    return raised.value


@pytest.mark.parametrize(
    ("call", "arguments", "path"),
    [
        ("query", ["up"], "query"),
        ("query_range", ["up"], "query_range"),
        ("series", [], "series"),
        ("labels", [], "labels"),
        ("label_values", ["job"], "label/job/values"),
        ("label_values", ["a.b/c d"], "label/U__a_2e_b_2f_c_20_d/values"),
        ("metadata", [], "metadata"),
    ],
)
def test_each_call_of_the_guide(emulator, client, call, arguments, path):
    with answering(emulator):
        answer = getattr(client, call)(*arguments, time="1.5", absent=None)
    (request,) = emulator.requests()
    assert answer == Answer([], [], [])
    assert (request["method"], request["path"]) == ("GET", f"/prometheus/api/v1/{path}")
    assert parse_qs(request["query"]) == {"time": ["1.5"], **({"query": arguments} if call.startswith("query") else {})}


@pytest.mark.parametrize("call", ["query", "query_range"])
def test_long_queries_are_sent_as_forms(emulator, client, call):
    query = "vector(1) # é " + "x" * 20000
    with answering(emulator):
        getattr(client, call)(query, time="1")
    (request,) = emulator.requests()
    assert (request["method"], request["query"]) == ("POST", "")
    assert request["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request["body"]) == {"query": [query], "time": ["1"]}


def test_the_longest_url_goes_by_get(emulator, client):
    room = LONGEST_URL - len(f"{emulator.url}/prometheus/api/v1/query?query=")
    with answering(emulator):
        client.query("x" * room)
        client.query("x" * (room + 1))
    assert [request["method"] for request in emulator.requests()] == ["GET", "POST"]


def test_several_matchers(emulator, client):
    matchers = ['up{a="b&c"}', "load"]
    with answering(emulator):
        client.series(**{"match[]": matchers})
        client.series(**{"match[]": matchers * 100})
        client.labels(**{"match[]": matchers * 100})
        client.label_values("job", **{"match[]": matchers * 100})
    requests = emulator.requests()
    assert [request["method"] for request in requests] == ["GET", "POST", "POST", "GET"]
    assert parse_qs(requests[0]["query"]) == {"match[]": matchers}
    assert parse_qs(requests[1]["body"]) == {"match[]": matchers * 100}


def test_remarks_of_prometheus(emulator, client):
    with answering(emulator, {**FOUND, "warnings": ["w"], "infos": ["i"]}):
        assert client.query("up") == Answer([], ["w"], ["i"])
    with answering(emulator, {**FOUND, "warnings": None}):
        assert client.query("up") == Answer([], [], [])


@pytest.mark.parametrize(
    ("status", "error_type"),
    [(200, "execution"), (400, "execution"), (422, "execution"), (503, "timeout"), (503, "canceled")],
)
def test_errors_of_prometheus_are_final(emulator, client, status, error_type):
    with answering(emulator, {"status": "error", "errorType": error_type, "error": "too many"}, status=status):
        error = error_of(client.query_range, "up")
    assert error.as_result() == {
        "kind": "query",
        "call": "query_range",
        "http_status": status,
        "result_code": None,
        "result_message": "too many",
        "hint": None,
    }
    assert str(error) == f"Prometheus refused the query range: too many ({error_type})."
    assert len(emulator.requests()) == 1


@pytest.mark.parametrize(
    ("status", "kind", "requests"),
    [
        (401, "auth", 1),
        (403, "forbidden", 1),
        (404, "not_found", 1),
        (429, "rate_limited", 3),
        (500, "server", 3),
        (503, "server", 3),
    ],
)
def test_a_proxy_that_speaks_like_prometheus(emulator, client, status, kind, requests):
    body = {"status": "error", "errorType": "any", "error": "own words"}
    with answering(emulator, body, status=status, headers={"Retry-After": "0"}):
        error = error_of(client.query, "up")
    assert (error.kind, error.http_status, error.result_message) == (kind, status, "own words")
    assert len(emulator.requests()) == requests


@pytest.mark.parametrize("status", [200, 203, 206, 299])
def test_any_2xx_counts(emulator, client, status):
    with answering(emulator, status=status):
        assert client.query("up") == Answer([], [], [])


def test_partial_answers(emulator, client):
    with answering(emulator, {**FOUND, "isPartial": True}):
        assert client.query("up") == Answer([], ["The result is partial."], [])


def test_a_hint_where_promql_is_forbidden(emulator, client):
    emulator.faults([{"call": "prometheus", "status": 403}])
    error = error_of(client.query, "up")
    emulator.faults([])
    assert "project_id" not in error.hint.replace("PromQL does not use project_id", "")
    assert "appkey" in error.hint


def test_an_end_bounds_request_and_repeats(emulator, client):
    bounded = client.until(time.monotonic() + 0.3)
    started = time.monotonic()
    emulator.faults([{"call": "prometheus", "slow": 3}])
    assert error_of(bounded.query, "up").kind == "transport"
    emulator.faults([{"call": "prometheus", "status": 429, "headers": {"Retry-After": "2"}}])
    error = error_of(client.until(time.monotonic() + 0.5).query, "up")
    emulator.faults([])
    assert (error.kind, error.retry_after) == ("rate_limited", 2)
    assert time.monotonic() - started < 1.5
    with answering(emulator):
        assert client.query("up") == Answer([], [], [])
    assert time.monotonic() - started < 2


def test_a_wrong_appkey_is_no_empty_answer(emulator):
    for gateway_body in ("envelope", "html", "empty"):
        with Emulator(gateway_body=gateway_body) as other:
            client = connect_prometheus({"app_key": "wrong", "api_url": other.url, "timeout": 5, "retries": 0})
            for call in (client.series, client.labels, client.metadata):
                assert (error_of(call).kind, error_of(call).http_status) == ("auth", 401)


@pytest.mark.parametrize(
    ("fault", "kind", "requests"),
    [
        ({"body": "<html>"}, "protocol", 1),
        ({"body": "<html>", "status": 502}, "server", 3),
        ({"body": "{"}, "protocol", 3),
        ({"body": ""}, "protocol", 3),
        ({"body": "[]"}, "protocol", 3),
        ({"body": "null"}, "protocol", 3),
        ({"body": '{"status": "success"}'}, "protocol", 3),
        ({"body": '{"status": 1, "data": []}'}, "protocol", 3),
        ({"body": '{"status": "success", "data": NaN}'}, "protocol", 3),
        ({"body": '{"status": "success", "data": "\\ud800"}'}, "protocol", 3),
        ({"body_base64": "eyJzdGF0dXMiOiAic3VjY2VzcyIsICJkYXRhIjogIv8ifQ=="}, "protocol", 3),
        ({"body": "[" * 100000}, "protocol", 3),
        ({"body": '{"status": "success", "data": [], "warnings": "w"}'}, "protocol", 1),
        ({"body": '{"status": "success", "data": [], "infos": [1]}'}, "protocol", 1),
        ({"body": '{"status": "success", "data": []}', "status": 500}, "server", 3),
        ({"body": '{"status": "success", "data": []}', "status": 302}, "protocol", 1),
        ({"redirect": "http://127.0.0.1:1/"}, "protocol", 1),
        ({"cut": "length", "body": json.dumps(FOUND)}, "transport", 3),
        ({"drop": True}, "transport", 3),
        ({"status": 503}, "server", 3),
        ({"result_code": 4291000}, "rate_limited", 3),
        ({"result_code": 0, "body": '{"header": {"isSuccessful": true, "resultCode": 0}, "body": []}'}, "protocol", 1),
    ],
)
def test_what_is_no_answer_of_prometheus(emulator, client, fault, kind, requests):
    emulator.faults([{"call": "prometheus", "headers": {"Retry-After": "0"}, **fault}])
    error = error_of(client.labels)
    emulator.faults([])
    assert (error.kind, error.call) == (kind, "labels")
    assert len(emulator.requests()) == requests


def test_the_appkey_is_never_told(emulator, client):
    with answering(emulator, {"status": "error", "error": f"no {emulator.app_key} here"}, status=400):
        error = error_of(client.query, "up")
    assert emulator.app_key not in str(error) + str(error.as_result())
    assert "no ******** here" in str(error)


def test_long_errors_are_cut(emulator, client):
    with answering(emulator, {"status": "error", "error": "x" * 20000}, status=400):
        assert len(str(error_of(client.query, "up"))) < 1100


def test_text_that_cannot_be_sent(client):
    assert error_of(client.query, "\udcff").kind == "config"
