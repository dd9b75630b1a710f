# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

UP = [
    {"metric": {"__name__": "up", "instance": "b:9100"}, "value": [1769853600.25, "0"]},
    {"metric": {"__name__": "up", "instance": "a:9100"}, "value": [1769853600.25, "NaN"]},
]
VECTOR = {"resultType": "vector", "result": UP}
MATRIX = {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "+Inf"], [2, "-Inf"]]}]}
SCALAR = {"resultType": "scalar", "result": [1, "NaN"]}


def success(data, **more):
    return {"call": "prometheus", "body": json.dumps({"status": "success", "data": data, **more})}


def sent(emulator):
    """Method, last part of the path and parameters of the one request."""
    (request,) = emulator.requests()
    text = request["query"] or request["body"]
    return request["method"], request["path"].rpartition("/")[2], {k: v[0] for k, v in parse_qs(text).items()}


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_vector(check_mode, world, run_on):
    emulator = world(success(VECTOR, warnings=["half of it"], infos=["odd name"]))
    result = run_on(emulator, "sysmon_query_info", {"query": "up"}, check_mode)
    assert sent(emulator) == ("GET", "query", {"query": "up"})
    assert result["changed"] is False
    assert (result["result_type"], result["result"], result["value"]) == ("vector", UP, None)
    assert result["samples"] == [
        {"labels": {"__name__": "up", "instance": "a:9100"}, "value": "NaN", "timestamp": 1769853600.25},
        {"labels": {"__name__": "up", "instance": "b:9100"}, "value": "0", "timestamp": 1769853600.25},
    ]
    assert (result["query_warnings"], result["query_infos"]) == (["half of it"], ["odd name"])
    assert "half of it" in str(result["warnings"])
    assert "odd name" in str(result["warnings"])


@pytest.mark.parametrize(
    ("data", "value"),
    [(SCALAR, "NaN"), ({**VECTOR, "result": UP[:1]}, "0"), ({**VECTOR, "result": []}, None), (MATRIX, None)],
)
def test_value(data, value, world, run_on):
    result = run_on(world(success(data)), "sysmon_query_info", {"query": "up"})
    assert (result["value"], result["result"]) == (value, data["result"])


@pytest.mark.parametrize("data", [VECTOR, MATRIX, SCALAR])
def test_json_alone_is_the_result_as_one_text(data, world, run_on):
    result = run_on(world(success(data)), "sysmon_query_info", {"query": "up", "want": ["json"]})
    assert json.loads(result["json"]) == data["result"]
    assert not {"value", "samples", "result"} & set(result)
    assert result["result_type"] == data["resultType"]


@pytest.mark.parametrize(
    ("want", "forms"),
    [
        (None, {"value", "samples", "result"}),
        (["value"], {"value"}),
        (["samples", "json"], {"samples", "json"}),
        ([], set()),
    ],
)
def test_only_what_is_wanted_is_returned(want, forms, world, run_on):
    arguments = {"query": "up"} if want is None else {"query": "up", "want": want}
    result = run_on(world(success(VECTOR)), "sysmon_query_info", arguments)
    assert {"value", "samples", "result", "json"} & set(result) == forms
    assert (result["query_warnings"], result["query_infos"]) == ([], [])


def test_limit_counts_for_json(world, run_on):
    arguments = {"query": "up", "limit": 1, "want": ["json"]}
    assert json.loads(run_on(world(success(VECTOR)), "sysmon_query_info", arguments)["json"]) == UP[:1]


@pytest.mark.parametrize(
    ("arguments", "path", "parameters"),
    [
        ({"time": "2026-01-31T10:00:00Z"}, "query", {"time": "1769853600"}),
        (
            {"time": 1769853600.25, "query_timeout": "1m", "limit": 5},
            "query",
            {"time": "1769853600.25", "timeout": "60", "limit": "5"},
        ),
        ({"start": 0, "end": "600", "step": "5m"}, "query_range", {"start": "0", "end": "600", "step": "300"}),
        # A point a minute would be 11,000 of them, and fewer are wanted.
        ({"start": 0, "end": 10999 * 60}, "query_range", {"start": "0", "end": "659940", "step": "120"}),
        ({"start": 0, "end": 10998 * 60}, "query_range", {"start": "0", "end": "659880", "step": "60"}),
        # 11,000 intervals are 11,001 points, which Prometheus still gives.
        ({"start": 0, "end": 11000, "step": "1"}, "query_range", {"start": "0", "end": "11000", "step": "1"}),
        ({"start": 0, "end": 60}, "query_range", {"start": "0", "end": "60", "step": "60"}),
    ],
)
def test_what_is_asked(arguments, path, parameters, world, run_on):
    emulator = world(success(MATRIX))
    assert run_on(emulator, "sysmon_query_info", {"query": "up", **arguments})["result_type"] == "matrix"
    assert sent(emulator) == ("GET", path, {"query": "up", **parameters})


@pytest.mark.parametrize("arguments", [{}, {"start": "now-1h"}])
def test_a_long_query_is_a_form(arguments, world, run_on):
    emulator = world(success(MATRIX))
    query = "up or " * 250 + "up"
    run_on(emulator, "sysmon_query_info", {"query": query, **arguments})
    method, path, parameters = sent(emulator)
    assert (method, path, parameters["query"]) == ("POST", "query_range" if arguments else "query", query)
    assert emulator.requests()[0]["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("status", "kind"), [(400, "bad_data"), (422, "execution"), (503, "timeout")])
def test_errors_of_prometheus_are_in_its_own_words(status, kind, world, run_on):
    body = json.dumps({"status": "error", "errorType": kind, "error": "1:4: parse error: unexpected end"})
    emulator = world({"call": "prometheus", "body": body, "status": status})
    result = run_on(emulator, "sysmon_query_info", {"query": "up{"})
    assert (result["failed"], len(emulator.requests())) == (True, 1)
    assert "1:4: parse error: unexpected end" in result["msg"]
    assert result["error"] == {
        "kind": "query",
        "call": "query",
        "http_status": status,
        "result_code": None,
        "result_message": "1:4: parse error: unexpected end",
        "hint": None,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"query": " "}, "query is empty"),
        ({"query": "up", "time": "soon"}, "time 'soon'"),
        ({"query": "up", "time": "now", "start": "now-1h"}, "give one of them"),
        ({"query": "up", "end": "now"}, "needs start"),
        ({"query": "up", "start": "now-1d", "step": "1s"}, "more than 11,000"),
        ({"query": "up", "start": 0, "end": 11001, "step": "1"}, "gives 11,001 intervals"),
        ({"query": "up", "limit": 0}, "limit must be 1 or more"),
    ],
)
def test_refused_before_anything_is_sent(arguments, words, world, run_on):
    emulator = world()
    result = run_on(emulator, "sysmon_query_info", arguments)
    assert (result["error"]["kind"], emulator.requests()) == ("config", [])
    assert words in result["msg"]


def test_what_ansible_rejects(world, run_on):
    assert "missing required arguments: query" in run_on(world(), "sysmon_query_info", {})["msg"]
    assert "limit" in run_on(world(), "sysmon_query_info", {"query": "up", "limit": "few"})["msg"]
    assert "want" in run_on(world(), "sysmon_query_info", {"query": "up", "want": ["all"]})["msg"]


def test_as_a_process(world, run_process):
    result = run_process("sysmon_query_info", {"query": "up"}, world(success({**VECTOR, "result": UP[:1]})))
    assert (result["changed"], result["value"]) == (False, "0")
