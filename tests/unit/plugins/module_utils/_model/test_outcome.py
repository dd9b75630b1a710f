# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.change import Change, Plan
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.desired import DesiredTargets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Selector
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.outcome import (
    EntryResult,
    Report,
    WriteResults,
    predicted,
    record_outcomes,
    refused,
    summarise,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.outcome_errors import (
    report_error,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w1", "shop")
NEW = Target("h1", 9100, hostname="web-1", ip="10.0.0.1")
OLD = Target("h2", 9100, hostname="web-2", ip="10.0.0.2", target_id="t2")
DOUBLE = Target("h2", 9100, hostname="web-2", ip="10.0.0.2", target_id="t3")


def desired(**rules):
    return DesiredTargets("shop", None, [], **rules)


def report_on(*targets):
    entries = [Entry(Selector("hostname", (target.hostname,)), target.port) for target in targets]
    return Report(SHOP, [EntryResult(entry, target, "unchanged") for entry, target in zip(entries, targets)])


def broken(**flags):
    return SysmonError("server", "It broke.", call="create_target", **flags)


def test_created_once_and_unchanged_the_second_time():
    report = report_on(NEW, NEW)
    plan = Plan((Change(None, NEW),))
    record_outcomes(report, desired(), plan, predicted(plan, []))
    assert [entry_result.action for entry_result in report.entry_results] == ["created", "unchanged"]
    assert summarise(report.entry_results, 0) == {"created": 1, "deleted": 0, "unchanged": 1, "failed": 0, "purged": 0}
    assert report.changed is True
    assert report.diff() == {
        "before": {"workspace": "shop", "targets": []},
        "after": {"workspace": "shop", "targets": [{"hostname": "web-1", "ip": "10.0.0.1", "port": 9100}]},
    }


def test_kept():
    report = report_on(Target("h2", 9100, hostname="web-2"))
    record_outcomes(report, desired(), Plan(kept=(OLD,)), WriteResults({}, []))
    assert (report.entry_results[0].target, report.entry_results[0].action, report.changed) == (OLD, "unchanged", False)


@pytest.mark.parametrize(
    ("removed", "actions", "changed"),
    [
        ([(OLD, True)], ["deleted", "unchanged"], True),
        ([(OLD, True), (DOUBLE, True)], ["deleted", "unchanged"], True),
        ([(OLD, False)], ["unchanged", "unchanged"], False),  # gone already
        ([(OLD, False), (DOUBLE, True)], ["deleted", "unchanged"], True),
        ([(OLD, True), (DOUBLE, broken())], ["failed", "failed"], True),
        ([(OLD, broken())], ["failed", "failed"], False),
        ([(OLD, broken(outcome_unknown=True))], ["failed", "failed"], True),  # may have been done
        ([], ["unchanged", "unchanged"], False),
    ],
)
def test_removed(removed, actions, changed):
    report = report_on(Target("h2", 9100, hostname="web-2"), Target("h2", 9100, hostname="web-2"))
    plan = Plan(tuple(Change(target, None) for target, _result in removed))
    record_outcomes(report, desired(absent=True), plan, WriteResults({}, removed))
    assert [entry_result.action for entry_result in report.entry_results] == actions
    assert report.changed is changed


GONE = Target("h9", 9100, hostname="web-2", ip="10.0.0.2", target_id="t9")


@pytest.mark.parametrize(
    ("removed", "first", "second", "target"),
    [
        ([(OLD, True), (GONE, True)], ("deleted", True), ("unchanged", False), "t2"),
        ([(GONE, True)], ("deleted", True), ("unchanged", False), "t9"),  # the server itself has no target
        ([(OLD, True), (GONE, broken())], ("failed", True), ("unchanged", False), "t9"),
        ([(OLD, broken()), (GONE, True)], ("failed", True), ("failed", False), "t2"),
        ([(OLD, broken()), (GONE, broken())], ("failed", False), ("failed", False), "t2"),
    ],
)
def test_removed_with_orphans(removed, first, second, target):
    report = report_on(Target("h2", 9100, hostname="web-2"), Target("h2", 9100, hostname="web-2"))
    report.entry_results[0].orphans = (Target("h9", 9100),)
    record_outcomes(report, desired(absent=True), Plan(), WriteResults({}, removed))
    found = [(entry_result.action, entry_result.changed) for entry_result in report.entry_results]
    assert found == [first, second]
    assert report.entry_results[0].target.target_id == target


def test_more_than_a_server_may_have():
    targets = [Target("h1", port, hostname="web-1") for port in range(1, 8)]
    report = report_on(*targets)
    plan = Plan((*(Change(None, target) for target in targets), Change(OLD, None)))
    record_outcomes(report, desired(purge=True), plan, predicted(plan, [Target("h1", 99), Target("h2", 1)]))
    assert [entry_result.action for entry_result in report.entry_results] == ["created"] * 4 + ["failed"] * 3
    assert report.purged == []
    error = report.entry_results[-1].error
    assert (error.kind, error.call) == ("bad_input", "create_target")
    assert "At most five" in error.hint


def test_a_created_one_that_fails_later_is_changed():
    report = report_on(NEW)
    plan = Plan((Change(None, NEW),))
    record_outcomes(report, desired(), plan, predicted(plan, []))
    report.entry_results[0].fail(broken())
    found = report.entry_results[0].to_result(SHOP)
    assert (found["action"], found["changed"]) == ("failed", True)


def test_those_without_a_server_stay_failed():
    report = report_on(NEW, NEW)
    report.entry_results[0].fail(SysmonError("not_found", "No server."))
    plan = Plan((Change(None, NEW),))
    record_outcomes(report, desired(), plan, predicted(plan, []))
    assert [entry_result.action for entry_result in report.entry_results] == ["failed", "created"]


@pytest.mark.parametrize("outcome_unknown", [True, False])
def test_a_failed_create(outcome_unknown):
    report = report_on(NEW)
    plan = Plan((Change(None, NEW),))
    record_outcomes(report, desired(), plan, WriteResults({NEW.key: broken(outcome_unknown=outcome_unknown)}, []))
    assert report.entry_results[0].action == "failed"
    assert report.changed is outcome_unknown
    assert report.diff()["after"]["targets"] == []


def test_purged():
    report = report_on(NEW)
    plan = Plan((Change(None, NEW), Change(OLD, None), Change(DOUBLE, None)))
    record_outcomes(report, desired(purge=True), plan, WriteResults({NEW.key: NEW}, [(OLD, True), (DOUBLE, False)]))
    assert report.purged == [OLD]
    assert report_error(report, unpurged=False) is None
    assert report.diff()["before"]["targets"] == [{"hostname": "web-2", "ip": "10.0.0.2", "port": 9100}]


def many(count):
    return [Target(f"h{number}", 9100, hostname=f"host-{number}", target_id=f"t{number}") for number in range(count)]


def test_a_purge_that_fails_tells_few_reasons():
    report = report_on(NEW)
    old = many(100)
    plan = Plan((Change(None, NEW), *(Change(target, None) for target in old)))
    results = [(target, SysmonError("server", f"Trouble {target.target_id}.")) for target in old]
    record_outcomes(report, desired(purge=True), plan, WriteResults({NEW.key: NEW}, results))
    error = report_error(report, unpurged=True)
    text = str(error)
    assert error.kind == "server"
    assert "0 of 1 targets of workspace shop failed. 100 others could not be purged." in text
    assert "host-0 port 9100" in text
    assert text.count("Trouble") == 5
    assert "95 more" in text


def test_everything_refused_for_one_reason():
    report = report_on(NEW)
    old = many(100)
    plan = Plan((Change(None, NEW), *(Change(target, None) for target in old)))
    record_outcomes(report, desired(purge=True), plan, refused(plan, SysmonError("reserved", "A default one.")))
    assert [entry_result.action for entry_result in report.entry_results] == ["failed"]
    assert str(report.entry_results[0].error) == "A default one."
    text = str(report_error(report, unpurged=True))
    assert text.count("A default one.") == 1
    assert len(text) < 400
    assert (report.changed, report.purged) == (False, [])


def test_no_failure():
    assert report_error(report_on(NEW), unpurged=True) is None


def test_entry_as_result():
    entry_result = report_on(OLD).entry_results[0]
    assert entry_result.to_result(SHOP) == {
        **OLD.to_result(SHOP),
        "changed": False,
        "action": "unchanged",
        "error": None,
    }
    entry_result.fail(SysmonError("not_found", "No server.", hint="Wait."))
    result = entry_result.to_result(SHOP)
    assert result["action"] == "failed"
    assert result["error"] == {
        "kind": "not_found",
        "call": None,
        "http_status": None,
        "result_code": None,
        "result_message": None,
        "hint": "Wait.",
        "message": "No server. Wait.",
    }
