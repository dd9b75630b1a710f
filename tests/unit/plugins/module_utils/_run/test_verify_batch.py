# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verification of a batch, with answers by hand."""

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import verify_batch
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.progress import Progress
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.verify_batch import verify


class Wanted:
    verify = "query"
    workspace = "shop"
    verify_query = "up"
    verify_label = "instance"
    verify_timeout = 1


def result():
    target = {"ip": "10.0.0.1", "hostname": "web1", "port": 9100, "target_id": "t1", "host_id": "h1"}
    return {"web1": {"changed": True, "targets": [target]}}


def answer(value, age=5):
    """What Prometheus answers to the last values, and to the samples with their own times."""
    labels = {"instance": "10.0.0.1:9100"}
    instant = {"result_type": "vector", "result": [{"metric": labels, "value": [1000, value]}]}
    history = {"result_type": "matrix", "result": [{"metric": labels, "values": [[1000 - age, value]]}]}
    return [{**each, "query_warnings": [], "query_infos": []} for each in (instant, history)]


def run(monkeypatch, *answers, listed=()):
    monkeypatch.setattr(verify_batch, "POLL", 0.01)
    given = [each for both in answers for each in both]
    asked = []

    def call(module, _params):
        asked.append(module)
        if module == "sysmon_target_info":
            return {"targets": list(listed)}
        return given.pop(0)

    results = result()
    verify(call, Wanted, {"web1": {"targets": [{}]}}, results, Progress())
    return results["web1"], asked


def test_asked_until_it_is_so(monkeypatch):
    found, asked = run(monkeypatch, answer("0"), answer("0"), answer("1"))
    assert "failed" not in found
    assert asked == ["sysmon_query_info"] * 6


def test_the_services_own_reason(monkeypatch):
    monkeypatch.setattr(Wanted, "verify_timeout", 0)
    listed = [{"target_id": "t1", "fail_reason": "connection refused."}, {"target_id": "t2", "fail_reason": None}]
    found, _asked = run(monkeypatch, answer("0"), listed=listed)
    assert found["msg"].endswith(
        "up, label instance: Its value is 0. The sample is 5 s old. The service says: connection refused."
    )
    assert (found["failed_in"], found["changed"]) == ("verification", True)


def test_what_no_waiting_cures_ends_at_once(monkeypatch):
    found, asked = run(
        monkeypatch, [{"failed": True, "msg": "unclosed", "error": {"kind": "query", "http_status": 400}}]
    )
    assert "The query failed: unclosed" in found["msg"]
    assert asked == ["sysmon_query_info", "sysmon_target_info"]


def test_an_old_sample_says_nothing(monkeypatch):
    monkeypatch.setattr(Wanted, "verify_timeout", 0)
    found, _asked = run(monkeypatch, answer("1", age=243))
    assert "Its last sample is 243 s old" in found["msg"]


def test_a_broken_answer_is_asked_again(monkeypatch):
    broken = [{"failed": True, "msg": "HTTP 502", "error": {"kind": "server", "http_status": 502}}]
    found, asked = run(monkeypatch, broken, answer("1"))
    assert "failed" not in found
    assert len(asked) == 3


def test_nobody_to_verify():
    results = {"web1": {"failed": True}}
    verify(None, Wanted, {}, results, Progress())
    assert results == {"web1": {"failed": True}}
