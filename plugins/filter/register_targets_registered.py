# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts register_targets has registered."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_registered
short_description: Which hosts the role register_targets has registered
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Deals the results of bulk calls out to the hosts that they were for, and leaves out hosts that failed.
positional: failed
options:
  _input:
    description:
      - The results of M(nhncloud.sysmon.sysmon_targets) in a loop. C(__register_targets_part) of each is the part of the
        entries that it was for, from P(nhncloud.sysmon.register_targets_parts#filter).
    type: list
    elements: dict
    required: true
  failed:
    description: The names of hosts that failed.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
- name: Show whose targets are there
  ansible.builtin.debug:
    msg: "{{ [call] | nhncloud.sysmon.register_targets_registered | map(attribute='host') }}"
  vars:
    call:
      __register_targets_part: >-
        {{ ['web-1'] | nhncloud.sysmon.register_targets_entries({'web-1': {}}, 'hostname', 9100)
           | nhncloud.sysmon.register_targets_parts(500) | first }}
      targets:
        - hostname: web-1
          port: 9100
"""

RETURN = r"""
_value:
  description:
    - The entries of these hosts, each with its targets as M(nhncloud.sysmon.sysmon_targets) returns them in C(found).
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import registered_by


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_registered": registered_by}
