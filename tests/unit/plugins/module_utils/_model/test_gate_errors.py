# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of gates that are not met: counts, few reasons, and the label values that were seen."""

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate import Judged, Series
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_errors import gate_error, seen_names
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.gate_rules import GateRules

RULES = GateRules("up", selector="up", max_age=150.0)


def series(name):
    return Series({"instance": name}, "1")


def test_failure_has_counts_and_five_reasons():
    judged = [
        Judged(f"h{number}", number < 10, "1" if number < 10 else None, reason="It has no sample.")
        for number in range(1000)
    ]
    error = gate_error(judged, RULES, 300.2, None, "'x'")
    assert error.kind == "timeout"
    assert error.message == (
        "up: 990 of 1,000 identities not met after 300 s. h10, h11, h12, h13, h14 and 985 more: It has no sample."
    )
    assert error.hint == "Values of instance seen: 'x'."
    many = [Judged(f"h{number}", False, "0", reason=f"Reason {number}.") for number in range(7)]
    error = gate_error(many, RULES, 1.0, None, "none")
    assert (str(error).count("Reason"), "2 more reasons." in str(error), error.hint) == (5, True, None)


def test_failure_of_all():
    assert str(gate_error([], RULES, 2.0, None, "none")) == "up is not met after 2 s: it returns no series."
    assert (
        str(gate_error([Judged("a", False)], RULES, 2.0, "The query failed.", ""))
        == "up is not met after 2 s: The query failed."
    )


def test_seen_names():
    assert (
        seen_names([series(f"h{number}") for number in range(7)], "instance") == "'h0', 'h1', 'h2', 'h3', 'h4', 2 more"
    )
    assert seen_names([series("a")], "other") == "none"
