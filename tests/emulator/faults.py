# Copyright: (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of faults: which requests go wrong, and how. README.md has the table of all keys."""
from __future__ import annotations

import base64
import random
from dataclasses import dataclass, field

from .calls import Call
from .codes import INTERNAL_SERVER_ERROR, Answer, gateway, refusal
from .state import State

CALLS = ("list_workspaces", "create_workspace", "get_workspace", "update_workspace", "delete_workspace",
         "list_targets", "list_servers", "create_target", "get_target", "delete_target", "prometheus")
COMMITS = ("before", "after", "never", "late")
SELECTING = {"call": "*", "match": {}, "times": None, "after": 0, "probability": 1}
ACTING = {"status", "headers", "body_kind", "result_code", "result_message", "http_status", "html", "body",
          "body_base64", "redirect", "refuse_committed", "late_commit", "commit", "slow", "timeout", "drop",
          "drop_before", "drop_after", "cut", "drip", "mutate", "gzip"}
MATCHING = {"project_id", "workspace", "workspace_id", "target_id", "host_id", "port", "path", "query"}


@dataclass
class Fault:
    """What happens to one request: when it is committed, what is answered, and how that is delivered."""

    commit: str = "before"
    late: float = 0
    answer: Answer | None = None  # instead of the real one
    headers: dict = field(default_factory=dict)
    slow: float = 0
    drop: bool | str = False
    cut: bool | str = False
    drip: dict | None = None
    mutate: dict | None = None
    gzip: bool | str = False


def parse(action: dict) -> Fault:
    """The keys of a rule that act, as a Fault. Keys may be given together."""
    dropped = next((action[key] for key in ("drop", "drop_before", "drop_after") if action.get(key)), False)
    if "timeout" in action:
        dropped = dropped or True
    answer = None if dropped else _answer(action)
    if "commit" in action:
        commit = action["commit"]
    elif "late_commit" in action:
        commit = "late"
    elif action.get("drop_before") or "timeout" in action:
        commit = "never"
    elif action.get("drop_after") or "refuse_committed" in action or "body" in action or "body_base64" in action:
        commit = "before"
    else:
        commit = "never" if answer or dropped else "before"
    if commit not in COMMITS:
        raise ValueError("commit is one of %s" % ", ".join(COMMITS))
    if commit in ("never", "late") and answer is None and not dropped:
        answer = gateway(504)
    drip = action.get("drip")
    if isinstance(drip, (int, float)):
        drip = {"bytes_per_second": drip}
    return Fault(commit=commit, late=float(action.get("late_commit", 0)), answer=answer,
                 headers=dict(action.get("headers") or {}), slow=float(action.get("timeout", action.get("slow", 0))),
                 drop=dropped, cut=action.get("cut", False), drip=drip, mutate=action.get("mutate"),
                 gzip=action.get("gzip", False))


def _answer(action: dict) -> Answer | None:
    """The answer that a rule gives in place of the real one; None when it leaves that."""
    status = action.get("status", action.get("http_status"))
    if "body" in action or "body_base64" in action:
        body = action["body"].encode() if "body" in action else base64.b64decode(action["body_base64"])
        return Answer(body, status or 200)
    if "redirect" in action:
        return Answer(b"", status or 302, {"Location": action["redirect"]})
    if action.get("html"):
        return gateway(status or 200, "html")
    refused = action.get("refuse_committed")
    code = action.get("result_code", INTERNAL_SERVER_ERROR if refused is True else refused)
    if code is not None:
        return refusal(code, action.get("result_message"), status or 200)
    if status:
        return gateway(status, action.get("body_kind", "envelope"))
    return None


class Rule:
    """A line of the plan, with its count of requests that it suited (`seen`) and that it changed (`fired`)."""

    def __init__(self, given: dict, seed: object):
        action = given.get("action", {})
        given = {**{key: value for key, value in given.items() if key != "action"},
                 **({action: True} if isinstance(action, str) else action)}
        unknown = set(given) - set(SELECTING) - ACTING
        if unknown:
            raise ValueError("a rule has no key %s" % ", ".join(sorted(unknown)))
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

    def suits(self, call: Call, state: State) -> bool:
        return self.call in ("*", call.name) and all(
            _matches(key, str(value), call, state) for key, value in self.match.items())

    def fires(self) -> bool:
        """Count a request that suits; whether this rule takes it."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.fired >= self.times):
            return False
        if self.probability < 1 and self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True


def _matches(key: str, value: str, call: Call, state: State) -> bool:
    if key == "path":
        return value in call.raw_path
    if key == "query":
        return value in call.raw_path.partition("?")[2] or value in call.body.decode(errors="replace")
    if key == "workspace":
        record = state.workspaces.get(call.workspace_id)
        return value == (record["jobName"] if record else _sent(call, "jobName"))
    if key in ("host_id", "port"):
        target = state.targets.get(call.target_id)
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

    def set(self, rules: list[dict]) -> None:
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise ValueError("a plan is a list of rules")
        self.rules = [Rule(rule, (self._seed, number)) for number, rule in enumerate(rules)]

    def get(self) -> list[dict]:
        return [{**rule.given, "seen": rule.seen, "fired": rule.fired} for rule in self.rules]

    def pick(self, call: Call, state: State) -> Fault | None:
        for rule in self.rules:
            if rule.suits(call, state) and rule.fires():
                return rule.fault
        return None
