# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a query does not prove to be collected."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_unseen
short_description: Which hosts a query does not prove to be collected
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Holds the samples of one query against the targets of a batch of hosts.
  - How the service labels a series is not documented. A sample counts for a target when its label is the address or a name of
    the host, alone or with the port, or an id of the server or the target. It proves the target when its value is above 0.
positional: answer, label
options:
  _input:
    description: The result of P(nhncloud.sysmon.register_targets_registered#filter).
    type: list
    elements: dict
    required: true
  answer:
    description: The result of M(nhncloud.sysmon.sysmon_query_info).
    type: dict
    required: true
  label:
    description: The label that tells which target a sample is of.
    type: str
    required: true
"""

EXAMPLES = r"""
---
- name: Show what was seen instead
  ansible.builtin.debug:
    msg: "{{ registered | nhncloud.sysmon.register_targets_unseen({'samples': []}, 'instance') }}"
  vars:
    registered:
      - host: web-1
        found:
          - ip: 192.168.0.5
            port: 9100
"""

RETURN = r"""
_value:
  description: By the name of each host that is not proven, what was seen instead.
  type: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import unseen_by


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_unseen": unseen_by}
