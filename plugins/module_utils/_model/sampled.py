# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether Prometheus has samples of a target: the query over a span of time, and what its answer shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .names import Name, normalise_host
from .promql import plain_selector, without_comments
from .targets import Target
from .times import format_duration, parse_duration

# How the service labels a series is not documented, so each of these may be what a label holds.
IDENTITIES = ("ip", "hostname", "host_id", "target_id")

_ZERO = re.compile(r"0+(\.0*)?(ms|[smhdwy])?")


@dataclass(frozen=True)
class SampleQuery:
    """What is asked: ``query`` over the last ``window`` milliseconds; a series belongs to what ``label`` names."""

    query: str
    label: str
    window: int

    @property
    def promql(self) -> str:
        """How many samples each series had in the window: a plain selector by its own samples, else every minute."""
        inner, span = plain_selector(self.query), self.span
        if inner is not None:
            return f"count_over_time({inner}[{span}])"
        return f"count_over_time(({without_comments(self.query)})[{span}:1m])"

    @property
    def span(self) -> str:
        """The window in Prometheus' notation."""
        return format_duration(self.window)


@dataclass(frozen=True)
class Sampled:
    """The hosts of which there are samples."""

    names: frozenset[str]

    def by(self, target: Target) -> set[str]:
        """The attributes by which the target has a sample; none where it has no sample.

        The port is not looked at: a sample of another port of the host shows that its agent works.
        """
        return {name for name in IDENTITIES if normalise_host(getattr(target, name) or "") in self.names}


def sample_query_from(params: Mapping[str, Any]) -> SampleQuery | None:
    """The options silent_for, query and label; None where samples are not asked for. Raises kind config."""
    silent_for = params["silent_for"]
    if silent_for is None or _ZERO.fullmatch(str(silent_for).strip()):
        return None
    window = parse_duration(str(silent_for), "silent_for")
    for name in ("query", "label"):
        if not params[name].strip():
            raise SysmonError("config", f"{name} is empty.")
    return SampleQuery(params["query"], params["label"].strip(), window)


def sampled_in(samples: Iterable[Mapping[str, Any]], label: str) -> Sampled:
    """The hosts that a label of these samples names, with or without a port."""
    names = set()
    for sample in samples:
        value = str(sample["labels"].get(label, "")).strip()
        names |= {value.lower(), Name.parse(value).host}
    return Sampled(frozenset(names - {""}))
