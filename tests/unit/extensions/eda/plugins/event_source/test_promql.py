# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest

from ansible_collections.nhncloud.sysmon.tests.soak.histories import History, Nursery

KEY = "a-secret-appkey"


@pytest.fixture
def args(prometheus, tmp_path):
    return {
        "app_key": KEY,
        "api_url": prometheus.url,
        "query": "up == 0",
        "interval": 0.2,
        "retries": 0,
        "timeout": 5,
        "state_file": str(tmp_path / "state.json"),
    }


def types(events):
    return [event["type"] for event in events]


def test_edges(prometheus, collect, args):
    start = time.time()
    prometheus.fires = lambda moment: ["a:1"] if moment < start + 0.7 else []
    first, second = collect("promql", {**args, "host_label": "instance"}, lambda events: len(events) == 2)
    assert first == {
        "source": "nhncloud.sysmon.promql",
        "type": "firing",
        "id": first["id"],
        "at": first["at"],
        "labels": {"instance": "a:1"},
        "value": "0",
        "since": first["at"],
        "query": "up == 0",
        "meta": {"hosts": "a"},
    }
    assert (second["type"], second["since"]) == ("resolved", first["at"])
    assert len(prometheus.connections) == 1


def test_what_began_and_ended_while_the_source_was_down_is_reported(prometheus, collect, args):
    seen = len(prometheus.asked)
    collect("promql", args, lambda events: len(prometheus.asked) > seen)
    stopped = time.time()
    time.sleep(1.5)
    prometheus.fires = lambda moment: ["b"] if stopped + 0.3 < moment < stopped + 0.9 else []
    assert types(collect("promql", args, lambda events: len(events) == 2)) == ["firing", "resolved"]


def test_a_restart_repeats_nothing(prometheus, collect, args):
    prometheus.fires = lambda moment: ["a"]
    assert types(collect("promql", args, lambda events: len(events) == 1)) == ["firing"]
    seen = len(prometheus.asked)
    assert collect("promql", args, lambda events: len(prometheus.asked) > seen + 2) == []
    # Without its state it is a first start again.
    assert types(collect("promql", {**args, "state_file": ""}, lambda events: len(events) == 1)) == ["firing"]


@pytest.mark.parametrize(
    "answer",
    [
        (503, b""),
        (503, b'{"status": "error", "errorType": "timeout", "error": "query timed out"}'),
        (422, b'{"status": "error", "errorType": "execution", "error": "many-to-many"}'),
        (400, b'{"status": "error", "errorType": "bad_data", "error": "nonsense"}'),
        (200, b"<html>"),
        (200, b"{"),
        (200, b'{"status": "success", "data": {"resultType": "vector", "result": []}}'),
        (200, b'{"status": "success", "isPartial": true, "data": {"resultType": "matrix", "result": []}}'),
        (302, b""),
        (404, b""),
    ],
)
def test_no_whole_answer_is_silence(prometheus, collect, args, answer):
    prometheus.fires = lambda moment: ["a"]
    collect("promql", args, lambda events: len(events) == 1)
    prometheus.answer, seen = answer, len(prometheus.asked)

    def enough(_events):
        if len(prometheus.asked) > seen + 2:
            prometheus.answer = None
        return len(prometheus.asked) > seen + 4

    assert types(collect("promql", args, enough)) == ["unreachable", "reachable"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, b""), "appkey was refused"),
        ((403, b""), "HTTP 403"),
        ((400, b'{"status": "error", "errorType": "bad_data", "error": "parse error"}'), "parse error"),
    ],
)
def test_what_waiting_does_not_cure_is_one_sentence(prometheus, collect, args, answer, words):
    prometheus.answer = answer
    with pytest.raises(Exception, match=words) as failure:
        collect("promql", args)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"query": ""}, "query is not set"),
        ({"intervall": 1}, "'intervall' is not an option"),
        ({"interval": "soon"}, "interval 'soon'"),
        ({"api_url": "http://example.com"}, "https"),
    ],
)
def test_wrong_options(collect, args, changes, words):
    with pytest.raises(Exception, match=words):
        collect("promql", {**args, **changes})


def test_the_appkey_is_nowhere(prometheus, collect, args, tmp_path, caplog):
    prometheus.fires = lambda moment: [KEY]
    events = collect("promql", args, lambda events: len(events) == 1)
    prometheus.answer = (503, KEY.encode())
    events += collect("promql", args, lambda events: len(events) == 1)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert types(events) == ["firing", "unreachable"]
    assert KEY not in str(events) + written + caplog.text


def test_the_environment(prometheus, collect, args, monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_APP_KEY", args.pop("app_key"))
    monkeypatch.setenv("NHNCLOUD_SYSMON_API_URL", args.pop("api_url"))
    prometheus.fires = lambda moment: ["a"]
    assert types(collect("promql", args, lambda events: len(events) == 1)) == ["firing"]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_points(tmp_path, seed):
    """kill -9, a service that is away, slow, or answers nonsense. ``./dev soak`` has more of them."""
    with Nursery() as nursery:
        assert History("promql", seed, tmp_path).run(nursery) == []
