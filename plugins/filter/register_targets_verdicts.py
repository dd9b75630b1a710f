# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of each host that register_targets asked for."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_verdicts
short_description: What became of each host that the role register_targets asked for
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Deals the results of bulk calls out to the hosts that they were for.
positional: refusal
options:
  _input:
    description:
      - The results of M(nhncloud.sysmon.sysmon_targets) in a loop. C(__register_targets_part) of each is the part of the
        entries that it was for, from P(nhncloud.sysmon.register_targets_parts#filter).
    type: list
    elements: dict
    required: true
  refusal:
    description: The reason for hosts whose call was left out.
    type: str
    default: ""
"""

EXAMPLES = r"""
---
- name: Show which hosts failed
  ansible.builtin.debug:
    msg: "{{ ([call] | nhncloud.sysmon.register_targets_verdicts).failed }}"
  vars:
    call:
      __register_targets_part: >-
        {{ ['web-1'] | nhncloud.sysmon.register_targets_entries({'web-1': {}}, 'hostname', 9100)
           | nhncloud.sysmon.register_targets_parts(500) | first }}
      msg: The appkey was refused.
"""

RETURN = r"""
_value:
  description:
    - By the name of each of the C(hosts) why it failed, empty where it did not; the same of those that C(failed); how many
      C(changed); and why the service C(refused) all of them, empty where it did not.
  type: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import verdicts_of


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_verdicts": verdicts_of}
