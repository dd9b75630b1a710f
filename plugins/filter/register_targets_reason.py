# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a host failed in this run of the role register_targets."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_reason
short_description: Why a host failed in this run of the role register_targets
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - One host speaks for all hosts that run the role with it, and notes what became of them in the fact
    C(register_targets_outcome). This looks there for one of them, at the same cost whatever the number of hosts.
positional: variables, run
options:
  _input:
    description: The name of the host.
    type: str
    required: true
  variables:
    description: The variables of each host, by its name; C(hostvars).
    type: dict
    required: true
  run:
    description: The run that counts, C(run) of the note of the host.
    type: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Show why the host failed
  ansible.builtin.debug:
    msg: "{{ inventory_hostname | nhncloud.sysmon.register_targets_reason(hostvars, register_targets_note.run) }}"
  when: register_targets_note is defined
"""

RETURN = r"""
_value:
  description: The reason, empty where the host did not fail. That nothing was noted of the host is a reason too.
  type: str
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import reason_for
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_reason": lambda host, variables, run: as_data(reason_for(host, variables, run))}
