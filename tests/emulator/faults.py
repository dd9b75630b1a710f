# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of faults: which requests go wrong. README.md has the table of all keys."""

from __future__ import annotations

import random

from .call import Call
from .fault import ACTING, Fault, parse
from .fault_values import check
from .tables import Tables

CALLS = (
    "list_workspaces",
    "create_workspace",
    "get_workspace",
    "update_workspace",
    "delete_workspace",
    "list_targets",
    "list_servers",
    "create_target",
    "get_target",
    "delete_target",
    "prometheus",
)
SELECTING = {"call": "*", "match": {}, "times": None, "after": 0, "probability": 1}
MATCHING = {"project_id", "workspace", "workspace_id", "target_id", "host_id", "port", "path", "query"}


class Rule:
    """A line of the plan, with its count of requests that it suited (`seen`) and that it changed (`fired`)."""

    def __init__(self, given: dict, seed: object):
        action = given.get("action", {})
        given = {
            **{key: value for key, value in given.items() if key != "action"},
            **({action: True} if isinstance(action, str) else action),
        }
        unknown = set(given) - set(SELECTING) - ACTING
        if unknown:
            raise ValueError("a rule has no key %s" % ", ".join(sorted(unknown)))
        check(given)
        self.given = given
        chosen = {**SELECTING, **{key: given[key] for key in SELECTING if key in given}}
        self.call, self.match, self.times = chosen["call"], chosen["match"] or {}, chosen["times"]
        self.after, self.probability = chosen["after"], chosen["probability"]
        if self.call != "*" and self.call not in CALLS:
            raise ValueError("there is no call %s" % self.call)
        if set(self.match) - MATCHING:
            raise ValueError("nothing can match by %s" % ", ".join(sorted(set(self.match) - MATCHING)))
        self.fault = parse(given)
        self.seen = self.fired = 0
        self._random = random.Random(str(seed))

    def suits(self, call: Call, tables: Tables) -> bool:
        return self.call in ("*", call.name) and all(
            _matches(key, str(value), call, tables) for key, value in self.match.items()
        )

    def fires(self) -> bool:
        """Count a request that suits; whether this rule takes it."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.fired >= self.times):
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True


def _matches(key: str, value: str, call: Call, tables: Tables) -> bool:
    if key == "path":
        return value in call.raw_path
    if key == "query":
        return value in call.raw_path.partition("?")[2] or value in call.body.decode(errors="replace")
    if key == "workspace":
        record = tables.workspaces.get(call.workspace_id)
        return value == (record["jobName"] if record else _sent(call, "jobName"))
    if key in ("host_id", "port"):
        target = tables.targets.get(call.target_id)
        name = {"host_id": "hostId", "port": "port"}[key]
        return value == str(target[name] if target else _sent(call, name))
    return value == getattr(call, key)


def _sent(call: Call, name: str):
    try:
        return call.json.get(name)
    except Exception:  # pylint: disable=broad-except
        return None


class Plan:
    """The rules in force, in order: the first that fires for a request changes it."""

    def __init__(self, rules: list[dict], seed: int):
        self._seed = seed
        self.rules: list[Rule] = []
        self.set(rules)

    def set(self, rules: list[dict], names: list[str] | None = None) -> None:
        """All of them, or none if one is refused. `names` say where each comes from."""
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise ValueError("a plan is a list of rules")
        parsed = []
        for number, rule in enumerate(rules):
            try:
                parsed.append(Rule(rule, (self._seed, number)))
            except (AttributeError, TypeError, ValueError) as error:
                raise ValueError("%s: %s" % (names[number] if names else "rule %d" % (number + 1), error)) from None
        self.rules = parsed

    def get(self) -> list[dict]:
        return [{**rule.given, "seen": rule.seen, "fired": rule.fired} for rule in self.rules]

    def pick(self, call: Call, tables: Tables) -> Fault | None:
        for rule in self.rules:
            if rule.suits(call, tables) and rule.fires():
                return rule.fault
        return None
