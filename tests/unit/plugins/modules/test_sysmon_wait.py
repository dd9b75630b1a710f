# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options and results of sysmon_wait."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qs

import pytest

NOW = 1769853600.25


def answers(*series):
    """Faults that answer the two queries; each series is (labels, value, age)."""
    vector = [{"metric": labels, "value": [NOW, value]} for labels, value, _age in series]
    matrix = [{"metric": labels, "values": [[NOW - age, value]]} for labels, value, age in series]
    return [
        {
            "call": "prometheus",
            "match": match,
            "body": json.dumps({"status": "success", "data": {"resultType": kind, "result": result}}),
        }
        for match, kind, result in (({"query": "300s"}, "matrix", matrix), ({}, "vector", vector))
    ]


@pytest.mark.parametrize("check_mode", [True, False])
def test_result(check_mode, world, run_on):
    emulator = world(*answers(({"instance": "10.0.0.1:9100"}, "1", 13)))
    result = run_on(emulator, "sysmon_wait", {"workspace": "shop", "identities": ["10.0.0.1"]}, check_mode)
    assert (result["changed"], result["met"], result["elapsed"] < 5) == (False, True, True)
    assert result["identities"] == [{"identity": "10.0.0.1", "met": True, "value": "1", "age": 13.0, "reason": None}]
    first, second = (parse_qs(request["query"]) for request in emulator.requests())
    assert first == {"query": ['up{job="shop"}']}
    assert second == {"query": ['up{job="shop"}[300s]'], "time": ["1769853600.250"]}


@pytest.mark.parametrize(
    ("label", "value", "identity"),
    [
        ("instance", "127.0.0.11:39100", "127.0.0.11:39100"),
        ("ip6", "fd00::2", "FD00:0::2"),
        ("name", "svc:80", "svc:80"),
        ("host.name", "web-1", "WEB-1"),
        ("number", "17", 17),
    ],
)
def test_identities(label, value, identity, world, run_on):
    emulator = world(*answers(({label: value}, "1", 13)))
    options = {"query": "up", "label": label, "identities": [identity], "wait_timeout": 0}
    assert run_on(emulator, "sysmon_wait", options)["met"] is True


def test_too_old(world, run_on):
    ages = {"10.0.0.1": 13, "10.0.0.2": 243, "10.0.0.3": 283}
    emulator = world(*answers(*(({"instance": f"{name}:9100"}, "1", age) for name, age in ages.items())))
    options = {"workspace": "shop", "identities": list(ages), "wait_timeout": 0}
    result = run_on(emulator, "sysmon_wait", options)
    assert (result["failed"], result["error"]["kind"], result["met"]) == (True, "timeout", False)
    assert [each["identity"] for each in result["identities"]] == ["10.0.0.2", "10.0.0.3"]
    assert "10.0.0.2: Its last sample is 243 s old" in result["msg"]
    for more in ({"fail": False}, {}):
        result = run_on(emulator, "sysmon_wait", {**options, **more}, check_mode=not more)
        assert [each["met"] for each in result["identities"]] == [True, False, False]
        assert "failed" not in result


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "one of the following is required: query, workspace"),
        ({"query": "up", "workspace": "shop"}, "mutually exclusive"),
        ({"query": " "}, "query is empty"),
        ({"query": "up == 1", "since": "now"}, "since needs a plain selector"),
        ({"query": "up", "max_age": 500}, "max_age must be between 1 and 300"),
        ({"query": "up", "delay": 0}, "delay must be more than 0"),
        ({"query": "up", "hold": 400}, "hold must be between 0 and wait_timeout (300 s)"),
        ({"query": "up", "identities": []}, "identities is empty"),
        ({"query": "up", "identites": ["a"]}, "did you mean identities?"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_rejected(arguments, words, check_mode, world, run_on):
    emulator = world()
    assert words in run_on(emulator, "sysmon_wait", arguments, check_mode)["msg"].replace("|", ", ")
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 401}, "auth"),
        ({"status": 403}, "forbidden"),
        ({"status": 400, "body": '{"status": "error", "errorType": "bad_data", "error": "parse error"}'}, "query"),
        ({"status": 400, "body": "parse error in plain text"}, "bad_input"),
    ],
)
def test_ends_at_once(fault, kind, world, run_on):
    emulator = world({"call": "prometheus", **fault})
    started = time.monotonic()
    result = run_on(emulator, "sysmon_wait", {"query": "up{", "fail": False})
    assert (result["failed"], result["error"]["kind"], len(emulator.requests())) == (True, kind, 1)
    assert time.monotonic() - started < 5
    assert "body" not in fault or "parse error" in result["msg"]


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"drop": True}, {"status": 429, "headers": {"Retry-After": "1"}}, {"slow": 30}]
)
def test_by_the_clock(fault, world, run_on):
    emulator = world({"call": "prometheus", **fault})
    started = time.monotonic()
    result = run_on(emulator, "sysmon_wait", {"query": "up", "wait_timeout": 2, "delay": 0.5}, timeout=30)
    assert 2 <= time.monotonic() - started < 4
    assert (result["error"]["kind"], result["met"]) == ("timeout", False)
    assert "is not met after" in result["msg"]


def test_connection_refused_by_the_clock(world, run_on, monkeypatch):
    emulator = world()
    started = time.monotonic()
    options = {"query": "up", "wait_timeout": 3, "delay": 1, "api_url": "http://127.0.0.1:9"}
    result = run_on(emulator, "sysmon_wait", options)
    assert 3 <= time.monotonic() - started < 5
    assert "no connection to http://127.0.0.1:9" in result["msg"]


def test_partial(world, run_on):
    body = {"status": "success", "isPartial": True, "data": {"resultType": "scalar", "result": [NOW, "1"]}}
    emulator = world({"call": "prometheus", "body": json.dumps(body)})
    result = run_on(emulator, "sysmon_wait", {"query": "1", "wait_timeout": 0})
    assert (result["met"], "The result is partial." in result["msg"]) == (False, True)
    assert "partial" in str(result["warnings"])
