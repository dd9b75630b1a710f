# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shapes of query results: what Prometheus documents, and everything else."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.samples import QueryResult, read_result

A, B = {"__name__": "up", "instance": "a"}, {"__name__": "up", "instance": "b"}
HISTOGRAM = {"count": "3", "sum": "4.5", "buckets": [[0, "1", "2", "3"]]}

GOOD = [
    ("vector", []),
    ("vector", [{"metric": A, "value": [1, "1"]}, {"metric": {}, "value": [1.5, "NaN"]}]),
    ("vector", [{"metric": A, "value": [1, "+Inf"]}, {"metric": B, "histogram": [1, HISTOGRAM]}]),
    ("vector", [{"metric": A, "histogram": [1, {"count": "0", "sum": "0"}]}]),
    ("vector", [{"metric": A, "value": [1, "1"], "added_later": "text"}]),
    ("matrix", []),
    ("matrix", [{"metric": A, "values": [[1, "1"], [2, "-Inf"]]}]),
    ("matrix", [{"metric": A, "values": []}]),
    ("matrix", [{"metric": A, "values": [[2, "-0.5"], [1.5, "12"], [3, "1e+21"], [4, "0."]]}]),
    ("matrix", [{"metric": A, "values": [[1, "1"]], "histograms": [[2, HISTOGRAM]]}]),
    ("matrix", [{"metric": A, "histograms": [[2, HISTOGRAM]]}]),
    ("scalar", [1769853600.25, "1e-300"]),
    ("string", [1, "text"]),
]
BAD = [
    None,
    [],
    "vector",
    {},
    {"resultType": "vector"},
    {"resultType": "tensor", "result": []},
    {"resultType": ["vector"], "result": []},
    {"resultType": None, "result": []},
    {"resultType": "vector", "result": None},
    {"resultType": "vector", "result": {}},
    {"resultType": "vector", "result": ["x"]},
    {"resultType": "vector", "result": [{"metric": A}]},
    {"resultType": "vector", "result": [{"value": [1, "1"]}]},
    {"resultType": "vector", "result": [{"metric": [], "value": [1, "1"]}]},
    {"resultType": "vector", "result": [{"metric": {"a": 1}, "value": [1, "1"]}]},
    {"resultType": "vector", "result": [{"metric": {"a": None}, "value": [1, "1"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1, 1]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": ["1", "1"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [True, "1"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [float("inf"), "1"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1, "one"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1, "1", "1"]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": "12"}]},
    {"resultType": "vector", "result": [{"metric": A, "value": {"1": 1, "2": 2}}]},
    {"resultType": "vector", "result": [{"metric": A, "value": None}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1, "1"], "histogram": [1, HISTOGRAM]}]},
    {"resultType": "vector", "result": [{"metric": A, "value": [1, "1"], "deep": [[]]}]},
    {"resultType": "vector", "result": [{"metric": A, "histogram": [1, "x"]}]},
    {"resultType": "vector", "result": [{"metric": A, "histogram": [1, {"count": 1, "sum": "1"}]}]},
    {"resultType": "vector", "result": [{"metric": A, "histogram": [1, {**HISTOGRAM, "buckets": [[0, "1", "2"]]}]}]},
    {"resultType": "vector", "result": [{"metric": A, "histogram": [1, {**HISTOGRAM, "buckets": 5}]}]},
    {"resultType": "vector", "result": [{"metric": A, "histogram": [1, {**HISTOGRAM, "more": {"a": {}}}]}]},
    {"resultType": "matrix", "result": [{"metric": A, "value": [1, "1"]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [1, "1"]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": ["ab"]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [2, "1.2.3"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [2, "1\n2"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [2, ""]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [2, 2]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], ["2", "2"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [True, "2"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [1e15, "2"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[-1e15, "1"], [1, "2"]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"], [2]]}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": None}]},
    {"resultType": "matrix", "result": [{"metric": A, "values": [[1, "1"]], "histograms": {}}]},
    {"resultType": "scalar", "result": []},
    {"resultType": "scalar", "result": None},
    {"resultType": "scalar", "result": [1, "text"]},
    {"resultType": "string", "result": [1, 1]},
    {"resultType": "string", "result": ["1", "1"]},
    {"resultType": "string", "result": "ab"},
]


@pytest.mark.parametrize(("kind", "result"), GOOD)
def test_what_prometheus_documents_is_kept_as_it_is(kind, result):
    assert read_result({"resultType": kind, "result": result}, "query") == QueryResult(kind, result)


@pytest.mark.parametrize(
    "value",
    ["1_0", "\u0661", " 1", "1 ", "0x1", "", "-", ".", "1e", "nan", "inf", "Infinity", "1,5", "1\n2", "--1", "\u00b2"],
)
def test_text_that_is_a_number_only_for_python(value):
    with pytest.raises(SysmonError) as raised:
        read_result({"resultType": "vector", "result": [{"metric": {}, "value": [1, value]}]}, "query")
    assert raised.value.kind == "protocol"


@pytest.mark.parametrize(
    "value", ["1", "-0", "1.", "5e-324", "1e+10", "-1.5E3", "NaN", "+Inf", "-Inf", "Inf", "+1", ".5"]
)
def test_numbers_of_prometheus_and_its_like(value):
    data = {"resultType": "vector", "result": [{"metric": {}, "value": [1, value]}]}
    assert read_result(data, "query").result == data["result"]


@pytest.mark.parametrize("data", BAD)
def test_anything_else_is_a_protocol_error(data):
    with pytest.raises(SysmonError) as raised:
        read_result(data, "query_range")
    assert raised.value.kind == "protocol"
    assert raised.value.call == "query_range"
    assert str(raised.value).startswith("query range failed: the ")
