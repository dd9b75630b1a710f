# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: the names of a target in samples, and the reason why a query does not confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._text import cleaned
from .gate import Judged
from .gate_rules import GateRules


def unverified(judged: Judged, rules: GateRules, seen: str) -> str:
    """Reason why the query does not confirm a target: the query, the label values or the age seen, and the variables to set."""
    reason = f"{cleaned(rules.query)}, label {rules.label}: {judged.reason}"
    if judged.age is not None and not (rules.max_age and judged.age > rules.max_age):
        # Otherwise the age is the reason.
        reason += f" The sample is {judged.age:.0f} s old."
    if judged.value is not None or str(judged.reason).startswith("The query failed"):
        return reason
    return (
        f"{reason} Values of {rules.label} seen: {seen}."
        " Set register_targets_verify_query or register_targets_verify_label."
    )


def names_of(host: str, target: Mapping[str, Any]) -> list[str]:
    """All names that a sample of the target may have. The service's labels are not documented."""
    hosts = [str(target[key]) for key in ("ip", "hostname") if target.get(key)] + [host]
    ids = [str(target[key]) for key in ("target_id", "host_id") if target.get(key)]
    return list(dict.fromkeys([*(_with_port(name, target["port"]) for name in hosts), *ids]))


def _with_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
