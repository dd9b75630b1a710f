# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of the playbooks register, deregister and drift: those that register_hosts names, and why one fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager

from ..module_utils._errors import SysmonError

CONTROLLER = ("localhost", "127.0.0.1", "::1")


def fleet_hosts(loader: Any, pattern: Any, variables: Mapping[str, Any]) -> list[str]:
    """Names of the hosts that match ``pattern``; none without a pattern.

    Of ``variables``, ``groups`` is the inventory, and ``ansible_limit`` restricts the hosts as --limit does, also as
    ``@file``. Raises SysmonError of kind config.
    """
    if not pattern:
        return []
    if not all(isinstance(each, str) for each in (pattern if isinstance(pattern, (list, tuple)) else [pattern])):
        raise SysmonError("config", "register_hosts must be a pattern of hosts, or a list of patterns.")
    manager = InventoryManager(loader, parse=False)
    for group, hosts in variables["groups"].items():
        manager.add_group(group)
        for host in hosts:
            manager.add_host(host, group=group)
    try:
        manager.subset(variables.get("ansible_limit"))
        return [host.name for host in manager.get_hosts(pattern)]
    except AnsibleError as error:
        text = str(error).rstrip(".")
        raise SysmonError(
            "config", f"register_hosts or --limit: {text}. It matches no host of the inventory."
        ) from None


def failure_of(host: str, variables: Mapping[str, Any]) -> str | None:
    """Why the play on localhost did not register this host; None if it did.

    Read from the variables of localhost, since a template would read the reasons of all hosts for each.
    """
    failed = variables["hostvars"].raw_get("localhost").get("register_targets_failed")
    if failed is None:
        return left_out(variables)
    if host not in failed and host in CONTROLLER:
        # add_host takes "name:9100" for the host "name".
        lost = set(failed).difference(variables["groups"].get("register_targets_failed", ()))
        return next((f"{failed[name]} Ansible cannot fail a host with this name." for name in sorted(lost)), None)
    return failed.get(host)


def left_out(variables: Mapping[str, Any]) -> str:
    """The reason of a host where the play on localhost did not run."""
    limit = variables.get("ansible_limit")
    return f"Nothing was done: --limit leaves out localhost. Use --limit '{limit},localhost'."
