# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure speed: ./dev bench [PART ...] [--hosts N ...] [--latency MS ...]

Prints Markdown tables, at last one of every figure beside its floor. Fails where a promise of the collection does not
hold. charts.py draws the charts of the documentation from the output.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(HERE.parents[4])).split(os.pathsep)[0])

import drift  # noqa: E402
import fixed  # noqa: E402
import inventory  # noqa: E402
import limits  # noqa: E402
import query  # noqa: E402
import slices  # noqa: E402
import speed  # noqa: E402
from table import print_floors  # noqa: E402

PARTS = {
    "speed": speed.run,
    "fixed": fixed.run,
    "limits": limits.run,
    "slices": slices.run,
    "drift": drift.run,
    "inventory": inventory.run,
    "query": query.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measure speed.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them if none is named")
    parser.add_argument("--hosts", nargs="+", type=int, default=[1, 10, 100, 400, 1000, 2000, 10000], metavar="N")
    parser.add_argument("--latency", nargs="+", type=int, default=[20], metavar="MS", help="default 20")
    parser.add_argument("--workers", type=int, default=16, metavar="N", help="requests at once; default 16")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of which the median counts; default 3")
    parser.add_argument("--ways", nargs="+", choices=speed.WAYS, default=list(speed.WAYS), metavar="WAY")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(
        f"{os.cpu_count()} cores ({_processor()}), {_memory():.0f} GiB; Python {platform.python_version()}, "
        f"ansible-core {version('ansible-core')}, requests {version('requests')}.\n",
        flush=True,
    )
    # What was started ends with this, also when it is told to end.
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit("ended by SIGTERM"))
    rows = [row for part in options.parts or PARTS for row in PARTS[part](options)]
    print_floors(rows)
    return 0 if all(row.held for row in rows) else 1


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    sys.exit(main())
