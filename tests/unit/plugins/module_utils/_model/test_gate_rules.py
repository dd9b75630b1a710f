# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a gate."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_rules import (
    GateRules,
    Waiting,
    gate_rules_from,
    identities_from,
    waiting_from,
)

NOW = 1_700_000_000_000
OPTIONS = {
    **dict.fromkeys(("query", "workspace", "identities", "above", "below", "max_age", "since")),
    "label": "instance",
    "hold": 0.0,
    "wait_timeout": 300.0,
    "delay": 5.0,
}


def options(**changed):
    return {**OPTIONS, **changed}


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({"query": "up"}, GateRules("up", selector="up", max_age=150.0)),
        ({"workspace": 'a"b'}, GateRules('up{job="a\\"b"}', selector='up{job="a\\"b"}', max_age=150.0)),
        ({"query": "(up) # x", "label": " a.b "}, GateRules("(up) # x", "a.b", "up", max_age=150.0)),
        ({"query": "up == 1"}, GateRules("up == 1")),
        ({"query": "up == 1", "max_age": 0.0, "since": ""}, GateRules("up == 1")),
        ({"query": "up", "max_age": 0.0}, GateRules("up", selector="up")),
        ({"query": "up", "max_age": 300.0, "above": 1.0}, GateRules("up", selector="up", above=1.0, max_age=300.0)),
        (
            {"query": "up", "since": "now-1m"},
            GateRules("up", selector="up", max_age=150.0, since=NOW - 60000, relative=True),
        ),
        ({"query": "up", "since": "0"}, GateRules("up", selector="up", max_age=150.0, since=0)),
        ({"query": "1", "above": 1.0, "below": 2.0}, GateRules("1", above=1.0, below=2.0)),
    ],
)
def test_rules(changed, rules):
    assert gate_rules_from(options(**changed), NOW) == rules


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"query": " "}, "query is empty"),
        ({"workspace": ""}, "workspace is empty"),
        ({"query": "up", "label": " "}, "label is empty"),
        ({"query": "up", "max_age": 0.5}, "max_age must be between 1 and 300"),
        ({"query": "up", "max_age": 301.0}, "max_age"),
        ({"query": "up", "max_age": -1.0}, "max_age"),
        ({"query": "up", "max_age": float("nan")}, "max_age"),
        ({"query": "up == 1", "max_age": 60.0}, "max_age needs a plain selector"),
        ({"query": "up == 1", "since": "now"}, "since needs a plain selector"),
        ({"query": "up offset -5m", "since": "now"}, "since needs a plain selector"),
        ({"query": "up @ end()", "max_age": 60.0}, "max_age needs a plain selector"),
        ({"query": "up", "since": "yesterday"}, "since 'yesterday' is not a time"),
        ({"query": "up", "above": float("nan")}, "above is not a number"),
        ({"query": "up", "above": 2.0, "below": 2.0}, "must be less than below"),
    ],
)
def test_refused_rules(changed, words):
    with pytest.raises(SysmonError, match=words) as error:
        gate_rules_from(options(**changed), NOW)
    assert error.value.kind == "config"


@pytest.mark.parametrize(
    ("since", "ahead", "moved"), [("now", 90.0, 90000), ("now-1m", 0.5, -59500), ("now", -90.0, 0), ("0", 90.0, -NOW)]
)
def test_a_clock_of_prometheus_that_is_ahead(since, ahead, moved):
    rules = gate_rules_from(options(query="up", since=since), NOW)
    moved_rules = rules.by_prometheus(ahead)
    assert moved_rules.since - NOW == moved
    assert moved_rules.by_prometheus(1000.0) == moved_rules
    assert GateRules("up").by_prometheus(90.0) == GateRules("up")


def test_waiting():
    assert waiting_from(options(hold=3.0)) == Waiting(3.0, 300.0, 5.0)
    assert waiting_from(options(hold=300.0)).hold == 300.0
    assert waiting_from(options(wait_timeout=0.0)).timeout == 0.0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wait_timeout": -1.0}, "wait_timeout"),
        ({"wait_timeout": float("inf")}, "wait_timeout"),
        ({"wait_timeout": 1e10, "delay": 1e10}, "wait_timeout"),
        ({"delay": 1e10}, "delay"),
        ({"hold": -1.0}, "hold"),
        ({"hold": 301.0}, "hold"),
        ({"hold": float("nan")}, "hold"),
        ({"delay": 0.0}, "delay"),
        ({"delay": float("nan")}, "delay"),
    ],
)
def test_refused_waiting(changed, words):
    with pytest.raises(SysmonError, match=words) as error:
        waiting_from(options(**changed))
    assert error.value.kind == "config"


def test_identities():
    assert identities_from(options()) is None
    assert identities_from(options(identities=["a"])) == ["a"]
    for wrong in ([], ["a", " "]):
        with pytest.raises(SysmonError, match="identities"):
            identities_from(options(identities=wrong))
