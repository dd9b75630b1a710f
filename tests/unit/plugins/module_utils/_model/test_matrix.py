# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of range queries, step by step."""

from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _secrets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.matrix import read_matrix
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.ranges import Range

START = 1_000_000
ASKED = Range(START, START + 2000, 1000)


def matrix(*rows):
    return {"resultType": "matrix", "result": list(rows)}


def test_read_matrix():
    labels = {"instance": "a"}
    steps = list(read_matrix(matrix({"metric": labels, "values": [[1000, "0"], [1002.0, "1"]]}), ASKED))
    key = json.dumps(labels)
    assert steps == [
        (START, {key: (labels, "0")}),
        (START + 1000, {}),
        (START + 2000, {key: (labels, "1")}),
    ]


def test_histograms_have_no_value():
    ((_moment, found), *_rest) = read_matrix(matrix({"metric": {}, "histograms": [[1000, {"count": "3"}]]}), ASKED)
    assert found == {"{}": ({}, None)}


def test_the_appkey_is_redacted_before_series_are_told_apart():
    _secrets.remember("a-secret-appkey")
    try:
        ((_moment, found), *_rest) = read_matrix(
            matrix({"metric": {"x": "a-secret-appkey"}, "values": [[1000, "0"]]}), ASKED
        )
    finally:
        _secrets.forget()
    assert "a-secret-appkey" not in str(found)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"resultType": "vector", "result": []},
        {"resultType": "matrix"},
        matrix(1),
        matrix({}),
        matrix({"metric": {"a": 1}, "values": []}),
        matrix({"metric": {}, "values": 1}),
        matrix({"metric": {}, "values": [1]}),
        matrix({"metric": {}, "values": [["x", "0"]]}),
        matrix({"metric": {}, "values": [[None, "0"]]}),
        matrix({"metric": {}, "values": [[True, "0"]]}),
        matrix({"metric": {}, "values": [["inf", "0"]]}),
        matrix({"metric": {}, "values": [[999, "0"]]}),
        matrix({"metric": {}, "values": [[1000.5, "0"]]}),
        matrix({"metric": {}, "values": [[1003, "0"]]}),
    ],
)
def test_nonsense_is_no_answer(data):
    with pytest.raises(SysmonError) as failure:
        list(read_matrix(data, ASKED))
    assert failure.value.kind == "protocol"


def steps_of(*rows):
    """What each step of ASKED found, as {instance: value}."""
    steps = read_matrix(matrix(*({"metric": {"instance": name}, "values": values} for name, values in rows)), ASKED)
    return [{labels["instance"]: value for labels, value in found.values()} for _moment, found in steps]


def test_two_rows_of_one_series_are_one():
    assert steps_of(("a", [[1000, "0"]]), ("a", [[1001, "NaN"], [1002, "+Inf"]])) == [
        {"a": "0"},
        {"a": "NaN"},
        {"a": "+Inf"},
    ]
