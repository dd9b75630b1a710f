# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.samples import QueryResult

A, B = {"__name__": "up", "instance": "a"}, {"__name__": "up", "instance": "b"}
HISTOGRAM = {"count": "3", "sum": "4.5", "buckets": [[0, "1", "2", "3"]]}


def test_samples_are_sorted_by_labels():
    entries = [
        {"metric": B, "value": [2, "2"]},
        {"metric": A, "value": [1, "1"]},
        {"metric": {}, "value": [3, "NaN"]},
    ]
    assert QueryResult("vector", entries).samples == [
        {"labels": {}, "value": "NaN", "timestamp": 3},
        {"labels": A, "value": "1", "timestamp": 1},
        {"labels": B, "value": "2", "timestamp": 2},
    ]


def test_a_native_histogram_has_no_value():
    found = QueryResult("vector", [{"metric": A, "histogram": [1, HISTOGRAM]}])
    assert found.samples == [{"labels": A, "value": None, "timestamp": 1, "histogram": HISTOGRAM}]
    assert found.value is None


@pytest.mark.parametrize(
    ("kind", "result", "value"),
    [
        ("scalar", [1, "NaN"], "NaN"),
        ("string", [1, "text"], None),
        ("vector", [], None),
        ("vector", [{"metric": A, "value": [1, "5"]}], "5"),
        ("vector", [{"metric": A, "value": [1, "5"]}, {"metric": B, "value": [1, "5"]}], None),
        ("matrix", [{"metric": A, "values": [[1, "5"]]}], "5"),
        ("matrix", [{"metric": A, "values": [[1, "5"], [2, "5"]]}], None),
        ("matrix", [{"metric": A, "values": [[1, "5"]], "histograms": [[2, HISTOGRAM]]}], None),
        ("matrix", [{"metric": A, "histograms": [[2, HISTOGRAM]]}], None),
    ],
)
def test_the_value_is_that_of_the_only_sample(kind, result, value):
    found = QueryResult(kind, result)
    assert found.value == value
    assert kind == "vector" or found.samples == []


def test_the_limit_counts_series():
    vector = QueryResult("vector", [{"metric": A, "value": [1, "1"]}, {"metric": B, "value": [1, "1"]}])
    assert vector.limited(1).result == vector.result[:1]
    assert vector.limited(2) == vector
    assert vector.limited(None) == vector
    scalar = QueryResult("scalar", [1, "1"])
    assert scalar.limited(1) == scalar
