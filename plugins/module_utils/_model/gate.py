# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluate a gate: it is met if every identity has samples and all of them satisfy the rules. Unknown means not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .gate_rules import GateRules
from .names import Index
from .samples import QueryResult
from .times import SECOND, format_time

# Seconds that Prometheus looks back for the last sample of a series: its --query.lookback-delta.
LOOKBACK = 300
NO_NUMBER = "Its value is a histogram, not a number."

Wanted = Sequence[tuple[str, Sequence[str]]]
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Series:
    """A series that is not stale: its value, and the time of its last sample (Unix seconds) if known."""

    labels: Labels
    value: str | None
    time: float | None = None

    def __str__(self) -> str:
        return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(self.labels.items())) + "}"


@dataclass(frozen=True)
class Judged:
    """Result for one identity: the deciding value and its age in seconds, and if not met the reason."""

    identity: str
    met: bool
    value: str | None = None
    age: float | None = None
    reason: str | None = None

    def to_result(self) -> dict[str, Any]:
        """The entry of ``identities`` in the result of sysmon_wait."""
        return {
            "identity": self.identity,
            "met": self.met,
            "value": self.value,
            "age": None if self.age is None else round(self.age, 3),
            "reason": self.reason,
        }


def wanted_from(identities: Sequence[str] | None) -> Wanted | None:
    """Each identity with its names: here only itself."""
    return None if identities is None else [(identity, [identity]) for identity in identities]


def read_series(instant: QueryResult, window: QueryResult | None) -> tuple[list[Series], float]:
    """The series of an instant query, and its evaluation time in Unix seconds.

    ``window`` is the result of the same selector as a range vector: it contains the samples' own times, but also series
    that are stale by now. A sample may arrive between the two queries, so the value is taken from where its time is.
    Raises SysmonError of kind config if the query returns neither a scalar nor a vector.
    """
    if instant.result_type == "scalar":
        moment, value = instant.result
        return [Series({}, str(value))], moment
    if instant.result_type != "vector":
        raise SysmonError("config", f"query returns a {instant.result_type}: a gate needs one value per series.")
    last = {_key(entry["metric"]): _last(entry) for entry in (window.result if window else [])}
    series = [Series(s["labels"], *(last.get(_key(s["labels"])) or (s["value"], None))) for s in instant.samples]
    return series, max((sample["timestamp"] for sample in instant.samples), default=0.0)


def judge(wanted: Wanted | None, series: Sequence[Series], now: float, rules: GateRules) -> list[Judged]:
    """Evaluate each identity at ``now``, the time of the query. Without identities, evaluate each value of the label."""
    if wanted is None:
        groups: dict[str, list[Series]] = {}
        for each in series:
            groups.setdefault(each.labels.get(rules.label) or str(each), []).append(each)
        return [_judge_one(name, found, now, rules) for name, found in groups.items()]
    index = Index((each.labels[rules.label], each) for each in series if rules.label in each.labels)
    return [_judge_one(identity, index.find(names), now, rules) for identity, names in wanted]


def undecided(wanted: Wanted | None, reason: str) -> list[Judged]:
    """All identities as not met, for one reason."""
    return [Judged(identity, False, reason=reason) for identity, _names in wanted or []]


def all_met(judged: Sequence[Judged]) -> bool:
    """Whether the gate is met. An empty list does not meet it."""
    return bool(judged) and all(each.met for each in judged)


def _judge_one(identity: str, found: Sequence[Series], now: float, rules: GateRules) -> Judged:
    if not found:
        return Judged(identity, False, reason="It has no sample.")
    reasons = [_why_not(each, now, rules) for each in found]
    wrong = next((number for number, reason in enumerate(reasons) if reason), 0)
    chosen = found[wrong]
    age = None if chosen.time is None else now - chosen.time
    return Judged(identity, not reasons[wrong], chosen.value, age, reasons[wrong])


def _why_not(series: Series, now: float, rules: GateRules) -> str | None:
    """Reason why a series does not satisfy the rules, else None. Checks the age first: an old value says nothing."""
    return _too_old(series, now, rules) or _wrong_value(series.value, rules)


def _too_old(series: Series, now: float, rules: GateRules) -> str | None:
    if not rules.max_age and rules.since is None:
        return None
    if series.time is None:
        return f"Its last sample is more than {LOOKBACK} s old."
    if rules.since is not None and series.time * SECOND <= rules.since:
        at = format_time(round(series.time * SECOND))
        return f"Its last sample is from {at}, which is not after since ({format_time(rules.since)})."
    age = now - series.time
    if rules.max_age and age > rules.max_age:
        return f"Its last sample is {age:.0f} s old, more than max_age ({rules.max_age:g} s)."
    return None


def _wrong_value(value: str | None, rules: GateRules) -> str | None:
    if value is None:
        return NO_NUMBER
    number, text = float(value), cleaned(value, 40)
    if isnan(number):
        return "Its value is NaN."
    if rules.above is None and rules.below is None:
        return "Its value is 0." if number == 0 else None
    if rules.above is not None and not number > rules.above:
        return f"Its value is {text}, not above {rules.above:g}."
    if rules.below is not None and not number < rules.below:
        return f"Its value is {text}, not below {rules.below:g}."
    return None


def _key(labels: Labels) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


def _last(entry: Mapping[str, Any]) -> tuple[str | None, float] | None:
    """Value and time of the last sample of a series. The value of a histogram is None."""
    points = [*entry.get("values", []), *((moment, None) for moment, _histogram in entry.get("histograms", []))]
    moment, value = max(points, key=lambda point: point[0], default=(None, None))
    return None if moment is None else (value, moment)
