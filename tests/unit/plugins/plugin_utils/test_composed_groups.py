# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible.inventory.data import InventoryData

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.composed_groups import ComposedGroups


def test_groups_wait_until_they_are_applied():
    inventory = InventoryData()
    composed = ComposedGroups(inventory)
    for host in ("a", "b"):
        inventory.add_host(host)
        composed.begin(host)
        composed.add_host(host, composed.add_group("web"))
    composed.forget("a")
    assert "web" not in inventory.groups
    assert composed.get_host("a") is inventory.hosts["a"]
    composed.apply()
    assert [host.name for host in inventory.groups["web"].hosts] == ["b"]
