# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of a gate: the query, the rules for its samples, and the waiting times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from .._errors import SysmonError
from .desired import check_wait
from .promql import plain_selector, quoted
from .times import SECOND, is_relative, parse_time

# In seconds. The service collects once a minute: two intervals, plus half of one for transport.
MAX_AGE = 150.0
OLDEST = 300.0


@dataclass(frozen=True)
class GateRules:
    """The rules for samples. ``selector`` is the query if it is a plain selector, whose samples have their own age.

    ``max_age`` is in seconds (0: any age), ``since`` in Unix milliseconds. A ``relative`` since was given relative to the
    clock of this machine.
    """

    query: str
    label: str = "instance"
    selector: str | None = None
    above: float | None = None
    below: float | None = None
    max_age: float = 0.0
    since: int | None = None
    relative: bool = False

    @classmethod
    def of_query(cls, query: str, label: str) -> GateRules:
        """Default rules for a query."""
        selector = plain_selector(query)
        return cls(query, label, selector, max_age=MAX_AGE if selector else 0.0)

    def by_prometheus(self, ahead: float) -> GateRules:
        """Adjust a relative ``since`` to Prometheus' clock, if that is ``ahead`` (in seconds): else older samples would count."""
        if self.since is None or not self.relative:
            return self
        return replace(self, since=self.since + round(max(0.0, ahead) * SECOND), relative=False)


@dataclass(frozen=True)
class Waiting:
    """Waiting times in seconds: ``hold`` is how long the gate has to stay met, ``delay`` is the time between polls."""

    hold: float
    timeout: float
    delay: float


def gate_rules_from(params: Mapping[str, Any], now: int) -> GateRules:
    """Rules from the options of a module; ``now`` in Unix milliseconds. Raises SysmonError of kind config."""
    query = params["query"] if params["workspace"] is None else f"up{{job={quoted(params['workspace'])}}}"
    for name in ("query", "workspace", "label"):
        if params[name] is not None and not params[name].strip():
            raise _config(f"{name} is empty.")
    rules = GateRules.of_query(query, params["label"].strip())
    above, below = _bound(params, "above"), _bound(params, "below")
    if above is not None and below is not None and above >= below:
        raise _config(f"above ({above:g}) must be less than below ({below:g}).")
    max_age = rules.max_age if params["max_age"] is None else params["max_age"]
    if max_age and not 1 <= max_age <= OLDEST:
        raise _config(f"max_age must be between 1 and {OLDEST:g} seconds, or 0 for no limit.")
    given = "" if params["since"] is None else str(params["since"])
    since = parse_time(given, now, "since") if given else None
    if rules.selector is None and (max_age or since is not None):
        name = "since" if since is not None else "max_age"
        raise _config(f"{name} needs a plain selector as query: the samples of an expression have no age of their own.")
    return GateRules(rules.query, rules.label, rules.selector, above, below, max_age, since, is_relative(given))


def identities_from(params: Mapping[str, Any]) -> list[str] | None:
    """The identities to wait for; None if the option is not set. Raises SysmonError of kind config."""
    identities: list[str] | None = params["identities"]
    if identities is not None and (not identities or not all(identity.strip() for identity in identities)):
        raise _config("identities is empty, or has an empty entry. Omit it to wait for all series of the query.")
    return identities


def waiting_from(params: Mapping[str, Any]) -> Waiting:
    """Waiting times from the options of a module. Raises SysmonError of kind config."""
    hold, timeout, delay = params["hold"], params["wait_timeout"], params["delay"]
    check_wait("wait_timeout", timeout)
    if not 0 <= hold <= timeout:
        raise _config(f"hold must be between 0 and wait_timeout ({timeout:g} s).")
    check_wait("delay", delay)
    if delay == 0:
        raise _config("delay must be more than 0 seconds.")
    return Waiting(hold, timeout, delay)


def _bound(params: Mapping[str, Any], name: str) -> float | None:
    value: float | None = params[name]
    if value is not None and isnan(value):
        raise _config(f"{name} is not a number.")
    return value


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
