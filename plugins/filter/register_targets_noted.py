# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts have noted of themselves in this run of register_targets."""

from __future__ import annotations

DOCUMENTATION = r"""
name: register_targets_noted
short_description: What hosts have noted of themselves in this run of the role register_targets
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Each host that runs the role notes its entry in the fact C(register_targets_note), and in which run of the role that was.
    This tells the entries of the hosts that run the role now from those of an earlier run, and from hosts that do not run it.
positional: variables, run
options:
  _input:
    description: Names of hosts, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  variables:
    description: The variables of each host, by its name; C(hostvars).
    type: dict
    required: true
  run:
    description: The run that counts, C(run) of the note of a host that is in it.
    type: dict
    required: true
"""

EXAMPLES = r"""
---
- name: Show the hosts that were registered together with this one
  ansible.builtin.debug:
    msg: "{{ ansible_play_batch | nhncloud.sysmon.register_targets_noted(hostvars, register_targets_note.run) }}"
  when: register_targets_note is defined
"""

RETURN = r"""
_value:
  description: The entries, as P(nhncloud.sysmon.register_targets_entries#filter) gives them, in the order of the hosts.
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import noted_in
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data


class FilterModule:
    """The filter of the same name."""

    def filters(self) -> dict[str, Any]:
        return {"register_targets_noted": lambda hosts, variables, run: as_data(noted_in(hosts, variables, run))}
