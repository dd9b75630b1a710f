# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of ./dev test: the slowest parts last, skipped ones never counted as passed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools/closing_line.py"
RUNS = [
    ([("units", "success", 90), ("sanity", "success", 30)], 0, ["sanity", "units"], "2 passed, 0 failed"),
    ([("e2e", "skipped", 1), ("units", "success", 9)], 0, ["e2e", "units"], "1 passed, 0 failed, 1 skipped"),
    ([("units", "failed", 9), ("docs", "aborted", 1)], 1, ["docs", "units"], "0 passed, 2 failed"),
    ([("e2e", "skipped", 1)], 1, ["e2e"], "0 passed, 0 failed, 1 skipped"),
    ([], 1, [], "0 passed, 0 failed"),
]


def close(folder, sessions):
    """Exit code and lines of a run with these sessions."""
    report = folder / "reports/test.json"
    report.parent.mkdir()
    report.write_text(json.dumps({"sessions": [{"name": "test", "result": "success", "duration": 0}, *sessions]}))
    run = subprocess.run([sys.executable, str(TOOL), str(report)], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


@pytest.mark.parametrize(("parts", "code", "order", "last"), RUNS)
def test_closing(parts, code, order, last, tmp_path):
    sessions = [{"name": name, "result": result, "duration": seconds} for name, result, seconds in parts]
    found, lines = close(tmp_path, sessions)
    assert found == code
    assert [line.split()[-1] for line in lines if " s  " in line] == order
    assert lines[-1] == last


def test_a_skipped_part_says_why(tmp_path):
    skipped = {"name": "e2e", "result": "skipped", "duration": 0, "reason": "needs root"}
    assert close(tmp_path, [skipped])[1][1] == " skipped     0.0 s  e2e: needs root"


def test_the_matrix_is_a_table(tmp_path):
    row = "matrix-units-core-2.16-python-3.1"
    (tmp_path / "counts").mkdir()
    (tmp_path / f"counts/{row}0.json").write_text('{"tests": 12, "skipped": 3}')
    sessions = [
        {"name": f"{row}0", "result": "success", "duration": 90, "reason": None},
        {"name": f"{row}1", "result": "failed", "duration": 6, "reason": "Command failed"},
        {"name": f"{row}5", "result": "skipped", "duration": 0, "reason": "there is no Python 3.15 here"},
    ]
    assert close(tmp_path, sessions) == (
        1,
        [
            "",
            "| row | result | tests | skipped | minutes |",
            "| --- | --- | --- | --- | --- |",
            "| units-core-2.16-python-3.10 | passed | 12 | 3 | 1.5 |",
            "| units-core-2.16-python-3.11 | failed: Command failed |  |  | 0.1 |",
            "| units-core-2.16-python-3.15 | skipped: there is no Python 3.15 here |  |  | 0.0 |",
            "",
            "1.6 minutes",
            "1 passed, 1 failed, 1 skipped",
        ],
    )


@pytest.mark.parametrize(
    ("static", "code", "last"),
    [
        ([("codespell", "success", 60)], 0, ["2.0 minutes", "2 passed, 0 failed"]),
        ([("codespell", "failed", 60)], 1, ["2.0 minutes", "1 passed, 1 failed"]),
        ([("codespell", "skipped", 60)], 1, ["2.0 minutes", "1 passed, 0 failed, 1 skipped"]),
        (None, 1, ["2.0 minutes", "1 passed, 0 failed"]),
    ],
)
def test_runs_at_once(static, code, last, tmp_path):
    """Each of them has to pass; one without a report has not."""
    runs = {"static": static, "test": [("units", "success", 120)]}
    for name, parts in runs.items():
        if parts:
            sessions = [{"name": part, "result": result, "duration": seconds} for part, result, seconds in parts]
            (tmp_path / f"{name}.json").write_text(json.dumps({"sessions": sessions}))
    reports = [str(tmp_path / f"{name}.json") for name in runs]
    run = subprocess.run([sys.executable, str(TOOL), *reports], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.splitlines()[-2:]) == (code, last)
