# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole fleet compared: playbook drift, and playbook prune that finds nothing to do."""

from __future__ import annotations

import argparse

from stand import WORKSPACE, stand
from table import Row, table

HOSTS = 10_000
REGISTER = "nhncloud.sysmon.register"
DESIRED = {"register_hosts": "web", "drift_fail": True}


def run(options: argparse.Namespace) -> list[Row]:
    """Measure each, over an empty play on the same inventory."""
    with stand(HOSTS, 20) as place:
        place.play(REGISTER, {"register_hosts": "web", "register_targets_max_workers": options.workers})
        place.hold(HOSTS)
        empty = min(place.play("empty").wall for _each in range(2))
        costs = {
            "drift, with the desired hosts": place.play("nhncloud.sysmon.drift", DESIRED),
            "drift, without": place.play("nhncloud.sysmon.drift", {"drift_fail": True}),
            "prune": place.play("nhncloud.sysmon.prune", {"prune_workspace": WORKSPACE, "prune_silent_for": "0s"}),
        }
        place.hold(HOSTS)
    table(
        f"{HOSTS:,} targets at 20 ms",
        ["what", "wall, s", "over empty play, s", "memory, MiB", "requests"],
        [
            [name, f"{cost.wall:.1f}", f"{cost.wall - empty:.1f}", f"{cost.memory:.0f}", cost.requests]
            for name, cost in costs.items()
        ],
    )
    return [
        Row(f"{name}: {HOSTS:,} clean targets, over an empty play", cost.wall - empty, "an empty play", empty, 8.0)
        for name, cost in costs.items()
    ]
