# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each class of drift, planted alone and found; none on a clean fleet."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.drift import (
    CLASSES,
    count_drift,
    drift_of_desired,
    drift_of_targets,
    missing_targets,
    resolve_desired,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Directory, Selector, Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.sampled import SampleQuery, sampled_hosts
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget, survey
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP, OFFICE = Workspace("w1", "shop"), Workspace("w2", "office")
SERVERS = [Server("h1", "web-1", "10.0.0.1"), Server("h2", "web-2", "10.0.0.2")]
QUERY = SampleQuery("up", "instance", 600000)


def target(number, target_id=None, **fields):
    given = {"hostname": f"web-{number}", "ip": f"10.0.0.{number}", "result_code": 0, "last_modified_at": "1", **fields}
    return Target(f"h{number}", given.pop("port", 9100), target_id=target_id or f"t{number}", **given)


def entry(name, port=9100):
    return Entry(Selector("hostname", (name,)), port)


def drift(targets, desired=None, others=(), seen=None):
    found = survey([PlacedTarget(SHOP, each) for each in targets], SERVERS)
    wanted = None if desired is None else resolve_desired(SHOP, desired, Directory(SERVERS))
    sampled = None if seen is None else sampled_hosts([{"labels": {"instance": value}} for value in seen], "instance")
    drifts = drift_of_targets(found, wanted, QUERY if sampled else None, sampled)
    if wanted:
        everywhere = [PlacedTarget(SHOP, each) for each in targets] + [PlacedTarget(OFFICE, each) for each in others]
        drifts += drift_of_desired(wanted, missing_targets(wanted, found), everywhere)
    return drifts


BOTH = [target(1), target(2)]
WEB = [entry("web-1"), entry("web-2")]


@pytest.mark.parametrize(
    ("targets", "desired", "seen", "expected"),
    [
        (BOTH, None, None, []),
        (BOTH, WEB, ["web-1", "web-2"], []),
        (BOTH, WEB + WEB, None, []),
        ([target(1, result_code=None)], None, None, []),
        ([], [], None, []),
        ([target(1)], WEB, None, [("missing", "web-2")]),
        ([], WEB + WEB, None, [("missing", "web-1"), ("missing", "web-2")]),
        (BOTH, WEB[:1], None, [("unexpected", "web-2")]),
        (BOTH, [], None, [("unexpected", "web-1"), ("unexpected", "web-2")]),
        ([target(3)], None, None, [("orphaned", "web-3")]),
        ([target(3)], [], None, [("orphaned", "web-3")]),
        ([target(1), target(1, "t0")], None, None, [("doubled", "web-1")]),
        ([target(1, fail_reason="404")], None, None, [("failing", "web-1")]),
        ([target(1, result_code=7)], None, None, [("failing", "web-1")]),
        (BOTH, None, ["web-1:9100"], [("silent", "web-2")]),
        ([target(1, fail_reason="404")], None, [], [("failing", "web-1")]),
        ([target(1)], [entry("web-1"), entry("web-9"), entry("WEB-9")], None, [("unlisted", "web-9")]),
    ],
)
def test_classes(targets, desired, seen, expected):
    found = drift(targets, desired, seen=seen)
    assert [(each.drift, each.target.hostname) for each in found] == expected
    assert all(each.reason for each in found)
    assert sum(count_drift(found).values()) == len(expected)


@pytest.mark.parametrize(
    ("there", "elsewhere", "expected"), [(4, 0, []), (3, 2, ["over_limit"]), (0, 5, ["over_limit"])]
)
def test_limit(there, elsewhere, expected):
    ports = range(1, there + 1)
    desired = [entry("web-1", port) for port in [*ports, 9100]]
    others = [target(1, f"o{port}", port=port) for port in range(1, elsewhere + 1)]
    found = drift([target(1, f"t{port}", port=port) for port in ports], desired, others)
    assert [each.drift for each in found] == (expected or ["missing"])


def test_the_limit_counts_what_is_missing_too():
    found = drift([], [entry("web-1", port) for port in range(1, 8)])
    assert [each.drift for each in found] == ["missing"] * 5 + ["over_limit"] * 2


def test_replaced():
    (found,) = drift([target(3, hostname="web-1", ip="10.0.0.1")])
    assert (found.drift, "server h1 now has its name" in found.reason) == ("orphaned", True)


def test_reasons_of_the_service():
    assert [each.reason for each in drift([target(1, fail_reason="404 Not Found")])] == ["404 Not Found"]
    assert "result code 7" in drift([target(1, result_code=7)])[0].reason


def test_ambiguous():
    twins = Directory([Server("a", "twin"), Server("b", "twin")])
    with pytest.raises(SysmonError) as error:
        resolve_desired(SHOP, [entry("twin")], twins)
    assert error.value.kind == "ambiguous"


def test_result():
    (found,) = drift([], [entry("web-1")])
    shown = found.to_result()
    assert {name: shown[name] for name in ("target_id", "host_id", "workspace", "health", "drift")} == {
        "target_id": None,
        "host_id": "h1",
        "workspace": "shop",
        "health": None,
        "drift": "missing",
    }
    assert tuple(count_drift([])) == CLASSES
