# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.metadata import first, read_metadata

GAUGE = {"type": "gauge", "help": "x", "unit": ""}


@pytest.mark.parametrize(
    ("endpoint", "data", "read"),
    [
        ("series", [], []),
        ("series", [{"b": "1"}, {"a": "2"}, {"a": "1", "b": "1"}], [{"a": "1", "b": "1"}, {"a": "2"}, {"b": "1"}]),
        ("labels", ["job", "__name__"], ["__name__", "job"]),
        ("label_values", ["b", "", "a"], ["", "a", "b"]),
        ("metadata", {"up": [GAUGE], "load": [GAUGE, {**GAUGE, "new": 1}]}, None),
        ("metadata", {}, {}),
    ],
)
def test_data_comes_in_a_stable_order(endpoint, data, read):
    assert read_metadata(endpoint, data) == (data if read is None else read)
    assert list(read_metadata(endpoint, data)) == (sorted(data) if read is None else list(read))


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("series", None),
        ("series", {}),
        ("series", ["up"]),
        ("series", [{"a": 1}]),
        ("labels", None),
        ("labels", "ab"),
        ("labels", [1]),
        ("label_values", {"a": "b"}),
        ("label_values", [None]),
        ("metadata", None),
        ("metadata", []),
        ("metadata", {"up": GAUGE}),
        ("metadata", {"up": ["gauge"]}),
        ("metadata", {"up": [{"type": {}}]}),
    ],
)
def test_anything_else_is_a_protocol_error(endpoint, data):
    with pytest.raises(SysmonError, match=r"^[a-z ]+ failed: the data is not") as raised:
        read_metadata(endpoint, data)
    assert (raised.value.kind, raised.value.call) == ("protocol", endpoint)


def test_the_limit_counts_entries():
    assert first(["a", "b"], 1) == ["a"]
    assert first({"a": [], "b": []}, 1) == {"a": []}
    assert first(["a", "b"], 2) == first(["a", "b"], None) == ["a", "b"]
