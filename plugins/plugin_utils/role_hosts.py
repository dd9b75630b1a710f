# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of the role's hosts, from their variables."""

from __future__ import annotations

from typing import Any

from ..module_utils._errors import SysmonError
from ..module_utils._model.hosts import SELECTORS
from ..module_utils._model.role_entries import entry_of
from .role_variables import RoleVariables


def entry_for(variables: RoleVariables, match: str, identity: Any) -> dict[str, Any]:
    """The entry of a host, see ``entry_of``. Raises SysmonError of kind config."""
    address = str(variables.plain("ansible_host") or variables.host)
    return entry_of(variables.host, match, variables.get("port"), identity, address, variables.facts())


def fleet_entries(variables: RoleVariables, hostvars: Any) -> tuple[dict[str, Any], dict[str, SysmonError]]:
    """The entries of the hosts in ``register_targets_hosts``, and the errors of those that have none."""
    named = variables.get("hosts")
    if not isinstance(named, (str, list, tuple)):
        raise SysmonError("config", f"register_targets_hosts {named!r} is not a list of hosts.")
    hosts = [name.strip() for name in named.split(",")] if isinstance(named, str) else [str(name) for name in named]
    match, port = variables.choice("match", *SELECTORS), variables.get("port")
    entries: dict[str, Any] = {}
    failures: dict[str, SysmonError] = {}
    for host in dict.fromkeys(hosts):
        try:
            if host not in hostvars:
                raise SysmonError("config", f"{host}: it is not a host of the inventory.")
            # raw_get merges a host's variables once and templates none; hostvars[host] does both at each access.
            known = RoleVariables(host, hostvars.raw_get(host), lambda name, _raw, of=host: hostvars[of][name], port)
            entries[host] = entry_for(known, match, known.get("identity"))
        except SysmonError as error:
            failures[host] = error
        except Exception as error:  # pylint: disable=broad-exception-caught
            # Templating can raise any error: one host must not fail the others.
            failures[host] = SysmonError("config", f"{host}: its variables cannot be read: {error}")
    return entries, failures
