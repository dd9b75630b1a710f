# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus_envelope import PARTIAL, Answer
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.condition import MOST_STEPS, Condition, first_state
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.event_sources import (
    FEWEST_STEPS,
    PromqlPoll,
    open_promql,
    open_servers,
)
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

NOW = 1_000_000
CONDITION = Condition("up == 0", step=1000, catch_up=10_000_000)
FIRST = first_state(CONDITION, NOW)
CONNECTION = {"app_key": "k", "region": "kr"}


def fail(error):
    raise error


class Prometheus:
    """Answers with one series at every step by default."""

    def __init__(self):
        self.asked, self.failure, self.warnings, self.time = [], None, [], None

    def query(self, query):
        if isinstance(self.time, Exception):
            fail(self.time)
        return Answer({"resultType": "scalar", "result": self.time}, [], [])

    def query_range(self, query, *, start, end, step):
        self.asked.append((float(start), float(end)))
        if self.failure is not None:
            fail(self.failure)
        moments = range(int(float(start) * 1000), int(float(end) * 1000) + 1, int(float(step) * 1000))
        row = {"metric": {"instance": "a"}, "values": [[moment / 1000, "0"] for moment in moments]}
        return Answer({"resultType": "matrix", "result": [row]}, self.warnings, [])


@pytest.fixture
def prometheus():
    return Prometheus()


@pytest.fixture
def poll(prometheus):
    return PromqlPoll(prometheus, CONDITION)


def test_polls(poll, prometheus):
    state, events, more = poll(FIRST, NOW)
    assert ([event["type"] for event in events], more) == (["firing"], False)
    assert poll(state, NOW + 500) == (state, [], False)
    state, events, more = poll(state, NOW + 3000)
    assert (state["last"], events, more) == (NOW + 3000, [], False)
    assert prometheus.asked == [(1000.0, 1000.0), (1001.0, 1003.0)]


def test_what_begins_before_the_first_answer_is_not_missed(poll, prometheus):
    prometheus.failure = SysmonError("server", "Away.", http_status=503)
    with pytest.raises(SysmonError):
        poll(FIRST, NOW)
    prometheus.failure = None
    state, events, _more = poll(FIRST, NOW + 5000)
    assert [(event["type"], event["at"]) for event in events] == [("firing", "1970-01-01T00:16:40Z")]
    assert (prometheus.asked[-1], state["last"]) == ((1000.0, 1005.0), NOW + 5000)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        # This clock is behind: the service's time goes on where the state ends.
        ([1, str((NOW + 3000) / 1000)], (1001.0, 1003.0)),
        # The clock was ahead when the state was written.
        ([1, "900.5"], (900.5, 900.5)),
        # The service does not tell.
        (SysmonError("query", "No."), (800.0, 800.0)),
        ([1, "NaN"], (800.0, 800.0)),
        ([1, "1e99"], (800.0, 800.0)),
        (None, (800.0, 800.0)),
        ({}, (800.0, 800.0)),
    ],
)
def test_the_service_tells_which_clock_is_wrong(poll, prometheus, told, asked):
    state, _events, _more = poll(FIRST, NOW)
    prometheus.time = told
    _state, events, _more = poll(state, 800_000)
    assert (prometheus.asked[-1], events) == (asked, [])


def test_a_long_absence_is_caught_up_in_parts(poll, prometheus):
    state, _events, _more = poll(FIRST, NOW)
    later, more = NOW + 1_200_000, True
    while more:
        state, _events, more = poll(state, later)
    assert state["last"] == later
    assert len(prometheus.asked) == 4
    assert max(end - start for start, end in prometheus.asked) < MOST_STEPS


def test_a_partial_answer_is_none(poll, prometheus):
    prometheus.warnings = [PARTIAL]
    with pytest.raises(SysmonError, match="partial") as failure:
        poll(FIRST, NOW)
    assert failure.value.kind == "protocol"


@pytest.mark.parametrize(
    ("kind", "status", "answered", "expected"),
    [
        ("query", 400, False, "config"),
        ("query", 400, True, "query"),
        ("query", 422, False, "query"),
        ("query", 503, False, "query"),
        ("server", 503, False, "server"),
        ("auth", 401, True, "auth"),
    ],
)
def test_failures(poll, prometheus, kind, status, answered, expected):
    state = poll(FIRST, NOW)[0] if answered else FIRST
    prometheus.failure = SysmonError(kind, "No.", http_status=status)
    with pytest.raises(SysmonError) as failure:
        poll(state, NOW + 1000)
    assert failure.value.kind == expected


def test_less_is_asked_for_after_failures(poll, prometheus):
    state, _events, _more = poll(FIRST, NOW)
    prometheus.failure = SysmonError("protocol", "Too much.")
    for _try in range(10):
        with pytest.raises(SysmonError):
            poll(state, NOW + 3_600_000)
    start, end = prometheus.asked[-1]
    assert end - start == FEWEST_STEPS - 1
    prometheus.failure, more = None, True
    while more:
        state, _events, more = poll(state, NOW + 3_600_000)
    assert state["last"] == NOW + 3_600_000


def test_options_of_promql():
    options, source = open_promql({**CONNECTION, "query": "up == 0", "interval": 30, "for": "3m"})
    assert (source.name, source.subject) == ("nhncloud.sysmon.promql", "up == 0")
    condition = source.poll._condition
    assert (condition.step, condition.pending, condition.keep_firing) == (30_000, 180_000, 0)
    assert condition.catch_up == 3_600_000
    assert options["interval"] == 30_000
    source.stop()


@pytest.mark.parametrize(
    ("open_source", "args", "words"),
    [
        (open_promql, CONNECTION, "query is not set"),
        (open_promql, {"query": "up", "region": "kr"}, "app_key is not set"),
        (open_promql, {**CONNECTION, "query": "up", "api_url": "http://example.com"}, "https"),
        (open_servers, CONNECTION, "project_id is not set"),
        (open_servers, {**CONNECTION, "project_id": "p", "query": "up"}, "'query' is not an option"),
    ],
)
def test_wrong_options(open_source, args, words):
    with pytest.raises(SysmonError, match=words) as failure:
        open_source(args)
    assert failure.value.kind == "config"


@pytest.fixture
def emulator():
    with Emulator(servers=2, reserved=["@Linux"]) as running:
        yield running


def servers_of(emulator, **options):
    connection = {"app_key": emulator.app_key, "project_id": emulator.project_id, "region": "kr", "retries": 0}
    return open_servers({**connection, "api_url": emulator.url, **options})[1]


def test_servers(emulator):
    source = servers_of(emulator)
    state, events, more = source.poll(None, 0)
    assert (events, more) == ([], False)
    emulator.add_server(hostNm="new")
    _state, (event,), _more = source.poll(state, 60_000)
    assert (event["type"], event["server"]["hostname"]) == ("appeared", "new")
    assert [request["call"] for request in emulator.requests()] == ["list_servers"] * 2


def test_targets(emulator):
    emulator.add_workspace(jobName="web")
    host = emulator.state["servers"][0]["hostId"]
    emulator.add_target(jobName="web", hostId=host, port=9100)
    source = servers_of(emulator, targets=True, report_existing=True)
    _state, events, _more = source.poll(None, 0)
    (event,) = [event for event in events if "target" in event]
    assert event["type"] == event["target"]["health"]
    assert (event["target"]["workspace"], event["target"]["port"]) == ("web", 9100)
    # The reserved workspace can have none.
    assert len(emulator.requests("list_targets")) == 1


def test_a_workspace_that_is_removed_meanwhile_has_no_targets(emulator):
    emulator.add_workspace(jobName="web")
    emulator.faults([{"call": "list_targets", "result_code": -40006}])
    assert servers_of(emulator, targets=True).poll(None, 0)[0]["targets"] == {}


def test_a_list_of_targets_that_cannot_be_read_is_no_answer(emulator):
    emulator.add_workspace(jobName="web")
    emulator.faults([{"call": "list_targets", "status": 503}])
    with pytest.raises(SysmonError, match="list targets"):
        servers_of(emulator, targets=True).poll(None, 0)
