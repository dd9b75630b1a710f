# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.condition import (
    Condition,
    advance,
    first_state,
    host_of,
    is_state,
    next_range,
    rebase,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.ranges import Range

START = 1_000_000
QUERY = "up == 0"


def edges(history, first=0, **options):
    """The edges of one series: each letter of ``history`` is a step, ``x`` where the query has it.

    ``first`` is the step at which the source starts.
    """
    condition = Condition(QUERY, step=1000, **options)
    state = {"last": START - 1000, "silent_until": START + first * 1000, "series": {}}
    labels = {"instance": "10.0.0.1:9100"}
    told = []
    for step, letter in enumerate(history):
        found = {json.dumps(labels): (labels, str(step))} if letter == "x" else {}
        state, events = advance(condition, state, START + step * 1000, found)
        told += [(event["type"], step) for event in events]
    return told


@pytest.mark.parametrize(
    ("history", "options", "told"),
    [
        (".....", {}, []),
        ("xxx..", {}, [("firing", 0), ("resolved", 3)]),
        (".x.x.", {}, [("firing", 1), ("resolved", 2), ("firing", 3), ("resolved", 4)]),
        # ``for``: as long as it is pending, an end is no edge.
        ("xxx..", {"pending": 2000}, [("firing", 2), ("resolved", 3)]),
        ("xx.xx.xxxx", {"pending": 2000}, [("firing", 8)]),
        # ``keep_firing_for``: from the first step without it; a return restarts it.
        ("x....", {"keep_firing": 2000}, [("firing", 0), ("resolved", 3)]),
        ("x.x.x....", {"keep_firing": 2000}, [("firing", 0), ("resolved", 7)]),
        ("xx...", {"pending": 1000, "keep_firing": 1000}, [("firing", 1), ("resolved", 3)]),
        # A first start reports what fires then, and nothing that ended before.
        ("xxxxx", {"first": 2}, [("firing", 2)]),
        ("xx...", {"first": 2}, []),
        ("xx.x.", {"first": 3}, [("firing", 3), ("resolved", 4)]),
        ("xxx..", {"first": 2, "pending": 2000}, [("firing", 2), ("resolved", 3)]),
        ("xxxx.", {"first": 3, "pending": 2000}, [("firing", 3), ("resolved", 4)]),
        ("x....", {"first": 2, "keep_firing": 3000}, [("firing", 2), ("resolved", 4)]),
    ],
)
def test_edges(history, options, told):
    assert edges(history, **options) == told


def test_event_of_an_edge():
    labels = {"instance": "web-1:9100", "job": "web"}
    condition = Condition(QUERY, 1000, host_label="instance")
    state, (firing,) = advance(condition, first_state(condition, START), START, {"k": (labels, "0")})
    assert firing == {
        "source": "nhncloud.sysmon.promql",
        "type": "firing",
        "id": firing["id"],
        "at": "1970-01-01T00:16:40Z",
        "labels": labels,
        "value": "0",
        "since": "1970-01-01T00:16:40Z",
        "query": QUERY,
        "meta": {"hosts": "web-1"},
    }
    state, (resolved,) = advance(condition, state, START + 1000, {})
    assert resolved == {**firing, "type": "resolved", "id": resolved["id"], "at": "1970-01-01T00:16:41Z"}
    assert state["series"] == {}


@pytest.mark.parametrize(
    ("label", "host"),
    [
        ("10.0.0.1:9100", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("web-1.example.com:9100", "web-1.example.com"),
        ("[2001:db8::1]:9100", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        # Patterns of --limit.
        *(
            (pattern, None)
            for pattern in ("*", "web*", "a:b", "a,b", "!a", "&a", "~a", "@file", "a[0]", "", "-a", "fe80::1%eth0")
        ),
        *((pattern, None) for pattern in ("a b", "a?", "all:!a", "all,a", "all:&a", "~.*:9100", " all", "all\n", "a]")),
        # Groups of every inventory.
        *((group, None) for group in ("all", "ungrouped", "all:9100", "[all]:9100", "ALL", "ungrouped:9100")),
        ("localhost:9100", "localhost"),
        ("all-1", "all-1"),
    ],
)
def test_host_of(label, host):
    assert host_of(label) == host


def test_no_hosts_without_a_host():
    condition = Condition(QUERY, 1000, host_label="nodename")
    _state, (event,) = advance(condition, first_state(condition, START), START, {"k": ({"instance": "a"}, "0")})
    assert "meta" not in event


@pytest.mark.parametrize(
    ("state", "now", "most", "asked", "more"),
    [
        # A first start: earlier steps show since when something fires.
        (None, START, 500, (START, START), False),
        ((START, 0), START, 500, None, False),
        ((START, 0), START + 999, 500, None, False),
        ((START, 0), START + 1000, 500, (START + 1000, START + 1000), False),
        ((START, 0), START + 3500, 500, (START + 1000, START + 3000), False),
        ((START, 0), START + 4000, 2, (START + 1000, START + 2000), True),
        # Longer away than catch_up (10 s): the steps stay on the same grid.
        ((START, 0), START + 60_500, 500, (START + 51_000, START + 60_000), False),
        # A first start in parts skips nothing.
        ((START, START + 60_000), START + 60_000, 500, (START + 1000, START + 60_000), False),
        ((START, START + 60_000), START + 70_000, 500, (START + 1000, START + 70_000), False),
        # But one that had no answer for longer than catch_up begins later.
        ((START, START + 1000), START + 60_500, 500, (START + 51_000, START + 60_000), False),
        # The clock was set back.
        ((START, 0), START - 500_000, 500, (START - 500_000, START - 500_000), False),
        ((START, START + 1000), START - 500_000, 500, (START - 500_000, START - 500_000), False),
    ],
)
def test_next_range(state, now, most, asked, more):
    condition = Condition(QUERY, step=1000, catch_up=10_000)
    state = first_state(condition, now) if state is None else {"last": state[0], "silent_until": state[1], "series": {}}
    assert next_range(condition, rebase(condition, state, now), now, most) == (asked and Range(*asked, 1000), more)


def test_a_first_start_that_begins_later_reports_what_fires_then():
    condition = Condition(QUERY, step=1000, catch_up=10_000)
    state = rebase(condition, first_state(condition, START), START + 60_500)
    assert (state["last"], state["silent_until"]) == (START + 50_000, START + 51_000)


@pytest.mark.parametrize("since", ["since", "missing_since"])
def test_times_of_a_clock_that_was_set_back_are_not_waited_for(since):
    condition = Condition(QUERY, step=1000, pending=2000, keep_firing=2000)
    entry = {"labels": {}, "value": "0", "since": START, "firing": since == "missing_since", "missing_since": None}
    state = {"last": START - 1000, "silent_until": 0, "series": {"k": {**entry, since: START + 10**9}}}
    told, found = [], {"k": ({}, "0")} if since == "since" else {}
    for step in range(4):
        state, events = advance(condition, state, START + step * 1000, found)
        told += [(event["type"], step) for event in events]
    assert told == [("firing" if since == "since" else "resolved", 2)]


ENTRY = {"labels": {"a": "b"}, "value": "0", "since": START, "firing": True, "missing_since": None}


@pytest.mark.parametrize(
    ("changes", "entry", "expected"),
    [
        ({}, {}, True),
        ({}, {"missing_since": START}, True),
        ({"last": "1"}, {}, False),
        ({"last": True}, {}, False),
        ({"last": 10**20}, {}, False),
        ({"silent_until": None}, {}, False),
        ({"series": []}, {}, False),
        ({"series": {"k": 1}}, {}, False),
        ({}, {"labels": None}, False),
        ({}, {"since": None}, False),
        ({}, {"missing_since": "x"}, False),
        ({}, {"more": 1}, False),
    ],
)
def test_is_state(changes, entry, expected):
    state = {"last": START, "silent_until": 0, "series": {"k": {**ENTRY, **entry}}, **changes}
    assert is_state(state) is expected
    assert not is_state([state])


def test_first_start_looks_back_as_far_as_the_rules_do():
    condition = Condition(QUERY, step=1000, pending=2500, keep_firing=1000)
    assert next_range(condition, first_state(condition, START), START) == (Range(START - 4000, START, 1000), False)


def test_a_label_set_that_changes_ends_one_series_and_begins_another():
    condition = Condition(QUERY, 1000)
    state, told = first_state(condition, START), []
    for step, labels in enumerate([{"a": "1"}, {"a": "1", "b": "2"}, {"a": "1"}]):
        state, events = advance(condition, state, START + step * 1000, {json.dumps(labels): (labels, "NaN")})
        told += [(event["type"], event["labels"], event["value"]) for event in events]
    one, two = {"a": "1"}, {"a": "1", "b": "2"}
    assert told[:1] == [("firing", one, "NaN")]
    assert sorted(told[1:3], key=str) == [("firing", two, "NaN"), ("resolved", one, "NaN")]
    assert sorted(told[3:], key=str) == [("firing", one, "NaN"), ("resolved", two, "NaN")]


def test_only_series_of_now_are_remembered():
    """A thousand new series in each step."""
    condition = Condition(QUERY, 1000, keep_firing=2000)
    state, sizes = first_state(condition, START), []
    for step in range(8):
        found = {f"{step}-{number}": ({"x": str(number)}, "0") for number in range(1000)}
        state, _events = advance(condition, state, START + step * 1000, found)
        sizes.append(len(state["series"]))
    assert sizes == [1000, 2000, *[3000] * 6]
