#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysmon_register
short_description: Step of the role register_targets and of playbooks
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - This action implements the role P(nhncloud.sysmon.register_targets#role). Use the role, not the action.
  - Each host that runs the role joins a batch. The first host registers all that joined, in one bulk call. The others
    return their own result of it.
  - It takes everything except its own options from the variables of the role.
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
options:
  step:
    description:
      - What to do. V(find) returns the hosts of the playbooks C(nhncloud.sysmon.register) and
        C(nhncloud.sysmon.deregister), V(reason) fails this host if it is in RV(failed_hosts), and V(left_out) fails it since
        C(--limit) leaves out localhost.
      - V(join) adds the host to the batch, V(register) registers the batch.
      - V(fleet) registers the hosts that are named, V(failures) returns those that failed, V(fail) fails this host with
        O(msg).
    type: str
    choices: [find, join, register, fleet, failures, fail, reason, left_out]
    required: true
  msg:
    description: The reason of O(step=fail).
    type: str
"""

EXAMPLES = r"""
- name: Register the hosts of the play
  ansible.builtin.include_role:
    name: nhncloud.sysmon.register_targets
  vars:
    register_targets_workspace: web
"""

RETURN = r"""
targets:
  description: The collection targets of this host, as M(nhncloud.sysmon.sysmon_targets) returns them.
  returned: when the role is applied to hosts, for step C(register)
  type: list
  elements: dict
hosts:
  description: The hosts that C(register_hosts) names.
  returned: for step C(find)
  type: list
  elements: str
  sample: [web-1, web-2]
failed_hosts:
  description: The hosts of the fleet that failed, each with its reason.
  returned: for step C(failures)
  type: dict
  sample:
    web-3: "web-3 port 9100: No server with ip 192.168.0.7 is listed."
refused:
  description: Whether all hosts of the fleet failed for one reason.
  returned: when hosts that are named by C(register_targets_hosts) failed
  type: bool
  sample: false
# BEGIN error: written by tests/tools/shared_docs.py
error:
  description: Details of the failure. If several entries failed, those of the first. Parts that do not apply are null.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - One of C(config), C(auth), C(forbidden), C(not_found), C(ambiguous), C(reserved), C(exists), C(bad_input),
          C(rate_limited), C(server), C(transport), C(protocol), C(query) and C(timeout). The guide on errors explains each.
      returned: failure
      type: str
      sample: not_found
    call:
      description: The API call that failed.
      returned: failure
      type: str
      sample: list_targets
    http_status:
      description: The HTTP status of the answer.
      returned: failure
      type: int
      sample: 200
    result_code:
      description: The result code of the service or of a gateway. Null for errors of Prometheus itself.
      returned: failure
      type: raw
      sample: -40002
    result_message:
      description: The result message of the service, or the text of Prometheus.
      returned: failure
      type: str
      sample: BAD_INPUT_VALUE
    hint:
      description: What may help.
      returned: failure
      type: str
      sample: null
# END error
"""

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_action_only

STEPS = ["find", "join", "register", "fleet", "failures", "fail", "reason", "left_out"]


def main():
    spec = {
        "step": {"type": "str", "choices": STEPS, "required": True},
        "msg": {"type": "str"},
    }
    run_action_only(spec, "the role nhncloud.sysmon.register_targets")


if __name__ == "__main__":
    main()
