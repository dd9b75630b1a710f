# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a gate is met."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate import (
    Judged,
    Series,
    all_met,
    judge,
    read_series,
    undecided,
    wanted_from,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_rules import GateRules
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.samples import QueryResult

NOW = 1_700_000_000.5
RULES = GateRules("up", selector="up", max_age=150.0)
ANY = GateRules("up")


def series(name="a", value="1", age=13.0, label="instance"):
    return Series({label: name}, value, None if age is None else NOW - age)


@pytest.mark.parametrize(
    ("found", "rules", "reason"),
    [
        ([series()], RULES, None),
        ([series(age=150.0)], RULES, None),
        ([series(age=243.0)], RULES, "Its last sample is 243 s old, more than max_age (150 s)."),
        ([series(age=283.0)], RULES, "Its last sample is 283 s old, more than max_age (150 s)."),
        ([series(age=None)], RULES, "Its last sample is more than 300 s old."),
        ([series(age=None)], ANY, None),
        ([series(value="0")], RULES, "Its value is 0."),
        ([series(value="-0")], RULES, "Its value is 0."),
        ([series(value="NaN")], RULES, "Its value is NaN."),
        ([series(value="NaN")], GateRules("up", below=3.0), "Its value is NaN."),
        ([series(value=None)], RULES, "Its value is a histogram, not a number."),
        ([series(value="-1")], RULES, None),
        ([series(value="+Inf")], GateRules("up", above=1.0), None),
        ([series(value="1")], GateRules("up", above=1.0), "Its value is 1, not above 1."),
        ([series(value="0")], GateRules("up", below=1.0), None),
        ([series(value="1")], GateRules("up", below=1.0), "Its value is 1, not below 1."),
        ([series(value="1.5")], GateRules("up", above=1.0, below=2.0), None),
        ([series(), series("A:9100", "0")], RULES, "Its value is 0."),
        ([series(age=0.4)], GateRules("up", since=int(NOW * 1000) - 500), None),
        (
            [series(age=0.5)],
            GateRules("up", since=int(NOW * 1000) - 500),
            "Its last sample is from 2023-11-14T22:13:20Z, which is not after since (2023-11-14T22:13:20Z).",
        ),
        ([series(age=None)], GateRules("up", since=1), "Its last sample is more than 300 s old."),
        ([series("b")], RULES, "It has no sample."),
        ([series(label="host.name")], RULES, "It has no sample."),
        ([series(label="host.name")], GateRules("up", "host.name"), None),
        ([], RULES, "It has no sample."),
    ],
)
def test_one_identity(found, rules, reason):
    (judged,) = judge(wanted_from(["a"]), found, NOW, rules)
    assert (judged.identity, judged.met, judged.reason) == ("a", reason is None, reason)
    assert all_met([judged]) is (reason is None)


def test_values_and_ages():
    found = [series(), series("b", "0", 20.25), series("b:1", "1"), series("c", "1", None)]
    judged = judge(wanted_from(["a", "b", "c", "d"]), found, NOW, RULES)
    assert [(each.value, each.to_result()["age"]) for each in judged] == [
        ("1", 13.0),
        ("0", 20.25),
        ("1", None),
        (None, None),
    ]
    assert set(judged[0].to_result()) == {"identity", "met", "value", "age", "reason"}


def test_without_identities():
    found = [series(), series("b", "0"), Series({"job": "x", "a": "y"}, "1")]
    judged = judge(None, found, NOW, ANY)
    assert [(each.identity, each.met) for each in judged] == [("a", True), ("b", False), ('{a="y", job="x"}', True)]
    assert judge(None, [], NOW, ANY) == []
    assert not all_met([])


def entry(labels, *moments):
    return {"metric": labels, "values": [[moment, "1"] for moment in moments]}


def test_read_series():
    instant = QueryResult(
        "vector", [{"metric": {"a": "1"}, "value": [NOW, "1"]}, {"metric": {"a": "2"}, "value": [NOW, "0"]}]
    )
    window = QueryResult("matrix", [entry({"a": "1"}, 5, 9.5), entry({"a": "stale"}, 7)])
    found, now = read_series(instant, window)
    assert found == [Series({"a": "1"}, "1", 9.5), Series({"a": "2"}, "0", None)]
    assert now == NOW
    assert read_series(QueryResult("vector", []), None) == ([], 0.0)
    assert read_series(QueryResult("scalar", [NOW, "1"]), None) == ([Series({}, "1")], NOW)
    for kind in ("string", "matrix"):
        with pytest.raises(SysmonError, match=f"query returns a {kind}"):
            read_series(QueryResult(kind, []), None)


def test_a_sample_that_becomes_known_between_the_queries():
    """The value is the one whose time is known: an old value with the time of a new sample would pass."""
    instant = QueryResult("vector", [{"metric": {"a": str(n)}, "value": [NOW, "1"]} for n in range(4)])
    window = QueryResult(
        "matrix",
        [
            {"metric": {"a": "0"}, "values": [[5, "1"], [9.5, "0"]]},
            {"metric": {"a": "1"}, "values": [[5, "1"]], "histograms": [[9.5, {}]]},
            {"metric": {"a": "2"}, "values": []},
        ],
    )
    found, _now = read_series(instant, window)
    assert [(each.value, each.time) for each in found] == [("0", 9.5), (None, 9.5), ("1", None), ("1", None)]


def test_undecided():
    assert undecided(wanted_from(["a"]), "No.") == [Judged("a", False, reason="No.")]
    assert undecided(None, "No.") == []
    assert wanted_from(None) is None
