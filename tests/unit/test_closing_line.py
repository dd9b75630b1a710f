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


@pytest.mark.parametrize(("parts", "code", "order", "last"), RUNS)
def test_closing(parts, code, order, last, tmp_path):
    report = tmp_path / "report.json"
    sessions = [{"name": name, "result": result, "duration": seconds} for name, result, seconds in parts]
    report.write_text(json.dumps({"sessions": [{"name": "test", "result": "success", "duration": 0}, *sessions]}))
    run = subprocess.run([sys.executable, str(TOOL), str(report)], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    assert run.returncode == code
    assert [line.split()[-1] for line in lines if " s  " in line] == order
    assert lines[-1] == last
