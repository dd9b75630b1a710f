# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans: the writes that a run needs, and their diff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Diffable(Protocol):
    """Anything that can appear in a diff."""

    def to_diff(self) -> dict[str, Any]:
        """Fields to show in a diff: no ids, no times."""


T = TypeVar("T", bound=Diffable)


@dataclass(frozen=True)
class Change(Generic[T]):
    """One write. ``before`` is None for a create, ``after`` is None for a delete."""

    before: T | None
    after: T | None


@dataclass(frozen=True)
class Plan(Generic[T]):
    """The writes from the observed to the desired state, and the things that stay unchanged."""

    changes: tuple[Change[T], ...] = ()
    kept: tuple[T, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the plan contains a write."""
        return bool(self.changes)

    def before(self) -> list[dict[str, Any]]:
        """Diff of the changed things before the run."""
        return [change.before.to_diff() for change in self.changes if change.before]

    def after(self) -> list[dict[str, Any]]:
        """Diff of the changed things after the run."""
        return [change.after.to_diff() for change in self.changes if change.after]
