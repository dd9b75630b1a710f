# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What register_targets asks of the service for each host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_entries
short_description: What the role register_targets asks of the service for each host
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Reads the variables of inventory hosts and says for each which collection targets it is to have.
  - It is the part of P(nhncloud.sysmon.register_targets#role) that looks at the inventory.
positional: variables, match, port
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  variables:
    description: The variables of each host, by its name; C(hostvars) or the like.
    type: dict
    required: true
  match:
    description: What a server is recognised by.
    type: str
    choices: [ip, hostname, instance_id, host_id]
    required: true
  port:
    description: The port, or list of ports, of hosts without C(register_targets_port).
    type: raw
    required: true
"""

EXAMPLES = r"""
---
- name: Show what would be asked for
  ansible.builtin.debug:
    msg: "{{ groups.web | nhncloud.sysmon.register_targets_entries(hostvars, 'ip', 9100) }}"
"""

RETURN = r"""
_value:
  description:
    - For each host its C(host) name, its C(targets) as M(nhncloud.sysmon.sysmon_targets) takes them, and the C(problem) that
      keeps it from having any.
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import entries_of
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {
            "register_targets_entries": lambda hosts, variables, match, port: as_data(
                entries_of(hosts, variables, match, port)
            )
        }
