# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of each orphan and double, as a table."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.prune import (
    confirmed,
    is_undecided,
    plan_prune,
    removes_orphans,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.prune_rules import prune_rules_from
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.sampled import sampled_hosts
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget, survey
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w1", "shop")
SERVERS = [Server("h1", "web-1", "10.0.0.1"), Server("h2", "web-2", "10.0.0.2")]
LISTED = Target("h1", 9100, hostname="web-1", ip="10.0.0.1", target_id="t1", last_modified_at="1")
OPTIONS = {
    "silent_for": "24h",
    "max_share": 20,
    "protect": None,
    "query": "up",
    "label": "instance",
    "max_workers": 8,
    "rate_limit": None,
}


def orphan(**fields):
    given = {"hostname": "old", "ip": "10.0.9.9", "target_id": "t9", "last_modified_at": "1", **fields}
    return Target("gone", 9100, **given)


def decided(targets, seen=("10.0.0.1:9100",), workspace=SHOP, **options):
    rules = prune_rules_from({**OPTIONS, **options})
    found = survey([PlacedTarget(workspace, target) for target in targets], SERVERS)
    sampled = None
    if is_undecided(found, rules):
        sampled = sampled_hosts([{"labels": {"instance": value}} for value in seen], "instance")
    plan = plan_prune(found, rules, sampled)
    return (
        {decision.placed.target.target_id: decision.reason for decision in plan.removed},
        {decision.placed.target.target_id: decision.reason for decision in plan.kept},
    )


@pytest.mark.parametrize(
    ("fields", "options", "seen", "removed", "words"),
    [
        ({}, {}, ["10.0.0.1:9100"], True, "no sample in the last 1d"),
        ({}, {}, ["10.0.0.1:9100", "10.0.9.9:9100"], False, "It had a sample"),
        ({}, {}, ["10.0.0.1:9100", "10.0.9.9:1"], False, "It had a sample"),
        ({}, {}, ["web-1", "OLD"], False, "It had a sample"),
        ({}, {"silent_for": "0s"}, [], True, "not checked"),
        ({}, {"protect": ["o?d"]}, ["10.0.0.1:9100"], False, "protected by o?d"),
        ({}, {"protect": ["db-*", "OLD"]}, ["10.0.0.1:9100"], False, "protected by OLD"),
        ({}, {"protect": ["ol"]}, ["10.0.0.1:9100"], True, "no sample"),
        ({}, {"protect": ["*"], "silent_for": "0s"}, [], False, "protected by *"),
        ({"hostname": None}, {"protect": ["db-*"]}, ["10.0.0.1:9100"], False, "no host name"),
        ({"hostname": None}, {}, ["10.0.0.1:9100"], True, "no sample"),
        ({"ip": None}, {}, ["10.0.0.1:9100"], False, "none of the names"),
        ({"ip": "10.0.0.300"}, {}, ["10.0.0.1:9100"], False, "none of the names"),
        ({"ip": None}, {}, ["web-1:9100"], True, "no sample"),
        (
            {"hostname": "web-2", "ip": "10.0.0.2"},
            {},
            ["10.0.0.2:9100"],
            True,
            "server h2 now has its name and address",
        ),
        ({"hostname": "web-2", "ip": "10.0.0.2"}, {"protect": ["web-*"]}, [], False, "protected"),
        ({"hostname": "web-2", "ip": "10.0.0.1"}, {}, ["10.0.0.1:9100"], False, "It had a sample"),
    ],
)
def test_orphans(fields, options, seen, removed, words):
    gone, kept = decided([LISTED, orphan(**fields)], seen, **options)
    assert set(gone if removed else kept) == {"t9"}
    assert not (kept if removed else gone)
    assert words in (gone if removed else kept)["t9"]


@pytest.mark.parametrize("seen", [[], ["10.0.9.9:9100"], ["somewhere:9100"]])
def test_a_query_that_shows_nothing_proves_nothing(seen):
    with pytest.raises(SysmonError) as error:
        decided([LISTED, orphan()], seen)
    assert (error.value.kind, "cannot tell which" in str(error.value)) == ("config", True)


def test_without_any_listed_target_nothing_is_proven():
    with pytest.raises(SysmonError, match="cannot tell which"):
        decided([orphan()], ["10.0.0.1:9100"])


def test_without_an_answer_an_orphan_stays():
    rules = prune_rules_from(OPTIONS)
    plan = plan_prune(survey([PlacedTarget(SHOP, LISTED), PlacedTarget(SHOP, orphan())], SERVERS), rules, None)
    assert not plan.removed
    assert "is unknown" in plan.kept[0].reason


def test_doubles():
    double = Target("h1", 9100, hostname="web-1", target_id="t2", last_modified_at="2")
    gone, kept = decided([double, LISTED])
    assert (gone, kept) == ({"t2": "It duplicates target t1, which is older."}, {})
    assert decided([double, LISTED], protect=["web-?"]) == ({}, {})


def test_doubles_of_an_orphan_that_stays():
    gone, kept = decided(
        [LISTED, orphan(), orphan(target_id="t8", last_modified_at="0")], ["10.0.0.1:9100", "10.0.9.9:9100"]
    )
    assert (set(gone), set(kept)) == ({"t9"}, {"t8"})


def test_doubles_of_an_orphan_that_goes():
    gone, _kept = decided([LISTED, orphan(), orphan(target_id="t8")])
    assert set(gone) == {"t8", "t9"}


def test_default_workspaces():
    default = Workspace("w3", "@Linux", reserved_code="LINUX")
    assert decided([LISTED], workspace=default) == ({}, {})
    with pytest.raises(SysmonError) as error:
        decided([LISTED, orphan()], workspace=default)
    assert error.value.kind == "reserved"


def test_a_double_stays_where_the_older_one_goes():
    # By target ids only the younger one has samples: without the other it is no double.
    seen = ["t1", "t9"]
    gone, kept = decided([LISTED, orphan(), orphan(target_id="t8", last_modified_at="0")], seen)
    assert (set(gone), set(kept)) == ({"t8"}, {"t9"})


@pytest.mark.parametrize(("seen", "goes"), [(["10.0.0.1"], False), (["10.0.0.1", "10.0.0.2"], True)])
def test_samples_of_another_workspace_show_nothing_of_this_one(seen, goes):
    office = Workspace("w2", "office")
    second = Target("h2", 9100, hostname="web-2", ip="10.0.0.2", target_id="t2", last_modified_at="1")
    placed = [PlacedTarget(SHOP, LISTED), PlacedTarget(office, second), PlacedTarget(office, orphan())]
    plan = plan_prune(
        survey(placed, SERVERS),
        prune_rules_from(OPTIONS),
        sampled_hosts([{"labels": {"instance": value}} for value in seen], "instance"),
    )
    assert [each.placed.target.target_id for each in plan.removed] == (["t9"] if goes else [])
    assert all("No listed target of its workspace" in each.reason for each in plan.kept)


def test_ids_that_two_workspaces_share():
    office = Workspace("w2", "office")
    double = Target("h1", 9100, target_id="t2", last_modified_at="2")
    other = Target("h2", 9100, target_id="t2", last_modified_at="1")
    placed = [PlacedTarget(SHOP, LISTED), PlacedTarget(SHOP, double), PlacedTarget(office, other)]
    plan = plan_prune(survey(placed, SERVERS), prune_rules_from(OPTIONS), None)
    assert [each.placed for each in plan.removed] == placed[1:2]


def planned(targets):
    found = survey([PlacedTarget(SHOP, target) for target in targets], SERVERS)
    return found, plan_prune(found, prune_rules_from({**OPTIONS, "silent_for": "0s"}), None)


def test_a_second_look_at_the_server_list():
    double = Target("h1", 9100, target_id="t2", last_modified_at="2")
    found, plan = planned([LISTED, double, orphan()])
    assert removes_orphans(plan, found)
    assert confirmed(plan, found, SERVERS) == plan
    again = confirmed(plan, found, [*SERVERS, Server("GONE")])
    assert [each.placed.target.target_id for each in again.removed] == ["t2"]
    assert [each.placed.target.target_id for each in again.kept] == ["t9"]
    assert "is listed now" in again.kept[0].reason
    with pytest.raises(SysmonError, match="server list is empty"):
        confirmed(plan, found, [])
    found, plan = planned([LISTED, double])
    assert not removes_orphans(plan, found)
