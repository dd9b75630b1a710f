# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.server_events import Watch, advance, is_state


def server(host_id, hostname="web"):
    return {"host_id": host_id, "hostname": hostname, "ip": "10.0.0.1", "project_id": "p", "instance_id": None}


def target(target_id, health):
    return {"target_id": target_id, "health": health, "hostname": "web"}


def told(answers, targets=None, **options):
    """The edges of a list of answers, one a second: (type, id, second)."""
    watch = Watch("project p, region kr", absent_for=2000, **options)
    state, found = None, []
    for second, listed in enumerate(answers):
        healths = None if targets is None else targets[second]
        state, events = advance(watch, state, second * 1000, listed, healths)
        for event in events:
            thing = event.get("server") or event["target"]
            found.append((event["type"], thing.get("target_id") or thing["host_id"], second))
    return found


A, B, C = server("a"), server("b"), server("c")


@pytest.mark.parametrize(
    ("answers", "options", "expected"),
    [
        ([[A], [A, B]], {}, [("appeared", "b", 1)]),
        ([[A]], {"report_existing": True}, [("appeared", "a", 0)]),
        ([[], [A]], {}, [("appeared", "a", 1)]),
        ([[A, B], [A], [A], [A], [A]], {}, [("gone", "b", 3)]),
        ([[A, B], [A], [A, B], [A], [A, B]], {}, []),
        ([[A, B], [A], [A], [A], [A, B]], {}, [("gone", "b", 3), ("appeared", "b", 4)]),
        # An empty list says nothing, however often it comes.
        ([[A, B], [], [], [], [], [A, B]], {}, []),
        ([[A, B], [], [], [], [], [A]], {}, []),
        ([[A], [server("a", "db")]], {}, [("renamed", "a", 1)]),
        # A name that is left out once is no new name, nor is its return.
        ([[A], [server("a", None)], [A]], {}, []),
        ([[A], [server("a", None)], [server("a", "db")]], {}, [("renamed", "a", 2)]),
        ([[A], [A, A]], {}, []),
        # A list that shrinks to nothing, and one that is cut for less than absent_for.
        ([[A, B, C], [A, B], [A], [], [], [], [A, B, C]], {}, []),
        ([[A, B, C], [A], [A, B, C], [A], [A, B, C]], {}, []),
        # A server that flaps: gone only where it was away for absent_for at a stretch.
        ([[A, B], [A], [A, B], [A], [A], [A], [A, B]], {}, [("gone", "b", 5), ("appeared", "b", 6)]),
    ],
)
def test_servers(answers, options, expected):
    assert told(answers, **options) == expected


@pytest.mark.parametrize(
    ("healths", "options", "expected"),
    [
        (["preparing", "preparing", "collecting"], {}, [("collecting", "t", 2)]),
        (
            ["failing", "collecting"],
            {"report_existing": True},
            [("appeared", "a", 0), ("failing", "t", 0), ("collecting", "t", 1)],
        ),
        ([None, "preparing"], {}, [("preparing", "t", 1)]),
        (["collecting", None, "collecting"], {}, []),
        (["collecting", None, "failing"], {}, [("failing", "t", 2)]),
    ],
)
def test_targets(healths, options, expected):
    targets = [[target("t", health)] if health else [] for health in healths]
    assert told([[A]] * len(healths), targets, **options) == expected


def test_a_target_that_is_gone_is_forgotten_in_time():
    others = target("u", "collecting")
    answers = [[target("t", "failing"), others], [others], [others], [others], [target("t", "failing"), others]]
    assert told([[A]] * 5, answers) == [("failing", "t", 4)]


def test_targets_that_are_watched_later_are_there_already():
    watch = Watch("p", absent_for=2000)
    state, _events = advance(watch, None, 0, [A])
    state, events = advance(watch, state, 1000, [A], [target("t", "failing")])
    assert events == []


def test_renamed_names_the_old_name():
    watch = Watch("p", absent_for=2000)
    state, _events = advance(watch, None, 0, [A])
    _state, (event,) = advance(watch, state, 1000, [server("a", "db")])
    assert (event["previous"], event["server"]) == ("web", server("a", "db"))


def test_a_clock_that_was_set_back_is_not_waited_for():
    watch = Watch("p", absent_for=2000)
    state, _events = advance(watch, None, 10**9, [A, B])
    state, _events = advance(watch, state, 10**9, [A])
    state, events = advance(watch, state, 1000, [A])
    assert events == []
    _state, (event,) = advance(watch, state, 3000, [A])
    assert event["type"] == "gone"


def test_no_text_of_an_event_is_a_template():
    watch = Watch("p", absent_for=2000)
    state, _events = advance(watch, None, 0, [A])
    state, (event,) = advance(watch, state, 1000, [server("a", "{{ x }}")])
    assert event["server"]["hostname"] == "{ { x }}"
    _state, (event,) = advance(watch, state, 2000, [server("a", "web")])
    assert event["previous"] == "{ { x }}"


ENTRY = {"record": A, "absent_since": None}
TARGET = {"record": target("t", "failing"), "absent_since": 5}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"servers": {}}, True),
        ({"servers": {"a": ENTRY}, "targets": {"t": TARGET}}, True),
        (None, False),
        ([], False),
        ({}, False),
        ({"servers": []}, False),
        ({"servers": {"a": 1}}, False),
        ({"servers": {"a": {"record": A}}}, False),
        ({"servers": {"a": {"record": 1, "absent_since": None}}}, False),
        ({"servers": {"a": {"record": {}, "absent_since": None}}}, False),
        ({"servers": {"a": {"record": A, "absent_since": "x"}}}, False),
        ({"servers": {}, "targets": {"a": ENTRY}}, False),
    ],
)
def test_is_state(state, expected):
    assert is_state(state) is expected
