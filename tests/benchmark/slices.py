# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several controllers at once: slices of one fleet, as AWX and Automation Controller deal them out."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ansible_runner
from stand import WORKSPACE, Stand, stand
from table import Row, table

COUNTS = (1, 2, 4, 8)


def run(options: argparse.Namespace) -> list[Row]:
    """All hosts by one controller, then by several, each with its slice of the inventory."""
    hosts = max(options.hosts)
    rows = []
    with stand(hosts, 20) as place:
        for count in COUNTS:
            place.reset()
            began = time.monotonic()
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(lambda part: _controller(place, options.workers, *part), _slices(hosts, count)))
            wall = time.monotonic() - began
            place.hold(hosts)
            seen = place.ask("GET", "stats")
            rows.append(
                [
                    count,
                    f"{wall:.1f}",
                    f"{rows[0][1]}/{wall:.1f}" if rows else "",
                    f"{seen['calls']['create_target']:,}",
                    seen["calls"]["create_workspace"],
                    seen["max_in_flight"],
                ]
            )
    for row in rows[1:]:
        one, many = row[2].split("/")
        row[2] = f"{float(one) / float(many):.2f}"
    table(
        f"{hosts:,} hosts at 20 ms by several controllers at once, every target there once",
        ["slices", "wall, s", "times faster", "creates", "creates of the workspace", "most in flight"],
        rows,
    )
    return []


def _slices(hosts: int, count: int) -> list[tuple[str, range]]:
    """Every count-th host, as AWX does."""
    return [(f"slice-{count}-{number}", range(number + 1, hosts + 1, count)) for number in range(count)]


def _controller(place: Stand, workers: int, name: str, numbers: range) -> None:
    folder = place.folder / name
    folder.mkdir()
    inventory = place.write_inventory(f"{name}.ini", numbers)
    runner = ansible_runner.run(
        private_data_dir=str(folder),
        playbook="nhncloud.sysmon.register",
        inventory=str(inventory),
        envvars={
            **place.environment,
            "ANSIBLE_HOME": str(folder / "home"),
            "PATH": f"{Path(sys.executable).parent}:{place.environment['PATH']}",
        },
        extravars={
            "register_hosts": "web",
            "register_targets_workspace": WORKSPACE,
            "register_targets_max_workers": workers,
        },
        quiet=True,
    )
    if runner.rc:
        with runner.stdout as output:
            raise SystemExit(f"{name} failed:\n{output.read()[-3000:]}")
