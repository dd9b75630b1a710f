# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Close a run: one line per nox session of the report, the slowest last, and how many passed and failed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path


def main(report: Path) -> int:
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"] if report.is_file() else []
    parts = [session for session in sessions if session["name"] not in ("test", "matrix")]
    count = Counter(part["result"] for part in parts)
    print()
    for part in sorted(parts, key=lambda part: part["duration"]):
        print(f"{part['result']:>8}  {part['duration']:6.1f} s  {part['name']}")
    if not count["success"]:
        print("Nothing was run to success.")
    failed = count["failed"] + count["aborted"]
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{sum(part['duration'] for part in parts) / 60:.1f} minutes")
    print(f"{count['success']} passed, {failed} failed{skipped}", flush=True)
    return 0 if count["success"] and not failed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
