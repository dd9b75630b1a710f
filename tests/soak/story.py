# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One story: a random world, some random tasks under random faults, and what the oracle says to each step."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from . import chance
from .model import Expected, World, expect, misses_workspace, written

KINDS = {
    "config",
    "auth",
    "forbidden",
    "not_found",
    "ambiguous",
    "reserved",
    "exists",
    "bad_input",
    "rate_limited",
    "server",
    "transport",
    "protocol",
}
SECRETS = {chance.SECRET, quote(chance.SECRET, safe=""), base64.b64encode(chance.SECRET.encode()).decode()}


@dataclass
class Step:
    """A run of a module: what was right, what there was before and after, and what happened between."""

    about: str
    expected: Expected
    before: World
    after: World
    result: dict
    requests: list[dict]
    rules: list[dict] = field(default_factory=list)  # the faults, with how often each fired
    late: list[dict] = field(default_factory=list)  # those of them that commit after every look
    dry: bool = False

    @property
    def faulty(self) -> list[dict]:
        return [rule for rule in self.rules if rule["fired"]]

    @property
    def sent(self) -> Counter:
        """The writes that were sent."""
        found = (written(request, json.loads(request["body"] or "null")) for request in self.requests)
        return Counter(write for write in found if write)

    @property
    def moved(self) -> bool:
        return self.before.shape() != self.after.shape()

    @property
    def late_ports(self) -> set[int]:
        """The ports of creates that were carried out after every look: that can double, as the documentation says."""
        return {rule["match"]["port"] for rule in self.faulty if rule.get("match") in [r["match"] for r in self.late]}

    @property
    def may_have_changed(self) -> bool:
        """Whether a client could not know that nothing had changed: a write went wrong, and so did the last look,
        or the answer came too late for anyone to wait for it."""
        spoilt = [number for number, r in enumerate(self.requests) if r["fault"] and r["method"] != "GET"]
        looks = [r for r in self.requests[spoilt[0] :] if r["method"] == "GET"] if spoilt else []
        blind = not looks or any(look["fault"] for look in looks)
        slow = {"slow", "timeout", "drip", "late_commit"}
        slowed = any(slow & set(rule) or rule.get("status") == 504 for rule in self.faulty)
        return self.result["failed"] and bool(spoilt) and (blind or slowed)


class Story:
    """The result of ``tell``; ``violations`` are sentences, ``counts`` what happened."""

    def __init__(self, seed: int, emulator, runner):
        self.seed = seed
        self.violations: list[str] = []
        self.counts: Counter = Counter()
        self._emulator = emulator
        self._runner = runner
        self._random = Random(seed)

    def tell(self) -> Story:
        """Play it against the emulator, which is emptied first."""
        self._emulator.reset()
        chance.fill(self._emulator, self._random)
        for _number in range(self._random.randint(1, 3)):
            self._episode()
        return self

    def _episode(self) -> None:
        """A task: under faults, in check mode, again without faults, and again."""
        before = self._world()
        module, params = chance.task(self._random, before)
        rules, late = chance.faults(self._random, module, self._runner.timeout)
        dry = self._random.random() < 0.15
        about = f"{module} {_short(params)} under {json.dumps(rules)}{' in check mode' if dry else ''}"
        result, requests = self._run(module, params, rules, dry)
        fired = self._emulator.faults()
        self._wait_for(fired)
        after, expected = self._world(), expect(before, module, params, dry)
        self._judge(Step(about, expected, before, after, result, requests, fired, late, dry))

        about = f"then without faults: {module} {_short(params)}"
        expected = expect(after, module, params)
        foretold, requests = self._run(module, params, [], True)
        dry_expected = expect(after, module, params, check_mode=True)
        self._judge(Step(about + " in check mode", dry_expected, after, self._world(), foretold, requests, dry=True))
        result, requests = self._run(module, params, [], False)
        healed = self._world()
        self._judge(Step(about, expected, after, healed, result, requests))
        if misses_workspace(after, module, params):
            pass  # told by a warning: an earlier task of the play would have made it
        elif (foretold["changed"], foretold.get("diff")) != (result["changed"], result.get("diff")):
            self._violated(about, f"check mode foretold {foretold}, but came {result}")
        if not expected.kinds:
            result, requests = self._run(module, params, [], False)
            again = Step(about + " once more", Expected(), healed, self._world(), result, requests)
            self._judge(again)

    def _run(self, module: str, params: dict, rules: list[dict], check_mode: bool) -> tuple[dict, list[dict]]:
        self._emulator.clear()
        self._emulator.faults(rules)
        result = self._runner.run(module, params, check_mode)
        self.counts["runs"] += 1
        requests = self._emulator.requests()
        self.counts["requests"] += len(requests)
        return result, requests

    def _wait_for(self, fired: list[dict]) -> None:
        """Until everything is committed that these rules have put off."""
        longest = max((rule.get("late_commit", rule.get("slow", 0)) for rule in fired if rule["fired"]), default=0)
        self._emulator.faults([])
        if longest > self._runner.timeout:
            time.sleep(longest * 1.2)

    def _judge(self, step: Step) -> None:
        self.counts["faults"] += sum(rule["fired"] for rule in step.faulty)
        self.counts["failed" if step.result["failed"] else "succeeded"] += 1
        self.counts["changed"] += step.moved
        if step.result["failed"]:
            self.counts[f"failed as {(step.result.get('error') or {}).get('kind')}"] += 1
        judges = (
            (self._judge_words, self._judge_dry)
            if step.dry
            else (
                self._judge_words,
                self._judge_writes,
                self._judge_doubles,
                self._judge_outcome,
                self._judge_entries,
            )
        )
        for judge in judges:
            for fault in judge(step):
                self._violated(step.about, fault)

    @staticmethod
    def _judge_words(step: Step) -> Iterator[str]:
        result, expected = step.result, step.expected
        text = json.dumps(result, ensure_ascii=False)
        if any(secret in text for secret in SECRETS):
            yield f"the appkey is in {text}"
        if "crash" in result:
            yield result["crash"]
        if not result["failed"]:
            if expected.kinds:
                yield f"it succeeded, where {expected.kinds} was right"
            return
        kind, message = (result.get("error") or {}).get("kind"), result.get("msg", "")
        if kind not in KINDS or (not step.faulty and kind not in expected.kinds):
            yield f"{kind} is not the right kind of failure ({expected.kinds or 'none'}): {message}"
        if not message.endswith(".") or len(message) < 15 or "\n" in message or len(message) > 3000:
            yield f"not a sentence: {message!r}"

    @staticmethod
    def _judge_dry(step: Step) -> Iterator[str]:
        if step.sent or step.moved:
            yield f"check mode wrote {step.sent}"

    @staticmethod
    def _judge_writes(step: Step) -> Iterator[str]:
        for write, count in step.sent.items():
            if write not in step.expected.writes:
                yield f"a write that was not asked for: {write}"
            elif count > 1 and not step.faulty:
                yield f"{write} was sent {count} times"
        if step.result["purge"] and any(write[0] == "delete_target" for write in step.sent):
            missing = step.expected.spots - {(t["jobId"], t["hostId"], t["port"]) for t in step.after.targets}
            if missing:
                yield f"it purged although {missing} could not be made"

    @staticmethod
    def _judge_doubles(step: Step) -> Iterator[str]:
        known = step.before.doubles()
        for spot, count in step.after.doubles().items():
            if count > known[spot] and spot[2] not in step.late_ports:
                yield f"{count} targets at {spot}"

    @staticmethod
    def _judge_outcome(step: Step) -> Iterator[str]:
        result = step.result
        if not result["failed"] and step.after.shape() != step.expected.apply(step.before) and not step.late_ports:
            yield f"it succeeded, but what was asked for is not there: {result}"
        if step.moved and not result["changed"]:
            yield f"something changed, but it tells changed: false: {result}"
        if result["changed"] and not step.moved and not step.may_have_changed:
            yield f"nothing changed, but it tells changed: true: {result}"

    @staticmethod
    def _judge_entries(step: Step) -> Iterator[str]:
        result = step.result
        if "targets" not in result:
            return
        actions = Counter(target["action"] for target in result["targets"])
        summary = {key: count for key, count in result["summary"].items() if count and key != "purged"}
        if dict(actions) != summary or len(result["purged"]) != result["summary"]["purged"]:
            yield f"the summary is wrong: {result}"

    def _world(self) -> World:
        state = self._emulator.state
        return World(state["workspaces"], state["targets"], state["servers"])

    def _violated(self, about: str, fault: str) -> None:
        self.violations.append(f"seed {self.seed}: {about}: {fault}")


def _short(params: dict) -> str:
    given = {key: value for key, value in params.items() if value is not None and value is not False}
    if "targets" in given:
        given["targets"] = [{key: value for key, value in entry.items() if value} for entry in given["targets"]]
    return json.dumps(given)
