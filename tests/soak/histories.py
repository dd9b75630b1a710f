# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Histories of event sources that are killed, by one seed each, against a model of their edges.

No edge is lost, none comes again under another id, and silence ends nothing.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType

from .history_service import Service
from .killable import answers

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("promql", "servers")
SECONDS = 3.0
STATES = ("unreachable", "reachable")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
Edge = tuple[str, str, str]


class Nursery:
    """The process whose forks are the sources."""

    def __enter__(self) -> Nursery:
        command = [sys.executable, str(Path(__file__).with_name("killable.py"))]
        # Also where Ansible has no loader for collections: the source has to find its layers itself.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, cwd="/"
        )
        return self

    def __exit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.process.stdin.close()
        self.process.wait()

    def begin(self, **order: object) -> int:
        """Start a source; returns its process id."""
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        return int(self.process.stdout.readline())

    def end(self, process: int, seconds: float) -> int:
        """Kill it after that time, unless it is dead by then; returns how it ended."""
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            with suppress(ProcessLookupError):  # it has just killed itself
                os.kill(process, signal.SIGKILL)
        return int(self.process.stdout.readline())


class History:
    """One source, its service and its troubles."""

    def __init__(self, source: str, seed: int, folder: Path) -> None:
        self.source, self.chance = source, random.Random(f"{source} {seed}")
        self.service = Service(seed, SECONDS)
        self.state, self.log, self.journal = folder / "state.json", folder / "events.log", folder / "journal"
        self.kept: list[list] = []
        self.counts: Counter[str] = Counter()
        common = {
            "app_key": "a-secret-appkey",
            "api_url": self.service.url,
            "interval": "100ms",
            "timeout": 1,
            "retries": self.chance.choice([0, 0, 0, 1]),
            "state_file": str(self.state),
        }
        own = {
            "promql": {
                "query": "up == 0",
                "step": self.chance.choice(["100ms", "100ms", "30ms"]),
                "for": self.chance.choice([0, 0, "250ms"]),
                "keep_firing_for": self.chance.choice([0, 0, "350ms"]),
            },
            "servers": {
                "project_id": "p",
                "region": "kr",
                "absent_for": self.chance.choice([0, "300ms", "300ms"]),
                "targets": self.chance.random() < 0.5,
                "report_existing": self.chance.random() < 0.5,
            },
        }
        self.args = {**common, **own[source]}

    def live(self, nursery: Nursery, seconds: float, chance: float) -> None:
        """One process, which ends by SIGKILL."""
        process = nursery.begin(
            path=str(ROOT / f"extensions/eda/plugins/event_source/{self.source}.py"),
            args=self.args,
            log=str(self.log),
            journal=str(self.journal),
            seed=self.chance.random(),
            chance=chance,
        )
        status = nursery.end(process, seconds)
        assert status == signal.SIGKILL, f"the source ended by itself: {status}"
        self.counts["kills"] += 1
        self.keep()

    def keep(self) -> None:
        """Which answers the states came from: what was written last counts only where it replaced the file."""
        entries = [json.loads(line) for line in self.journal.read_text().splitlines()] if self.journal.exists() else []
        state = (json.loads(self.state.read_text()) if self.state.exists() else {}).get("state") or {}
        if entries and entries[-1][:2] != answers(state):
            entries.pop()
        self.kept += entries
        self.journal.unlink(missing_ok=True)

    def run(self, nursery: Nursery) -> list[str]:
        """What is wrong."""
        while time.time() < self.service.began + SECONDS:
            self.live(nursery, self.chance.uniform(0.1, 1.5), self.chance.choice([0, 0.01, 0.03, 0.1]))
            time.sleep(self.chance.choice([0, 0, 0.1, 0.5]))
        # At the end it is there and gets answers.
        self.service.calm = True
        state, ending, calls = {"pending": True}, time.monotonic() + 30, self.service.calls
        while time.monotonic() < ending and (state["pending"] or state["away_since"] or self.service.calls < calls + 9):
            self.live(nursery, 0.8, 0)
            # On a busy machine it may not have got as far as to write anything.
            state = json.loads(self.state.read_text()) if self.state.exists() else state
        self.service.close()
        events = [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []
        told = {event["id"]: event for event in events}
        self.counts.update(edges=len(told), repeated=len(events) - len(told))
        wrong = [f"not the same event again: {event}" for event in events if told[event["id"]] != event]
        if state["pending"] or state["away_since"]:
            wrong.append(f"it did not come to rest: {state['pending']}, {state['away_since']}")
        turns = [event["type"] for event in told.values() if event["type"] in STATES]
        if turns != [STATES[index % 2] for index in range(len(turns))]:
            wrong.append(f"{turns}")
        found = sorted(edge(event) for event in told.values() if event["type"] not in STATES)
        expected = sorted(self.promql(state["state"]) if self.source == "promql" else self.servers())
        wrong += [f"lost: {each}" for each in (Counter(expected) - Counter(found)).elements()]
        wrong += [f"told without reason, or again: {each}" for each in (Counter(found) - Counter(expected)).elements()]
        return wrong

    def promql(self, state: dict) -> list[Edge]:
        """The edges of each series on the grid of the source, from its first start on."""
        # Written before anything was asked.
        first = json.loads(self.state.with_name("first.json").read_text())["state"]
        step, pending, keep = (milliseconds(self.args[name]) for name in ("step", "for", "keep_firing_for"))
        edges: list[Edge] = []
        for name in self.service.series:
            began = gone = None
            firing = False
            for moment in range(first["last"] + step, state["last"] + 1, step):
                has, start = name in self.service.fires(moment / 1000), moment == first["silent_until"]
                was = firing
                if has:
                    began, gone = (moment if began is None else began), None
                    firing = firing or moment - began >= pending
                elif began is not None:
                    gone = moment if gone is None else gone
                    if not firing or moment - gone >= keep:
                        began, firing = None, False
                if moment >= first["silent_until"] and firing and (start or not was):
                    edges.append(("firing", name.replace("{{", "{ {"), rfc3339(moment)))
                elif moment > first["silent_until"] and was and not firing:
                    edges.append(("resolved", name.replace("{{", "{ {"), rfc3339(moment)))
        return edges

    def servers(self) -> list[Edge]:
        """The edges in the answers whose state was kept."""
        return self.listing(self.kept_answers(0)) + self.listing(self.kept_answers(1), targets=True)

    def kept_answers(self, part: int) -> list[tuple[int, dict[str, str]]]:
        """Each answer once: the state keeps the number of the last one. Of empty lists only one at the start counts."""
        first = {entry[part]: entry[2] for entry in reversed(self.kept) if entry[part]}
        found = [(moment, self.service.answers[int(number)]) for number, moment in reversed(first.items())]
        lists = [entry[part] for entry in self.kept if entry[part] is not None]
        return [(0, {}), *found] if lists[:1] == [""] else found

    def listing(self, listings: list[tuple[int, dict[str, str]]], *, targets: bool = False) -> list[Edge]:
        """The edges of servers, or of targets, in one answer after the other."""
        absent, edges, known, missing = milliseconds(self.args["absent_for"]), [], {}, {}
        for index, (moment, listed) in enumerate(listings):
            at, told = rfc3339(moment), index > 0 or self.args["report_existing"]
            for name, value in listed.items():
                missing.pop(name, None)
                if known.get(name) != value and told:
                    kind = value if targets else "renamed" if name in known else "appeared"
                    edges.append((kind, name, at))
                known[name] = value
            for name in set(known) - set(listed):
                if moment - missing.setdefault(name, moment) >= absent:
                    del known[name], missing[name]
                    edges += [] if targets else [("gone", name, at)]
        real = [moment for moment, _listed in listings if moment]
        if real and (self.args["report_existing"] or not listings[0][0]):
            edges.append(("collecting" if targets else "appeared", "marker", rfc3339(real[0])))
        return edges


def edge(event: dict) -> Edge:
    """What makes an edge the same."""
    thing = event.get("labels") or event.get("server") or event["target"]
    return event["type"], thing.get("instance") or thing.get("target_id") or thing["host_id"], event["at"]


def milliseconds(length: str | int) -> int:
    return int(str(length).removesuffix("ms"))


def rfc3339(moment: int) -> str:
    text = (EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds" if moment % 1000 else "seconds")
    return text.replace("+00:00", "Z")


def histories(seed: int, count: int, step: int = 1) -> tuple[list[str], Counter[str]]:
    """What is wrong in so many histories of each source, and what they had in them."""
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    with Nursery() as nursery:
        for number in range(seed, seed + count * step, step):
            for source in SOURCES:
                with tempfile.TemporaryDirectory() as folder:
                    history = History(source, number, Path(folder))
                    wrong += [f"{source}, seed {number}: {each}" for each in history.run(nursery)]
                    counts.update(history.counts, histories=1)
    return wrong, counts
