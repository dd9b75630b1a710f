# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""max_workers bounds the requests in flight, rate_limit those of a second."""

from __future__ import annotations

import argparse

from stand import stand
from table import Row, table

HOSTS = 600
REGISTER = "nhncloud.sysmon.register"


def run(_options: argparse.Namespace) -> list[Row]:
    """Ask for so many workers, or for such a rate, and look what the service saw."""
    rows, found = [], []
    with stand(HOSTS, 20) as place:
        for workers in (1, 4, 16, 64):
            place.reset()
            cost = place.play(REGISTER, {"register_hosts": "web", "register_targets_max_workers": workers})
            place.hold(HOSTS)
            found.append(
                Row(f"in flight with max_workers: {workers}", cost.in_flight, "workers", workers, workers, unit="")
            )
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
            found.append(Row(f"off rate_limit: {rate}", abs(seen / rate - 1) * 100, "rate", rate, 10, unit="%"))
            rows.append([f"rate_limit: {rate}", f"{seen:.1f} writes a second", f"{cost.wall:.1f}"])
    table(f"{HOSTS} hosts at 20 ms", ["asked for", "seen by the service", "wall, s"], rows)
    return found


def _rate(times: list[float]) -> float:
    """Writes of a second, within the first bulk call."""
    first = sorted(times)[: min(500, len(times))]
    return (len(first) - 1) / (first[-1] - first[0])
