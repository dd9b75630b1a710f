#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysmon_fleet
short_description: Step of the role fleet_page and of playbooks
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - This action implements the playbooks C(nhncloud.sysmon.prune), C(nhncloud.sysmon.drift) and
    C(nhncloud.sysmon.export) and the role P(nhncloud.sysmon.fleet_page#role). Use those, not the action.
  - It takes its options from their variables.
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
options:
  step:
    description: The playbook, or V(page) for the role.
    type: str
    choices: [prune, drift, export, page]
    required: true
"""

EXAMPLES = r"""
- name: Find drift, and fail where there is any
  ansible.builtin.import_playbook: nhncloud.sysmon.drift
  vars:
    drift_fail: true
"""

RETURN = r"""
summary:
  description: The number of targets of each kind.
  returned: always, except for failures before anything was compared
  type: dict
  sample:
    exported: 12
    doubles: 0
    orphans: 1
path:
  description: The page that was written.
  returned: for step C(page), and for step C(drift) with C(drift_page)
  type: str
  sample: /srv/www/targets.html
drift:
  description: What M(nhncloud.sysmon.sysmon_drift_info) returns.
  returned: for step C(drift), unless it fails
  type: list
  elements: dict
clean:
  description: Whether nothing differs.
  returned: for step C(drift)
  type: bool
pruned:
  description: What M(nhncloud.sysmon.sysmon_prune) returns.
  returned: for step C(prune)
  type: list
  elements: dict
kept:
  description: What M(nhncloud.sysmon.sysmon_prune) returns.
  returned: for step C(prune)
  type: list
  elements: dict
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


def main():
    spec = {
        "step": {"type": "str", "choices": ["prune", "drift", "export", "page"], "required": True},
    }
    run_action_only(spec, "the role nhncloud.sysmon.fleet_page or the playbooks prune, drift and export")


if __name__ == "__main__":
    main()
