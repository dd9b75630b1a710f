# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.events import build_event, inert


def test_event():
    event = build_event("nhncloud.sysmon.promql", "up == 0", "firing", 1_700_000_000_000, "a", value="0")
    assert event == {
        "source": "nhncloud.sysmon.promql",
        "type": "firing",
        "id": event["id"],
        "at": "2023-11-14T22:13:20Z",
        "value": "0",
    }
    assert event["id"] == build_event("nhncloud.sysmon.promql", "up == 0", "firing", 1_700_000_000_000, "a")["id"]


@pytest.mark.parametrize(
    "other",
    [
        ("s2", "q", "firing", 0, "a"),
        ("s", "q2", "firing", 0, "a"),
        ("s", "q", "resolved", 0, "a"),
        ("s", "q", "firing", 1, "a"),
        ("s", "q", "firing", 0, "b"),
    ],
)
def test_each_edge_has_its_own_id(other):
    assert build_event(*other)["id"] != build_event("s", "q", "firing", 0, "a")["id"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("web-{1}", "web-{1}"),
        ("{{ lookup('pipe', 'id') }}", "{ { lookup('pipe', 'id') }}"),
        ("{{{%{#", "{ { { %{ #"),
        ({"{{a}}": ["{% b %}", 1, None]}, {"{ {a}}": ["{ % b %}", 1, None]}),
    ],
)
def test_nothing_is_a_template(value, expected):
    assert inert(value) == expected


def test_only_what_the_service_says_is_changed():
    event = build_event("s", "q", "firing", 0, "{{", labels={"a": "{{"}, query="a{b=~'x{{2}}'}")
    assert event["labels"] == {"a": "{ {"}
    assert event["query"] == "a{b=~'x{{2}}'}"
    assert event["id"] != build_event("s", "q", "firing", 0, "{ {")["id"]
