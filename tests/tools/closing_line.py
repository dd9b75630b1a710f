# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Close runs: one line per nox session of the reports, the slowest last, and how many passed and failed.

Rows of the matrix become a Markdown table, with the number of tests that each of them left in .nox/counts.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

RESULTS = {"success": "passed", "aborted": "failed"}


def table(rows: list[dict], counts: Path) -> list[str]:
    lines = ["| row | result | tests | skipped | minutes |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        file = counts / f"{row['name']}.json"
        count = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"tests": "", "skipped": ""}
        result = RESULTS.get(row["result"], row["result"])
        why = f": {row['reason']}" if row.get("reason") and result != "passed" else ""
        name = row["name"].removeprefix("matrix-")
        lines.append(f"| {name} | {result}{why} | {count['tests']} | {count['skipped']} | {row['duration'] / 60:.1f} |")
    return lines


def parts_of(report: Path) -> list[dict]:
    """The parts of a run; none where it left no report."""
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"] if report.is_file() else []
    return [session for session in sessions if session["name"] not in ("test", "static", "matrix")]


def main(reports: list[Path]) -> int:
    """Close the runs of these reports, which ran at once."""
    runs = [parts_of(report) for report in reports]
    parts = [part for run in runs for part in run]
    rows = [part for part in parts if part["name"].startswith("matrix-")]
    print()
    if rows:
        print("\n".join(table(rows, reports[0].parents[1] / "counts")) + "\n")
    for part in sorted((part for part in parts if part not in rows), key=lambda part: part["duration"]):
        why = f": {part['reason']}" if part["result"] == "skipped" and part.get("reason") else ""
        print(f"{part['result']:>8}  {part['duration']:6.1f} s  {part['name']}{why}")
    nothing = [report.stem for report, run in zip(reports, runs) if all(part["result"] != "success" for part in run)]
    if nothing:
        print(f"Nothing was run to success: {', '.join(nothing)}.")
    count = Counter(part["result"] for part in parts)
    failed = count["failed"] + count["aborted"]
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{max(sum(part['duration'] for part in run) for run in runs) / 60:.1f} minutes")
    print(f"{count['success']} passed, {failed} failed{skipped}", flush=True)
    return 1 if nothing or failed else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
