# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors and warnings about entry results: few reasons, each hint once."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Selector
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.outcome import EntryResult, Report
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.outcome_errors import (
    not_collecting,
    nothing_to_remove,
    report_error,
    shared_hints,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Entry, Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w1", "shop")


def report_on(*targets):
    entries = [Entry(Selector("hostname", (target.hostname,)), target.port) for target in targets]
    return Report(SHOP, [EntryResult(entry, target, "unchanged") for entry, target in zip(entries, targets)])


def many(count):
    return [Target(f"h{number}", 9100, hostname=f"host-{number}", target_id=f"t{number}") for number in range(count)]


@pytest.mark.parametrize(("count", "shared"), [(5, set()), (6, {"Wait."})])
def test_a_hint_of_many_stands_once(count, shared):
    report = report_on(*many(count))
    for number, entry_result in enumerate(report.entry_results):
        entry_result.fail(SysmonError("not_found", f"No server {number}.", hint="Wait."))
    assert shared_hints(report.entry_results) == shared
    assert str(report_error(report, unpurged=False)).count("Wait.") == 1
    told = report.entry_results[0].to_result(SHOP, shared_hints(report.entry_results))["error"]
    assert (told["hint"], told["message"]) == ((None, "No server 0.") if shared else ("Wait.", "No server 0. Wait."))


def test_different_hints_of_one_failure():
    report = report_on(*many(2))
    report.entry_results[0].fail(SysmonError("not_found", "No server.", hint="Wait."))
    report.entry_results[1].fail(SysmonError("ambiguous", "Two servers.", hint="Name one."))
    error = report_error(report, unpurged=False)
    assert error.hint == "Wait. Name one."
    assert str(error).endswith("host-1 port 9100: Two servers. Wait. Name one.")


def test_a_failure_has_at_most_five_reasons():
    report = report_on(*(Target("h", 9100, hostname=f"web-{number}") for number in range(10_000)))
    for number, entry_result in enumerate(report.entry_results):
        entry_result.fail(SysmonError("not_found", f"Reason {number}."))
    error = report_error(report, unpurged=True)
    assert error.kind == "not_found"
    assert "10000 of 10000 targets of workspace shop failed" in str(error)
    assert str(error).count("Reason") == 5
    assert "hostname web-4 port 9100: Reason 4." in str(error)
    assert "9995 more failed." in str(error)
    assert str(error).endswith("Nothing was purged.")
    assert len(str(error)) < 600


def test_the_same_reason_is_told_once():
    report = report_on(*(Target("h", 9100, hostname=f"web-{number}") for number in range(7)))
    for entry_result in report.entry_results[1:]:
        entry_result.fail(SysmonError("server", "It broke.", call="create_target"))
    error = report_error(report, unpurged=False)
    assert str(error).count("It broke.") == 1
    assert "6 of 7" in str(error)
    assert "5 more failed." in str(error)
    assert error.as_result()["call"] == "create_target"


def test_not_collecting_tells_why():
    failing = Target("h", 1, target_id="t", result_code=1, fail_reason="connection refused")
    assert not_collecting(failing, 300).kind == "timeout"
    assert "connection refused" in str(not_collecting(failing, 300))
    assert "300 s" in str(not_collecting(failing, 300))
    preparing = str(not_collecting(Target("h", 1, target_id="t"), 300))
    assert all(words in preparing for words in ("preparing", "wait_timeout"))
    assert "None" not in preparing
    assert "7" in str(not_collecting(Target("h", 1, target_id="t", result_code=7), 300))


@pytest.mark.parametrize(
    ("names", "told"),
    [(["bank", "shop"], " Did you mean shop?"), ([], "")],
)
def test_nothing_to_remove(names, told):
    assert nothing_to_remove("shpo", names) == f"Workspace shpo does not exist, so nothing was removed.{told}"
