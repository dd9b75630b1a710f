# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suggest corrections for mistyped names and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from .._text import LONGEST, cleaned

SIMILAR = 0.6


def nearest(name: str, names: Iterable[str], cutoff: float = 0.0) -> str | None:
    """The most similar of ``names``, ignoring case; None if none reaches ``cutoff`` (0 to 1)."""
    known = {each.lower(): each for each in names if len(each) <= LONGEST}
    near = get_close_matches(name.lower(), known, n=1, cutoff=cutoff)
    return cleaned(known[near[0]]) if near else None


def suggest_options(arguments: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> str:
    """Corrections for arguments that Ansible rejects, to append to its message; empty text if there are none."""
    return "".join(f". {each}" for each in dict.fromkeys(_suggestions(arguments, spec)))


def _suggestions(arguments: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> list[str]:
    suggestions = []
    for name, value in arguments.items():
        if name not in spec:
            near = nearest(str(name), spec, SIMILAR)
            suggestions += [f"{name} is not an option: did you mean {near}?"] if near else []
        elif "options" in spec[name] and isinstance(value, list):
            suggestions += _suggestions_in_entries(name, value, spec[name]["options"])
    return suggestions


def _suggestions_in_entries(name: str, entries: list[Any], spec: Mapping[str, Any]) -> list[str]:
    suggestions = [each for entry in entries if isinstance(entry, Mapping) for each in _suggestions(entry, spec)]
    if any(isinstance(entry, str) and "=" not in entry and not entry.startswith("{") for entry in entries):
        suggestions.append(f"Each entry of {name} is a mapping with options such as {', '.join(list(spec)[:3])}.")
    return suggestions
