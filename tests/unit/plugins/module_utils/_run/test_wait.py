# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting by the clock, against answers that a test writes."""

from __future__ import annotations

import random

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus_envelope import Answer
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import wait

OPTIONS = {
    **dict.fromkeys(("query", "identities", "above", "below", "max_age", "since")),
    "workspace": "shop",
    "label": "instance",
    "hold": 0.0,
    "wait_timeout": 300.0,
    "delay": 5.0,
    "fail": True,
    "timeout": 30,
}
LOOKBACK = 300
EPOCH = 1_700_000_000.0


class World:
    """A Prometheus and its clock: series of (time, value), where the value None marks a series as stale."""

    def __init__(self, series, cost=0.0, failing=lambda _now: None, remarks=None):
        self.now, self.series, self.cost, self.failing = EPOCH, series, cost, failing
        self.remarks, self.ends, self.queries = remarks or {}, [], []

    # In place of the module time.
    def time(self):
        return self.now

    monotonic = time

    def sleep(self, seconds):
        self.now += seconds

    # In place of the client.
    def until(self, end):
        self.ends.append(end)
        return self

    def query(self, query, time=None):
        self.queries.append((self.now, query))
        self.now += self.cost
        error = self.failing(self.now)
        if error:
            raise error
        at = self.now if time is None else float(time)
        past = {name: [(t, v) for t, v in points if at - LOOKBACK < t <= at] for name, points in self.series.items()}
        if query.endswith("[300s]"):
            matrix = {n: [[t, v] for t, v in points if v is not None] for n, points in past.items()}
            return self._answer("matrix", [{"metric": {"instance": n}, "values": p} for n, p in matrix.items() if p])
        last = {name: points[-1][1] for name, points in past.items() if points}
        vector = [{"metric": {"instance": n}, "value": [at, v]} for n, v in last.items() if v is not None]
        return self._answer("vector", vector)

    def _answer(self, kind, result):
        remarks = {"warnings": [], "infos": [], **self.remarks}
        return Answer({"resultType": kind, "result": result}, **remarks)


@pytest.fixture
def run(monkeypatch):
    def start(world, check_mode=False, **options):
        monkeypatch.setattr(wait, "time", world)
        return wait.wait_until_met(world, {**OPTIONS, **options}, check_mode)

    return start


def every(interval, value="1", first=0.0, last=2000.0):
    count = int((last - first) // interval) + 1
    return [(EPOCH + first + interval * number, value) for number in range(count)]


def error(kind, **details):
    return SysmonError(kind, "It broke.", **details)


def test_met_at_once(run):
    world = World({"a:9100": every(60, first=-13)})
    result, failure = run(world, identities=["a"])
    assert failure is None
    assert result == {
        "changed": False,
        "met": True,
        "identities": [{"identity": "a", "met": True, "value": "1", "age": 13.0, "reason": None}],
        "elapsed": 0.0,
        "warnings": [],
    }
    assert [query for _now, query in world.queries] == ['up{job="shop"}', 'up{job="shop"}[300s]']


def test_two_queries_for_a_thousand(run):
    names = [f"host-{number}" for number in range(1000)]
    world = World({f"{name}:9100": every(60, first=-13, last=0) for name in names})
    assert run(world, identities=names)[0]["met"] is True
    assert len(world.queries) == 2


def test_met_later(run):
    world = World({"a": every(60, "0", -30, 70) + every(60, "1", 90)})
    result, failure = run(world, identities=["a"])
    assert (result["met"], failure, result["elapsed"]) == (True, None, 90.0)


def test_an_expression_is_one_query_without_an_age(run):
    world = World({"a": every(60, first=-290, last=-240)})
    result, _failure = run(world, query="min by (instance) (up)", workspace=None)
    assert (result["met"], result["identities"][0]["age"], len(world.queries)) == (True, None, 1)


def test_since_counts_from_its_start(run):
    world = World({"a": every(60, first=-13)})
    result, _failure = run(world, since="now")
    assert (result["met"], result["elapsed"]) == (True, 50.0)


@pytest.mark.parametrize(("ahead", "elapsed"), [(0.0, 50.0), (40.0, 50.0), (-60.0, 110.0)])
def test_a_clock_of_prometheus_that_differs(ahead, elapsed, run, monkeypatch):
    """The samples are of -70, -10, 50 and 110 seconds, by the clock of this test; the update ends at 0."""
    world = World({"a": [(at + ahead, value) for at, value in every(60, first=-70)]})
    ask = world.query

    def query(text, time=None):
        world.now += ahead
        answer = ask(text, time)
        world.now -= ahead
        return answer

    world.query = query
    result, _failure = run(world, since="now")
    assert (result["met"], result["elapsed"]) == (True, elapsed)


def test_since_that_is_a_date_does_not_move(run):
    world = World({"a": every(60, first=-10)})
    assert run(world, since=str(EPOCH - 11), wait_timeout=0.0)[0]["met"] is True
    assert run(world, since=str(EPOCH - 10), wait_timeout=0.0)[0]["met"] is False


def test_one_slow_answer_does_not_hold(run):
    world = World({"a": every(1, "1", -10, 9) + every(1, "0", 10)}, cost=6.0)
    result, failure = run(world, hold=5.0, wait_timeout=60.0)
    assert (result["met"], failure.kind) == (False, "timeout")
    result, failure = run(World({"a": every(1, first=-10)}, cost=6.0), hold=5.0, wait_timeout=60.0)
    assert (result["met"], result["elapsed"]) == (True, 24.0)


def test_never_met(run):
    series = {f"host-{number}": every(60, "0", -13) for number in range(9)}
    world = World(series)
    result, failure = run(world, wait_timeout=20.0, delay=7.0)
    assert (failure.kind, result["met"], result["elapsed"]) == ("timeout", False, 20.0)
    assert len(result["identities"]) == 5
    assert "9 of 9 identities not met after 20 s" in str(failure)
    assert sorted({now - EPOCH for now, _query in world.queries}) == [0.0, 7.0, 14.0, 20.0]
    result, failure = run(World(series), wait_timeout=20.0, fail=False)
    assert (failure, result["met"], len(result["identities"])) == (None, False, 9)
    assert "9 of 9 identities not met after 20 s" in result["msg"]


def test_no_series_at_all(run):
    result, failure = run(World({}), wait_timeout=0.0)
    assert (result["met"], result["identities"], len(str(failure)) < 100) == (False, [], True)
    assert "it returns no series" in str(failure)


def test_check_mode_asks_once(run):
    for series, met in (({}, False), ({"a": every(60, first=-13)}, True)):
        world = World(series)
        result, failure = run(world, check_mode=True, hold=60.0)
        assert (result["met"], failure, len(world.queries)) == (met, None, 2 if met else 1)


@pytest.mark.parametrize(
    ("hold", "delay", "elapsed"), [(0.0, 5.0, 0.0), (12.0, 5.0, 12.0), (300.0, 45.0, 300.0), (3.0, 60.0, 3.0)]
)
def test_hold_of_what_stays_met(run, hold, delay, elapsed):
    result, failure = run(World({"a": every(10, first=-13)}), hold=hold, delay=delay)
    assert (result["met"], failure, result["elapsed"]) == (True, None, elapsed)


def test_hold_starts_anew(run):
    world = World({"a": every(10, "1", -10, 20) + every(10, "0", 30, 40) + every(10, "1", 50)})
    result, _failure = run(world, hold=40.0, delay=5.0)
    assert (result["met"], result["elapsed"]) == (True, 90.0)
    world = World({"a": every(10, "0", -10, 20) + every(10, "1", 30)})
    result, failure = run(world, hold=40.0, wait_timeout=60.0)
    assert (result["met"], "it was met, but for less than hold (40 s)" in str(failure)) == (False, True)
    assert result["identities"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        error("auth", http_status=401),
        error("forbidden", http_status=403),
        error("config"),
        error("query", http_status=400),
        error("query", http_status=200),
        error("bad_input", http_status=400),
    ],
)
@pytest.mark.parametrize("fail", [True, False])
def test_what_no_waiting_cures(run, wrong, fail):
    world = World({}, failing=lambda _now: wrong)
    with pytest.raises(SysmonError) as raised:
        run(world, fail=fail)
    assert (raised.value, len(world.queries), world.now) == (wrong, 1, EPOCH)


@pytest.mark.parametrize(
    "wrong",
    [
        error("transport"),
        error("server", http_status=503),
        error("query", http_status=422),
        error("query", http_status=503),
        error("protocol", http_status=200),
        error("not_found", http_status=404),
    ],
)
def test_what_waiting_may_cure(run, wrong):
    world = World({"a": every(60, first=-13)}, failing=lambda now: wrong if now < EPOCH + 12 else None)
    result, _failure = run(world, identities=["a"])
    assert (result["met"], result["elapsed"]) == (True, 15.0)
    result, failure = run(World({}, failing=lambda _now: wrong), identities=["a"], wait_timeout=10.0)
    assert (failure.kind, result["identities"][0]["reason"]) == ("timeout", "The query failed: It broke.")
    assert "is not met after 10 s: The query failed: It broke." in str(failure)


def test_by_the_clock(run):
    world = World({}, cost=3.0, failing=lambda _now: error("transport"))
    result, _failure = run(world, wait_timeout=20.0, delay=1.0)
    assert 20.0 <= result["elapsed"] <= 24.0
    assert max(world.ends) <= EPOCH + 20.0 + wait.GRACE
    world = World({})
    run(world, wait_timeout=0.0)
    assert world.ends == [EPOCH + 30]


def test_a_service_that_asks_to_wait(run):
    world = World({}, failing=lambda _now: error("rate_limited", retry_after=40.0))
    run(world, wait_timeout=100.0)
    assert [now - EPOCH for now, _query in world.queries] == [0.0, 40.0, 80.0, 100.0]


@pytest.mark.parametrize(
    ("remarks", "met"),
    [
        ({"infos": ["PromQL info: x"]}, True),
        ({"warnings": ["PromQL warning: x"]}, True),
        ({"warnings": ["a store did not answer"]}, False),
        ({"warnings": ["The result is partial."]}, False),
    ],
)
def test_partial_answers(run, remarks, met):
    world = World({"a": every(60, first=-13)}, remarks=remarks)
    result, failure = run(world, wait_timeout=0.0, identities=["a"])
    assert (result["met"], "may be incomplete" in str(failure)) == (met, not met)
    assert len(result["warnings"]) == len(remarks.get("warnings", []))


def test_a_stale_series_has_no_sample(run):
    stale = [*every(60, "1", -73, -13), (EPOCH - 3, None)]
    result, _failure = run(World({"a": stale, "b": every(60, first=-13)}), identities=["a"], wait_timeout=0.0)
    assert (result["met"], result["identities"][0]["reason"]) == (False, "It has no sample.")


def test_a_scalar(run):
    class Scalar(World):
        def query(self, query, time=None):
            return Answer({"resultType": "scalar", "result": [self.now, query]}, [], [])

    assert run(Scalar({}), query="5", workspace=None, above=4.0)[0]["met"] is True
    assert run(Scalar({}), query="5", workspace=None, identities=["a"], wait_timeout=0.0)[0]["met"] is False


def story(chance):
    """Exporters that come, die and return around an update: changes of each, as (second, up, down or gone)."""
    interval = chance.choice([1, 15, 60])
    changes, series = {}, {}
    for number in range(chance.randint(1, 4)):
        moments = sorted(chance.sample(range(-600, 700), chance.randint(0, 4)))
        changes[f"host-{number}"] = [(-1000, chance.choice("ud")), *((at, chance.choice("udg")) for at in moments)]
    for name, states in changes.items():
        points, before = [], "g"
        for at in range(-1000 + chance.randrange(interval), 900, interval):
            state = [state for start, state in states if start <= at][-1]
            if state != "g":
                points.append((EPOCH + at, "1" if state == "u" else "0"))
            elif before != "g" and chance.random() < 0.5:
                points.append((EPOCH + at, None))
            before = state
        series[f"{name}:9100"] = points
    return series


def is_met(series, names, at, since):
    """The simple model: the last sample of each is 1, from after the update, fresh, and not stale."""
    last = [[point for point in series.get(f"{name}:9100", []) if point[0] <= at][-1:] for name in names]
    return all(p and p[0][1] == "1" and p[0][0] > since and at - p[0][0] <= 150 for p in last)


@pytest.mark.parametrize("seed", range(500))
def test_stories_around_an_update(run, seed):
    chance = random.Random(seed)
    series = story(chance)
    names = [name.partition(":")[0] for name in series]
    if chance.random() < 0.1:
        names.append("never-seen")
    hold, delay = chance.choice([0.0, 0.0, 30.0, 100.0]), chance.choice([1.0, 5.0, 15.0])
    timeout = chance.choice([100.0, 300.0])
    world = World(series)
    result, failure = run(world, identities=names, since="now", hold=hold, delay=delay, wait_timeout=timeout)
    end = world.now
    polls = sorted({now for now, _query in world.queries})
    met = {at: is_met(series, names, at, EPOCH) for at in polls}
    assert result["met"] is (failure is None)
    if result["met"]:
        assert all(met[at] for at in polls if at >= end - hold)
        assert end - hold >= EPOCH
        assert min(at for at in polls if all(met[later] for later in polls if later >= at)) <= end - hold
    else:
        # It ran to its end, and what stayed met for the last of its polls did not do so for as long as hold.
        assert end == EPOCH + timeout
        unmet = [at for at in polls if not met[at]]
        following = [at for at in polls if not unmet or at > unmet[-1]]
        assert not following or end - following[0] < hold
