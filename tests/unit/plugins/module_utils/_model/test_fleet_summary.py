# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One screen of summary, whatever the number of targets."""

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.fleet_summary import drift_summary, prune_summary

COUNTS = {"targets": 9, "orphans": 2, "doubles": 1, "pruned": 2, "kept": 1, "failed": 0}


def entry(number, **fields):
    known = {
        "workspace": "shop",
        "hostname": f"web-{number}",
        "ip": None,
        "host_id": "h",
        "port": 9100,
        "reason": "Why.",
    }
    return {**known, **fields}


def test_prune():
    result = {"summary": COUNTS, "pruned": [entry(1)], "kept": [entry(2, hostname=None, ip="10.0.0.2")]}
    assert prune_summary(result, False) == [
        "9 targets, 2 orphaned, 1 doubled: 2 were removed, 1 orphaned ones stay, 0 failed.",
        "  shop: web-1 port 9100 removed. Why.",
        "  shop: 10.0.0.2 port 9100 stays. Why.",
    ]
    assert prune_summary(result, True)[1] == "  shop: web-1 port 9100 would be removed. Why."


def test_drift():
    assert drift_summary({"clean": True}) == ["No drift."]
    drifts = [entry(1, drift="missing"), entry(2, drift="unlisted", hostname=None, host_id=None)]
    result = {"clean": False, "drift": drifts, "summary": {"missing": 1, "orphaned": 0, "unlisted": 1}}
    assert drift_summary(result) == [
        "Drift: 1 missing, 1 unlisted.",
        "  shop: web-1 port 9100 missing. Why.",
        "  shop: a server that is not listed port 9100 unlisted. Why.",
    ]


def test_one_screen_and_one_line_each():
    drifts = [entry(number, drift="missing", reason="a\nb" * 999) for number in range(10000)]
    lines = drift_summary({"clean": False, "drift": drifts, "summary": {"missing": 10000}})
    assert len(lines) == 22
    assert lines[-1] == "  … and 9980 more."
    assert all(len(line) < 400 and line.isprintable() for line in lines)
    assert len(prune_summary({"summary": COUNTS, "pruned": drifts, "kept": drifts}, False)) == 23
