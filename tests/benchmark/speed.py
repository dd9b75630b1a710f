# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ten to ten thousand hosts, by the role and by what people use instead."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable
from pathlib import Path

from stand import Cost, Stand, stand
from table import Row, table

REGISTER, DEREGISTER = "nhncloud.sysmon.register", "nhncloud.sysmon.deregister"
URI_MOST = 200  # hosts; beyond, the cost of one more host is added up
URI_FORKS = (5, 20)

ONCE = ("loop", "uri")  # too slow to measure more often

Costs = dict[tuple[str, int, int], Cost]


def empty(place: Stand, _options: argparse.Namespace) -> dict[str, Cost]:
    """What Ansible takes for the inventory alone."""
    return {"empty play": place.play("empty")}


def wire(place: Stand, options: argparse.Namespace) -> dict[str, Cost]:
    """Plain requests, the same workers."""
    program = Path(__file__).with_name("wire.py")
    cost = place.run([sys.executable, str(program), str(options.workers), str(place.hosts)])
    place.hold(place.hosts)
    return {"wire": cost}


def fleet(place: Stand, options: argparse.Namespace) -> dict[str, Cost]:
    """The fleet form: fresh, again, and away."""
    variables = {"register_hosts": "web", "register_targets_max_workers": options.workers}
    costs = {"fleet, fresh": place.play(REGISTER, variables)}
    place.hold(place.hosts)
    costs["fleet, unchanged"] = place.play(REGISTER, variables)
    place.hold(place.hosts)
    costs["fleet, deregister"] = place.play(DEREGISTER, variables)
    place.hold(0)
    return costs


def applied(place: Stand, options: argparse.Namespace) -> dict[str, Cost]:
    """The role applied to hosts."""
    if place.hosts > 1000:
        return {}
    cost = place.play("applied", {"register_targets_max_workers": options.workers})
    place.hold(place.hosts)
    return {"a task that does nothing": place.play("nothing"), "applied, fresh": cost}


def loop(place: Stand, _options: argparse.Namespace) -> dict[str, Cost]:
    """A loop over the single module."""
    if place.hosts > 100:
        return {}
    cost = place.play("loop")
    place.hold(place.hosts)
    return {"loop over sysmon_target": cost}


def uri(place: Stand, _options: argparse.Namespace) -> dict[str, Cost]:
    """A careful play of ansible.builtin.uri."""
    if place.hosts > URI_MOST:
        return {}
    costs = {}
    for forks in URI_FORKS:
        place.reset()
        costs[f"uri, forks {forks}"] = place.play("uri", forks=forks)
        place.hold(place.hosts)
    return costs


WAYS: dict[str, Callable[[Stand, argparse.Namespace], dict[str, Cost]]] = {
    "empty": empty,
    "wire": wire,
    "fleet": fleet,
    "applied": applied,
    "loop": loop,
    "uri": uri,
}


def run(options: argparse.Namespace) -> list[Row]:
    """Measure, and print what was found: of several runs the one of median time."""
    found: dict[tuple[str, int, int], list[Cost]] = {}
    counts = set(options.hosts)
    if "uri" in options.ways:
        counts |= {URI_MOST // 2, URI_MOST}
    for latency in options.latency:
        for hosts in sorted(counts):
            with stand(hosts, latency) as place:
                for turn, name in itertools.product(range(options.runs), options.ways):
                    if turn and name in ONCE:
                        continue
                    place.reset()
                    for way, cost in WAYS[name](place, options).items():
                        found.setdefault((way, hosts, latency), []).append(cost)
                        print(f"{way}, {hosts} hosts, {latency} ms: {cost}", file=sys.stderr, flush=True)
    costs = {key: sorted(each, key=lambda cost: cost.wall)[(len(each) - 1) // 2] for key, each in found.items()}
    for latency in options.latency:
        _print_costs(costs, latency, options.workers)
        _print_curve(costs, latency)
        _print_uri(costs, latency)
    return [*_promises(costs, options.workers), *_applied(costs)]


def _print_costs(costs: Costs, latency: int, workers: int) -> None:
    rows = []
    for (way, hosts, at), cost in costs.items():
        if at != latency:
            continue
        alone, limit = costs.get(("empty play", hosts, latency)), costs.get(("wire", hosts, latency))
        rows.append(
            [
                f"{hosts:,}",
                way,
                f"{cost.wall:.1f}",
                f"{cost.wall - alone.wall:.1f}" if alone and way not in ("empty play", "wire") else "",
                f"{cost.cpu:.1f}",
                f"{cost.memory:.0f}",
                f"{cost.requests:,}",
                cost.connections,
                f"{cost.sent / 2**20:.1f}",
                f"{cost.wall / limit.wall:.1f}" if limit and way not in ("empty play", "wire") else "",
                f"{cost.load:.1f}",
            ]
        )
    table(
        f"{latency} ms latency, {workers} workers",
        [
            "hosts",
            "way",
            "wall, s",
            "over empty play, s",
            "CPU, s",
            "memory, MiB",
            "requests",
            "connections",
            "MiB",
            "x wire",
            "load before",
        ],
        rows,
    )


def _print_curve(costs: Costs, latency: int) -> None:
    """Milliseconds for each host, over an empty play."""
    rows = []
    for way in ("wire", "fleet, fresh", "fleet, unchanged", "fleet, deregister", "applied, fresh"):
        row = {}
        for (name, hosts, at), cost in costs.items():
            alone = costs.get(("empty play", hosts, at))
            if (name, at) == (way, latency) and alone:
                row[hosts] = 1000 * (cost.wall - (alone.wall if way != "wire" else 0)) / hosts
        rows.append((way, row))
    counts = sorted({hosts for _way, row in rows for hosts in row})
    table(
        f"Milliseconds per host at {latency} ms",
        ["way", *(f"{hosts:,}" for hosts in counts)],
        [[way, *(f"{row[hosts]:.1f}" if hosts in row else "" for hosts in counts)] for way, row in rows if row],
    )


def _scaled(costs: Costs, forks: int, hosts: int, latency: int) -> float | None:
    """Seconds of the uri play, beyond what was measured from the cost of one more host."""
    way = f"uri, forks {forks}"
    small, large = costs.get((way, URI_MOST // 2, latency)), costs.get((way, URI_MOST, latency))
    if (way, hosts, latency) in costs:
        return costs[way, hosts, latency].wall
    if not small or not large:
        return None
    return large.wall + (hosts - URI_MOST) * (large.wall - small.wall) / (URI_MOST - URI_MOST // 2)


def _print_uri(costs: Costs, latency: int) -> None:
    rows = []
    for (way, hosts, at), cost in costs.items():
        alone = costs.get(("empty play", hosts, latency))
        seconds = [_scaled(costs, forks, hosts, latency) for forks in URI_FORKS]
        if way != "fleet, fresh" or at != latency or None in seconds or not alone:
            continue
        best = min(filter(None, seconds))
        rows.append(
            [
                f"{hosts:,}",
                *(f"{second:.1f}" for second in seconds if second),
                f"{cost.wall:.1f}",
                f"{best / cost.wall:.0f}",
                f"{(best - alone.wall) / (cost.wall - alone.wall):.0f}",
            ]
        )
    table(
        f"Against uri at {latency} ms (beyond {URI_MOST} hosts scaled by the cost of one more host)",
        [
            "hosts",
            *(f"uri, forks {forks}, s" for forks in URI_FORKS),
            "fleet, s",
            "times faster",
            "the same without the empty play",
        ],
        rows,
    )


def _promises(costs: Costs, workers: int) -> list[Row]:
    """What fleet mode takes over an empty play on the same inventory, beside the same writes by plain requests."""
    rows = []
    for (way, hosts, latency), cost in costs.items():
        alone, plain = costs.get(("empty play", hosts, latency)), costs.get(("wire", hosts, latency))
        if not alone or not plain or way not in ("fleet, fresh", "fleet, unchanged"):
            continue
        what, over = f"{hosts:,} {way.split()[1]} at {latency} ms, over an empty play", cost.wall - alone.wall
        whole = (hosts, latency) == (10000, 20)
        if way == "fleet, fresh":
            formula = 1.25 * hosts * latency / 1000 / workers + 1 + 0.002 * hosts
            rows.append(Row(what, over, "wire", plain.wall, min(formula, 1.3 * plain.wall) if whole else formula))
        else:
            rows.append(Row(what, over, "wire", plain.wall, 4.0 if whole else None))
        if whole:
            rows.append(
                Row(f"memory of 10,000 {way.split()[1]}", cost.memory, "an empty play", alone.memory, 200, "MiB")
            )
    return rows


def _applied(costs: Costs) -> list[Row]:
    """What the role applied to hosts takes for each of them, beside a task that does nothing."""
    rows = []
    for (way, hosts, latency), cost in costs.items():
        alone, nothing = (
            costs.get(("empty play", hosts, latency)),
            costs.get(("a task that does nothing", hosts, latency)),
        )
        if way == "applied, fresh" and alone and nothing and hosts >= 100:
            each, floor = (1000 * (taken.wall - alone.wall) / hosts for taken in (cost, nothing))
            what = f"the role applied to {hosts:,} hosts at {latency} ms, per host"
            rows.append(Row(what, each, "a task that does nothing", floor, 5 * floor, "ms"))
    return rows
