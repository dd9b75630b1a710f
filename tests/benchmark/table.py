# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Markdown tables, and the one that holds every figure against its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A figure of the collection, the floor that it stands on, and the most that the contract allows (None: nothing)."""

    what: str
    measured: float
    floor: str
    at: float
    most: float | None = None
    unit: str = "s"

    @property
    def held(self) -> bool:
        """Whether the contract holds here."""
        return self.most is None or self.measured <= self.most


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with a bold title, unless it has no rows."""
    if not rows:
        return
    print(f"**{title}**\n")
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def print_floors(rows: Sequence[Row]) -> None:
    """Each figure beside its floor."""
    table(
        "Each beside its floor",
        ["what", "measured", "floor", "floor's own", "at most", "held"],
        [
            [
                row.what,
                _figure(row.measured, row.unit),
                row.floor,
                _figure(row.at, row.unit),
                "" if row.most is None else _figure(row.most, row.unit),
                "" if row.most is None else "yes" if row.held else "**no**",
            ]
            for row in rows
        ],
    )


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if unit == "s" else f"{value:.1f} {unit}"
