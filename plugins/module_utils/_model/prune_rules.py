# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Safety options of sysmon_prune: when it refuses, and which targets are protected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .._errors import SysmonError
from .desired import check_parallel
from .sampled import SampleQuery, sample_query_from
from .survey import Survey
from .targets import Target


@dataclass(frozen=True)
class PruneRules:
    """The safety options. ``samples`` is None if samples are not checked; ``max_share`` is in percent."""

    samples: SampleQuery | None
    max_share: float
    protect: tuple[str, ...]
    workers: int


def prune_rules_from(params: Mapping[str, Any]) -> PruneRules:
    """Rules from the options of sysmon_prune. Raises SysmonError of kind config."""
    max_share = params["max_share"]
    if not 0 <= max_share <= 100:  # also rejects NaN
        raise SysmonError("config", "max_share must be between 0 and 100 percent.")
    check_parallel(params)
    protect = tuple(pattern.strip() for pattern in params["protect"] or ())
    if not all(protect):
        raise SysmonError("config", "protect contains an empty pattern.")
    return PruneRules(sample_query_from(params), max_share, protect, params["max_workers"])


def check_survey(found: Survey, server_count: int, rules: PruneRules) -> None:
    """Raise SysmonError of kind config if the server list looks broken: empty, or too many orphans."""
    check_server_count(server_count)
    # Exact decimal arithmetic: with floats 0.57 % of 10,000 would be less than 57.
    if 100 * len(found.orphans) > Fraction(str(rules.max_share)) * found.size:
        raise SysmonError(
            "config",
            f"{len(found.orphans)} of {found.size} targets have no listed server, more than max_share"
            f" ({rules.max_share:g} %). Nothing was removed.",
            hint="Check the agents and the server list first, then raise max_share.",
        )


def check_server_count(server_count: int) -> None:
    """Raise SysmonError of kind config if the server list is empty."""
    if not server_count:
        raise SysmonError(
            "config",
            "The server list is empty. Nothing was removed.",
            hint="Servers may exist although none is listed: check the agents, the project and the region.",
        )


def protected_by(target: Target, patterns: Sequence[str]) -> str | None:
    """Reason why a pattern protects the target, else None. Any pattern protects a target without a host name."""
    if patterns and not target.hostname:
        return "It has no host name to compare with protect."
    for pattern in patterns:
        regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(regex, str(target.hostname), re.IGNORECASE | re.DOTALL):
            return f"It is protected by {pattern}."
    return None
