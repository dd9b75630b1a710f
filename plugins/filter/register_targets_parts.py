# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts in which the role register_targets calls the service."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_parts
short_description: The parts in which the role register_targets calls the service
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Divides entries of hosts into parts, one for each bulk call. A part carries its entries as text, which Ansible does not
    walk through.
  - With O(variables) it asks P(nhncloud.sysmon.register_targets_entries#filter) for the entries itself. Between two filters
    Ansible would walk through them too.
positional: size, variables, match, port
options:
  _input:
    description: The entries, from P(nhncloud.sysmon.register_targets_entries#filter), or names of hosts.
    type: list
    elements: raw
    required: true
  size:
    description: How many hosts are in a part; at least one.
    type: int
    required: true
  variables:
    description: The variables of each host, by its name; C(hostvars). The input is names of hosts then.
    type: dict
  match:
    description: What a server is recognised by, with O(variables).
    type: str
    choices: [ip, hostname, instance_id, host_id]
  port:
    description: The port, or list of ports, of hosts without C(register_targets_port), with O(variables).
    type: raw
"""

EXAMPLES = r"""
---
- name: Show what the first call would be for
  ansible.builtin.debug:
    msg: "{{ (groups.web | nhncloud.sysmon.register_targets_parts(500, hostvars, 'ip', 9100) | first).label }}"
"""

RETURN = r"""
_value:
  description:
    - Of each part a C(label) that names its hosts, and as JSON its C(entries), and their C(targets) as
      M(nhncloud.sysmon.sysmon_targets) takes them.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import entries_of, parts_of
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_parts": _parts}


def _parts(
    entries: Any, size: int, variables: Mapping[str, Any] | None = None, match: str = "", port: Any = None
) -> Any:
    if variables is not None:
        entries = entries_of(entries, variables, match, port)
    return as_data(parts_of(entries, size))
