# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible.inventory.data import InventoryData

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.composed_groups import ComposedGroups


def test_a_host_with_the_name_of_a_group():
    inventory = InventoryData()
    composed = ComposedGroups(inventory)
    for composed.host in ("a", "web"):
        inventory.add_host(composed.host)
        composed.add_host(composed.host, composed.add_group("web"))
        composed.add_child(composed.add_group("parent"), composed.host)
    composed.add_child(composed.add_group("all_of_them"), "parent")
    assert list(composed.names) == ["web", "parent", "all_of_them"]
    assert [host.name for host in inventory.groups["web"].hosts] == ["a", "web"]
    assert [host.name for host in inventory.groups["parent"].hosts] == ["a", "web"]
    assert inventory.groups["parent"].child_groups == []
    assert inventory.groups["all_of_them"].child_groups == [inventory.groups["parent"]]
    assert composed.get_host("a") is inventory.hosts["a"]
