# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups that ``groups`` and ``keyed_groups`` make, held back until every host has a name that none of them has."""

from __future__ import annotations

from typing import Any


class ComposedGroups:
    """Inventory that keeps new groups and members for ``apply``. ansible-core takes a child's name for a group first."""

    def __init__(self, inventory: Any) -> None:
        self._inventory = inventory
        self._members: dict[str, list[tuple[str, str]]] = {}
        self._current: list[tuple[str, str]] = []
        # As a dictionary, which keeps the order.
        self.names: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)

    def begin(self, host: str) -> None:
        """Hold back what follows as the groups of this host."""
        self._current = self._members[host] = []

    def forget(self, host: str) -> None:
        """Drop the memberships of a host. The groups stay."""
        self._members.pop(host, None)

    def add_group(self, group: str) -> str:
        self.names[group] = None
        return group

    def add_child(self, group: str, child: str) -> None:
        self._current.append((group, child))

    def add_host(self, host: str, group: str) -> None:
        self._current.append((group, host))

    def apply(self) -> None:
        for group in self.names:
            self._inventory.add_group(group)
        for members in self._members.values():
            for group, child in members:
                self._inventory.add_child(group, child)
