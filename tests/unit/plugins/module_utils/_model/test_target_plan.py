# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries become targets, and targets a plan."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Directory, Selector, Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.target_plan import (
    desired_target,
    over_limit,
    plan_targets,
    unwanted_targets,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target


def there(target_id, host_id, port, **more):
    return Target(host_id, port, target_id=target_id, **more)


A, B = there("t1", "h1", 9100), there("t2", "h2", 9100)
A_AGAIN = there("t3", "h1", 9100)
OLD, NEW = (there(f"d{day}", "h1", 9100, last_modified_at=f"2026-01-0{day}") for day in (1, 2))
UUID = "0b8e2c11-6a3e-4a57-9c43-aabbccddeeff"
WANT_A, WANT_B, WANT_C = Target("h1", 9100), Target("h2", 9100), Target("h1", 8080)


@pytest.mark.parametrize(
    ("wanted", "observed", "rules", "made", "removed", "kept"),
    [
        ([], [A, B], {}, [], [], []),
        ([WANT_A], [], {}, [WANT_A], [], []),
        ([WANT_A], [A, B], {}, [], [], [A]),
        ([WANT_C], [A], {}, [WANT_C], [], []),  # another port is another target
        ([WANT_A, WANT_B], [B], {}, [WANT_A], [], [B]),
        ([WANT_A, WANT_A], [], {}, [WANT_A], [], []),  # named twice, made once
        ([WANT_A], [A, A_AGAIN], {}, [], [], [A]),  # doubles are left alone
        # absent
        ([WANT_A], [], {"absent": True}, [], [], []),
        ([WANT_A], [A, B], {"absent": True}, [], [A], []),
        ([WANT_A], [A, B, A_AGAIN], {"absent": True}, [], [A, A_AGAIN], []),
        ([WANT_A, WANT_A], [A], {"absent": True}, [], [A], []),
        ([WANT_C], [A], {"absent": True}, [], [], []),
        # purge
        ([WANT_A], [A, B], {"purge": True}, [], [B], [A]),
        ([WANT_A], [A, A_AGAIN], {"purge": True}, [], [A_AGAIN], [A]),
        ([WANT_A], [NEW, OLD, A], {"purge": True}, [], [NEW, A], [OLD]),  # the same one as sysmon_prune
        ([Target(UUID, 1)], [there("u", UUID.upper(), 1)], {"purge": True}, [], [], [there("u", UUID.upper(), 1)]),
        ([WANT_A], [B], {"purge": True}, [WANT_A], [B], []),
        ([WANT_A, WANT_B], [A, B], {"purge": True}, [], [], [A, B]),
    ],
)
def test_plan(wanted, observed, rules, made, removed, kept):
    plan = plan_targets(wanted, observed, **rules)
    assert [change.after for change in plan.changes if change.after] == made
    assert [change.before for change in plan.changes if change.before] == removed
    assert list(plan.kept) == kept
    assert plan.changed == bool(made or removed)


SERVERS = Directory(
    [Server("h1", "web-1", "10.0.0.1", "p", "i-1"), Server("h2", "twin", "10.0.0.2"), Server("h3", "twin", "10.0.0.3")]
)
TARGETS = Directory(
    [
        there("t0", "h1", 9100, hostname="former", ip="10.0.0.1"),  # listed under another name meanwhile: no orphan
        there("t1", "gone-1", 9100, hostname="web-1", ip="10.0.0.1"),  # of the server that had this name before
        there("t2", "gone-2", 9100, hostname="Old", ip="10.0.9.2"),
        there("t3", "gone-2", 8080, hostname="Old", ip="10.0.9.2"),
        there("t4", "gone-3", 9100, hostname="double", ip="10.0.9.3"),
        there("t5", "gone-4", 9100, hostname="double", ip="10.0.9.4"),
    ]
)


def entry(by, *values, port=9100):
    return Entry(Selector(by, values), port)


@pytest.mark.parametrize(
    ("wanted", "host_ids"),
    [
        (entry("hostname", "WEB-1"), ["h1", "gone-1"]),
        (entry("ip", "10.0.0.1"), ["h1", "gone-1"]),
        (entry("instance_id", "i-1"), ["h1"]),
        (entry("host_id", "h1"), ["h1"]),
        (entry("hostname", "former"), [None]),
        (entry("hostname", "old"), ["gone-2"]),
        (entry("hostname", "double"), ["gone-3", "gone-4"]),
        (entry("ip", "::ffff:10.0.9.2"), ["gone-2"]),
        (entry("ip", "192.0.2.9", "10.0.9.2"), ["gone-2"]),
        (entry("ip", "10.0.9.2", "10.0.9.3"), ["gone-2", "gone-3"]),
        (entry("host_id", "gone-3"), ["gone-3"]),
        (entry("host_id", "nobody"), ["nobody"]),
        (entry("hostname", "nobody"), [None]),
        (entry("ip", "192.0.2.9"), [None]),
    ],
)
def test_unwanted(wanted, host_ids):
    found = unwanted_targets(wanted, SERVERS, TARGETS)
    assert [(target.host_id, target.port) for target in found] == [(host_id, 9100) for host_id in host_ids]


def test_unwanted_ambiguous():
    with pytest.raises(SysmonError) as caught:
        unwanted_targets(entry("hostname", "twin"), SERVERS, TARGETS)
    assert caught.value.kind == "ambiguous"
    assert all(words in str(caught.value) for words in ("h2 (10.0.0.2)", "h3 (10.0.0.3)", "instance_id"))


@pytest.mark.parametrize(
    ("observed", "wanted", "refused"),
    [
        (0, 5, []),
        (0, 7, [6, 7]),
        (3, 3, [3]),
        (5, 1, [1]),
        (9, 1, [1]),  # doubles count
    ],
)
def test_over_limit(observed, wanted, refused):
    there_already = [there(f"t{port}", "h1", 1000 + port) for port in range(observed)] + [B]
    plan = plan_targets([*(Target("h1", port) for port in range(1, wanted + 1)), Target("h3", 1)], there_already)
    found = over_limit(plan, there_already)
    assert sorted(found) == [("h1", port) for port in refused]
    assert {error.kind for error in found.values()} <= {"bad_input"}


def test_unwanted_by_an_instance_that_is_gone():
    with pytest.raises(SysmonError) as caught:
        unwanted_targets(entry("instance_id", "i-9"), SERVERS, TARGETS)
    assert caught.value.kind == "not_found"
    assert "host_id" in caught.value.hint


def test_desired():
    assert desired_target(entry("instance_id", "i-1", port=8080), SERVERS) == Target(
        "h1", 8080, hostname="web-1", ip="10.0.0.1"
    )
    with pytest.raises(SysmonError):
        desired_target(entry("hostname", "old"), SERVERS)
