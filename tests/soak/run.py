# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev soak: random runs of the modules that change things, and of event sources that are killed, against faults."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path

ROOT = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path(__file__).resolve().parents[5])
sys.path[0] = ROOT.partition(":")[0]


def parser() -> argparse.ArgumentParser:
    """The options, with defaults for a run of about five minutes."""
    result = argparse.ArgumentParser(prog="soak", description=__doc__)
    add = result.add_argument
    add(
        "--stories",
        type=int,
        default=4000,
        metavar="N",
        help="how many (default %(default)s); each runs 5 to 15 modules",
    )
    add("--process-stories", type=int, default=20, metavar="N", help="how many with real processes (%(default)s)")
    add(
        "--answers",
        type=int,
        default=100_000,
        metavar="N",
        help="how many hostile answers of the service (%(default)s)",
    )
    add(
        "--histories",
        type=int,
        default=200,
        metavar="N",
        help="how many of each event source, which is killed at random points (%(default)s)",
    )
    add("--seconds", type=float, default=600, metavar="S", help="begin no story after this (default %(default)s)")
    add("--seed", type=int, metavar="N", help="of the first story; the next has the next number (default: the time)")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at once (default: %(default)s)")
    add(
        "--plant",
        metavar="NAME",
        help="put this bug into the code: it must be found. `list` names them, `all` takes each",
    )
    return result


def main() -> int:
    """0 when nothing was violated, or each planted bug was found."""
    from ansible_collections.nhncloud.sysmon.tests.soak.plants import PLANTS

    given = parser().parse_args()
    seed = int(time.time()) if given.seed is None else given.seed
    if given.plant == "list":
        print("\n".join(f"{name}: {plant.__doc__}" for name, plant in PLANTS.items()))
        return 0
    if given.plant:
        names = list(PLANTS) if given.plant == "all" else [given.plant]
        return max([_hunt(name, seed, given) for name in names])
    code = _report("in process", seed, _share(given, seed, given.stories)) if given.stories else 0
    if given.process_stories:
        code |= _report("as processes", seed, _share(given, seed, given.process_stories, processes=True))
    if given.answers:
        code |= _fuzz(given, seed) | _bounds()
    if given.histories:
        code |= _histories(given, seed)
    return code


def _bounds() -> int:
    """What answers take that are to take all memory or time."""
    from ansible_collections.nhncloud.sysmon.tests.soak.bounds import BOMBS, measure, within_bounds

    code = 0
    for name in BOMBS:
        measured = measure(name)
        code |= not within_bounds(measured)
        print(f"{name}: {measured['seconds']:.1f} s, {measured['mebibytes']} MiB, {measured['kind']}", flush=True)
    return code


def _fuzz(given, seed: int) -> int:
    """Every module against hostile answers; the jobs share them out."""
    from ansible_collections.nhncloud.sysmon.tests.soak.fuzz import fuzz

    began, share = time.monotonic(), -(-given.answers // given.jobs)
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        found = pool.starmap(fuzz, [(seed + number * 1_000_000, share) for number in range(given.jobs)])
    kinds = sum((each.kinds for each in found), start=type(found[0].kinds)())
    violations = [violation for each in found for violation in each.violations]
    print(
        f"seed {seed}, hostile answers: {sum(each.answers for each in found)} in {time.monotonic() - began:.0f} s, "
        + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    )
    for violation in violations:
        print(f"VIOLATION {violation}\n")
    print(f"{len(violations)} violations", flush=True)
    return 1 if violations else 0


def _histories(given, seed: int) -> int:
    """Event sources against their model. They wait most of the time, so more of them than jobs run at once."""
    from ansible_collections.nhncloud.sysmon.tests.soak.histories import histories

    began, jobs = time.monotonic(), min(given.histories, 4 * given.jobs)
    shares = [(seed + number, len(range(number, given.histories, jobs)), jobs) for number in range(jobs)]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        found = pool.starmap(histories, shares)
    violations = [violation for each, _counts in found for violation in each]
    counts = sum((each for _violations, each in found), start=type(found[0][1])())
    print(
        f"seed {seed}, event sources that are killed: {counts['histories']} histories in {time.monotonic() - began:.0f} s, "
        f"{counts['kills']} kills, {counts['edges']} edges, {counts['repeated']} told again under the same id"
    )
    for violation in violations:
        print(f"VIOLATION {violation}\n")
    print(f"{len(violations)} violations", flush=True)
    return 1 if violations else 0


def _share(given, seed: int, stories: int, **options) -> list:
    """The findings of all jobs, which share the seeds out among them."""
    from ansible_collections.nhncloud.sysmon.tests.soak.jobs import Job, soak

    jobs = [
        Job(seed + number, len(range(number, stories, given.jobs)), given.seconds, step=given.jobs, **options)
        for number in range(min(given.jobs, stories))
    ]
    if len(jobs) == 1:
        return [soak(jobs[0])]
    with multiprocessing.get_context("spawn").Pool(len(jobs)) as pool:
        return pool.map(soak, jobs)


def _report(how: str, seed: int, findings: list) -> int:
    violations = [violation for found in findings for violation in found.violations]
    counts = sum((found.counts for found in findings), start=type(findings[0].counts)())
    stories = sum(found.stories for found in findings)
    print(
        f"seed {seed}, {how}: {stories} stories, " + ", ".join(f"{counts[k]} {k}" for k in sorted(counts)), flush=True
    )
    for violation in violations:
        print(f"VIOLATION {violation}\n")
    if violations:
        print("One story alone: ./dev soak --jobs 1 --process-stories 0 --stories 1 --seed SEED")
    print(f"{len(violations)} violations", flush=True)
    return 1 if violations or not stories else 0


def _hunt(name: str, seed: int, given) -> int:
    findings = _share(given, seed, given.stories, plant=name, most_violations=1)
    violations = [violation for found in findings for violation in found.violations]
    stories = sum(found.stories for found in findings)
    print(f"{name}: {'found' if violations else 'NOT FOUND'} in {stories} stories. {violations[:1]}", flush=True)
    return 0 if violations else 1


if __name__ == "__main__":
    sys.exit(main())
