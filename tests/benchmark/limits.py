# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""max_workers bounds the requests in flight, rate_limit those of a second."""

from __future__ import annotations

import argparse

from stand import stand
from table import table

HOSTS = 600
REGISTER = "nhncloud.sysmon.register"


def run(_options: argparse.Namespace) -> bool:
    """Ask for so many workers, or for such a rate, and look what the service saw."""
    rows, held = [], []
    with stand(HOSTS, 20) as place:
        for workers in (1, 4, 16, 64):
            place.reset()
            cost = place.play(REGISTER, {"register_hosts": "web", "register_targets_max_workers": workers})
            place.hold(HOSTS)
            held.append(cost.in_flight <= workers)
            rows.append([f"max_workers: {workers}", f"{cost.in_flight} in flight", f"{cost.wall:.1f}"])
        for rate in (20, 100):
            place.reset()
            variables = {
                "register_hosts": "web",
                "register_targets_max_workers": 16,
                "register_targets_rate_limit": rate,
            }
            cost = place.play(REGISTER, variables)
            place.hold(HOSTS)
            times = [entry["time"] for entry in place.ask("GET", "requests") if entry["call"] == "create_target"]
            seen = _rate(times)
            held.append(abs(seen / rate - 1) <= 0.1)
            rows.append([f"rate_limit: {rate}", f"{seen:.1f} writes a second", f"{cost.wall:.1f}"])
    table(f"{HOSTS} hosts at 20 ms", ["asked for", "seen by the service", "wall, s"], rows)
    return all(held)


def _rate(times: list[float]) -> float:
    """Writes of a second, within the first bulk call."""
    first = sorted(times)[: min(500, len(times))]
    return (len(first) - 1) / (first[-1] - first[0])
