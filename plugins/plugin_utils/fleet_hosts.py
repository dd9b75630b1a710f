# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts that register_hosts names, under --limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager

from ..module_utils._errors import SysmonError


def fleet_hosts(loader: Any, groups: Mapping[str, Any], pattern: Any, limit: str | None) -> list[str]:
    """Names of the hosts that match ``pattern``; none without a pattern, or if it is not one.

    ``groups`` is Ansible's variable of that name. ``limit`` restricts the hosts as --limit does, also as ``@file``.
    Raises SysmonError of kind config.
    """
    if not pattern:
        return []
    if not all(isinstance(each, str) for each in (pattern if isinstance(pattern, (list, tuple)) else [pattern])):
        raise SysmonError("config", "register_hosts must be a pattern of hosts, or a list of patterns.")
    manager = InventoryManager(loader, parse=False)
    for group, hosts in groups.items():
        manager.add_group(group)
        for host in hosts:
            manager.add_host(host, group=group)
    try:
        manager.subset(limit)
        return [host.name for host in manager.get_hosts(pattern)]
    except AnsibleError:
        return []
