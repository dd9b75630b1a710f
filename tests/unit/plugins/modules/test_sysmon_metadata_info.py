# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

SERIES = [{"__name__": "up", "instance": "b"}, {"__name__": "up", "instance": "a"}]
METADATA = {"up": [{"type": "gauge", "help": "Whether it answers.", "unit": ""}], "a": []}


def success(data, **more):
    return {"call": "prometheus", "body": json.dumps({"status": "success", "data": data, **more})}


@pytest.mark.parametrize(
    ("arguments", "answer", "data", "path", "parameters"),
    [
        (
            {"endpoint": "series", "match": ["up", "node_load1"], "start": "5", "end": "10"},
            SERIES,
            SERIES[::-1],
            "/series",
            {"match[]": ["up", "node_load1"], "start": ["5"], "end": ["10"]},
        ),
        ({"endpoint": "labels"}, ["job", "a"], ["a", "job"], "/labels", {}),
        (
            {"endpoint": "label_values", "label": "job", "match": "up", "limit": 9},
            ["shop", "bar"],
            ["bar", "shop"],
            "/label/job/values",
            {"match[]": ["up"], "limit": ["9"]},
        ),
        (
            {"endpoint": "label_values", "label": "http.status"},
            ["200"],
            ["200"],
            "/label/U__http_2e_status/values",
            {},
        ),
        ({"endpoint": "metadata", "metric": "up"}, METADATA, METADATA, "/metadata", {"metric": ["up"]}),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_endpoints(arguments, answer, data, path, parameters, check_mode, world, run_on):
    emulator = world(success(answer, warnings=["w"], infos=["i"]))
    result = run_on(emulator, "sysmon_metadata_info", arguments, check_mode)
    assert (result["changed"], result["data"]) == (False, data)
    assert (result["query_warnings"], result["query_infos"]) == (["w"], ["i"])
    (request,) = emulator.requests()
    assert (request["method"], request["path"]) == ("GET", f"/prometheus/api/v1{path}")
    assert parse_qs(request["query"]) == parameters


@pytest.mark.parametrize(
    ("arguments", "method"),
    [
        ({"endpoint": "series"}, "POST"),
        ({"endpoint": "labels"}, "POST"),
        ({"endpoint": "label_values", "label": "job"}, "GET"),
    ],
)
def test_long_ones_are_forms_where_there_is_a_post(arguments, method, world, run_on):
    emulator = world(success([]))
    match = ["m%d" % number for number in range(300)]
    run_on(emulator, "sysmon_metadata_info", {**arguments, "match": match})
    (request,) = emulator.requests()
    assert request["method"] == method
    assert parse_qs(request["query"] or request["body"])["match[]"] == match


def test_limit_where_prometheus_does_not_know_it(world, run_on):
    result = run_on(world(success(["c", "b", "a"])), "sysmon_metadata_info", {"endpoint": "labels", "limit": 2})
    assert result["data"] == ["a", "b"]
    assert "1 more were left off" in str(result["warnings"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "missing required arguments: endpoint"),
        ({"endpoint": "rules"}, "value of endpoint must be one of"),
        ({"endpoint": "series"}, "endpoint is series but all of the following are missing: match"),
        ({"endpoint": "label_values"}, "endpoint is label_values but all of the following are missing: label"),
        ({"endpoint": "metadata", "match": ["up"]}, "match has no effect with endpoint: metadata"),
        ({"endpoint": "series", "match": ["up"], "label": "job"}, "label has no effect with endpoint: series"),
        ({"endpoint": "labels", "start": "soon"}, "start 'soon' is not a time"),
        ({"endpoint": "labels", "start": "10", "end": "5"}, "is before start"),
        ({"endpoint": "labels", "limit": 0}, "limit must be 1 or more"),
    ],
)
def test_refused_before_anything_is_sent(arguments, words, world, run_on):
    emulator = world()
    result = run_on(emulator, "sysmon_metadata_info", arguments)
    assert (result["failed"], emulator.requests()) == (True, [])
    assert words in result["msg"]


def test_errors_of_prometheus_are_in_its_own_words(world, run_on):
    body = json.dumps({"status": "error", "errorType": "bad_data", "error": "no such selector"})
    emulator = world({"call": "prometheus", "body": body, "status": 400})
    result = run_on(emulator, "sysmon_metadata_info", {"endpoint": "series", "match": ["{"]})
    assert (result["error"]["kind"], result["error"]["call"]) == ("query", "series")
    assert "no such selector" in result["msg"]


def test_as_a_process(world, run_process):
    result = run_process("sysmon_metadata_info", {"endpoint": "labels"}, world(success(["job"])))
    assert (result["changed"], result["data"]) == (False, ["job"])
