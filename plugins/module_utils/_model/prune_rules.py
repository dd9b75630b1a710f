# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guards of sysmon_prune: when it refuses, and which targets are protected."""

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
    """The guards that a task asks for. ``samples`` is None where no samples are asked for."""

    samples: SampleQuery | None
    max_share: float
    protect: tuple[str, ...]
    workers: int


def prune_rules_from(params: Mapping[str, Any]) -> PruneRules:
    """The options of sysmon_prune, checked. Raises SysmonError of kind config."""
    max_share = params["max_share"]
    if not 0 <= max_share <= 100:  # not a number is refused as well
        raise SysmonError("config", "max_share is between 0 and 100 percent.")
    check_parallel(params)
    protect = tuple(pattern.strip() for pattern in params["protect"] or ())
    if not all(protect):
        raise SysmonError("config", "protect holds an empty pattern.")
    return PruneRules(sample_query_from(params), max_share, protect, params["max_workers"])


def check_survey(found: Survey, server_count: int, rules: PruneRules) -> None:
    """Refuse what looks like a broken server list rather than like servers that are gone. Raises kind config."""
    check_server_count(server_count)
    # By the decimal number: as a binary fraction 0.57 % of 10,000 would be less than 57.
    if 100 * len(found.orphans) > Fraction(str(rules.max_share)) * found.size:
        raise SysmonError(
            "config",
            f"{len(found.orphans)} of {found.size} targets have no listed server, more than max_share"
            f" ({rules.max_share:g} %). Nothing was removed.",
            hint="Check the agents and the server list first, then raise max_share.",
        )


def check_server_count(server_count: int) -> None:
    """Refuse an empty server list. Raises SysmonError of kind config."""
    if not server_count:
        raise SysmonError(
            "config",
            "The server list is empty. Nothing was removed.",
            hint="No server listed does not mean that no server exists: check the agents, the project and the region.",
        )


def protected_by(target: Target, patterns: Sequence[str]) -> str | None:
    """Why patterns keep a target, else None. A target without a name may be any, so any pattern keeps it."""
    if patterns and not target.hostname:
        return "It has no host name to compare with protect."
    for pattern in patterns:
        regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(regex, str(target.hostname), re.IGNORECASE | re.DOTALL):
            return f"It is protected by {pattern}."
    return None
