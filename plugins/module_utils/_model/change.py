# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run will do: the changes, and what they look like to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Shown(Protocol):
    """A thing that can be part of a diff."""

    def to_diff(self) -> dict[str, Any]:
        """What people see of it: no ids, no times."""


T = TypeVar("T", bound=Shown)


@dataclass(frozen=True)
class Change(Generic[T]):
    """One write: ``before`` is None for a create, ``after`` for a delete."""

    before: T | None
    after: T | None


@dataclass(frozen=True)
class Plan(Generic[T]):
    """The writes that lead from what was observed to what is desired, and what stays unchanged."""

    changes: tuple[Change[T], ...] = ()
    kept: tuple[T, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.changes)

    def before(self) -> list[dict[str, Any]]:
        """The changed things as they were."""
        return [change.before.to_diff() for change in self.changes if change.before]

    def after(self) -> list[dict[str, Any]]:
        """The changed things as they will be."""
        return [change.after.to_diff() for change in self.changes if change.after]
