# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out which targets have samples in Prometheus: the query, and the hosts in its result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .hosts import parse_ip
from .names import Name, normalise_host
from .promql import plain_selector, without_comments
from .targets import Target
from .times import format_duration, parse_duration

# The service's labels are not documented, so a label may contain any of these.
IDENTITIES = ("ip", "hostname", "host_id", "target_id")

_ZERO = re.compile(r"0+(\.0*)?(ms|[smhdwy])?")


@dataclass(frozen=True)
class SampleQuery:
    """``query`` over the last ``window`` milliseconds; ``label`` names the host of a series."""

    query: str
    label: str
    window: int

    @property
    def promql(self) -> str:
        """PromQL for the number of samples per series: the samples of a plain selector, else one evaluation a minute."""
        inner, span = plain_selector(self.query), self.span
        if inner is not None:
            return f"count_over_time({inner}[{span}])"
        return f"count_over_time(({without_comments(self.query)})[{span}:1m])"

    @property
    def span(self) -> str:
        """The window in Prometheus' notation."""
        return format_duration(self.window)


@dataclass(frozen=True)
class SampledHosts:
    """The names of all hosts that have samples."""

    names: frozenset[str]

    def by(self, target: Target) -> set[str]:
        """The attributes of the target that name samples; empty if it has no sample.

        Ports are ignored: a sample from another port of the host shows that the host is running.
        """
        return {name for name in IDENTITIES if normalise_host(getattr(target, name) or "") in self.names}


def sample_query_from(params: Mapping[str, Any]) -> SampleQuery | None:
    """Query from the options silent_for, query and label; None if silent_for is 0 or not set. Raises SysmonError of kind config."""
    silent_for = params["silent_for"]
    if silent_for is None or _ZERO.fullmatch(str(silent_for).strip()):
        return None
    window = parse_duration(str(silent_for), "silent_for")
    for name in ("query", "label"):
        if not params[name].strip():
            raise SysmonError("config", f"{name} is empty.")
    return SampleQuery(params["query"], params["label"].strip(), window)


def sampled_hosts(samples: Iterable[Mapping[str, Any]], label: str) -> SampledHosts:
    """The hosts in a label of these samples, with and without port. A name that has colons itself may have one, too."""
    names = set()
    for sample in samples:
        value = str(sample["labels"].get(label, "")).strip()
        name = Name.parse(value)
        names |= {value.lower(), name.host}
        if name.port is None and parse_ip(value) is None:
            names.add(value.rpartition(":")[0].lower())
    return SampledHosts(frozenset(names - {""}))
