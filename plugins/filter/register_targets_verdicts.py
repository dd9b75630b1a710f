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
positional: calls
options:
  _input:
    description: The entries of P(nhncloud.sysmon.register_targets_entries#filter).
    type: list
    elements: dict
    required: true
  calls:
    description:
      - The results of M(nhncloud.sysmon.sysmon_targets) in a loop. C(__register_targets_part) of each is the list of entries
        that it was for.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Show which hosts failed
  ansible.builtin.debug:
    msg: "{{ entries | nhncloud.sysmon.register_targets_verdicts([call]) }}"
  vars:
    entries: "{{ ['web-1'] | nhncloud.sysmon.register_targets_entries({'web-1': {}}, 'hostname', 9100) }}"
    call:
      __register_targets_part: "{{ entries }}"
      msg: The appkey was refused.
"""

RETURN = r"""
_value:
  description:
    - By the name of the host whether it C(failed), the C(reason), whether something C(changed), and its C(targets) as
      M(nhncloud.sysmon.sysmon_targets) returns them.
  type: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._state.batch import verdicts_of


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_verdicts": verdicts_of}
