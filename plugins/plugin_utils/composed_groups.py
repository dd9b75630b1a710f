# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups that ``groups`` and ``keyed_groups`` make of a host."""

from __future__ import annotations

from typing import Any


class ComposedGroups:
    """Inventory that remembers the ``names`` of the groups that are made, and adds ``host`` to them, whatever its name."""

    def __init__(self, inventory: Any) -> None:
        self._inventory = inventory
        self.host = ""
        # As a dictionary, which keeps the order.
        self.names: dict[str, None] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inventory, name)

    def add_group(self, group: str) -> str:
        name: str = self._inventory.add_group(group)
        self.names[name] = None
        return name

    def add_child(self, group: str, child: str) -> None:
        # By name, ansible-core would take the host for a group that has its name.
        if child == self.host:
            self.add_host(child, group)
        else:
            self._inventory.add_child(group, child)

    def add_host(self, host: str, group: str) -> None:
        self._inventory.groups[group].add_host(self._inventory.hosts[host])
