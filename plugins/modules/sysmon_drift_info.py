#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find what differs from what should be."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_drift_info
short_description: Find drift of the collection targets of NHN Cloud System Monitoring
version_added: 1.0.0
description:
  - Compares collection targets with the servers that are listed, with the desired targets where these are given, and with
    the samples of the last time where O(silent_for) is given. It changes nothing.
  - Each target is listed at most once, under the first class that applies, in the order C(orphaned), C(doubled),
    C(unexpected), C(failing), C(silent).
  - A run costs one read of workspaces, one of servers, one of the targets of each workspace, and one query with
    O(silent_for).
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
options:
  workspace:
    description:
      - The name of a workspace. One that does not exist is a failure.
      - Without O(workspace) and O(workspace_id) the targets of all workspaces are looked at.
    type: str
  workspace_id:
    description:
      - The id of a workspace.
    type: str
  targets:
    description:
      - The desired targets of the workspace, which must then be named. Without them C(missing), C(unexpected),
        C(over_limit) and C(unlisted) are not looked for.
    type: list
    elements: dict
    suboptions:
      host_id:
        description:
          - The id of the server in System Monitoring.
          - Exactly one of O(targets[].host_id), O(targets[].hostname), O(targets[].ip) and O(targets[].instance_id) is given.
        type: str
      hostname:
        description:
          - The host name, compared whole and without case.
        type: str
      ip:
        description:
          - The address, or several addresses of the one host.
        type: list
        elements: str
      instance_id:
        description:
          - The id of the instance in Compute.
        type: str
      port:
        description:
          - The port of the exporter, V(1) to V(65535). O(port) is used where it is not given.
        type: int
  port:
    description:
      - The port of entries without one.
    type: int
  silent_for:
    description:
      - Also look for targets without a sample in so long a time, a Prometheus duration or seconds. Not given, or V(0s),
        samples are not asked for.
    type: str
  query:
    description:
      - PromQL whose series are the samples of targets. A plain selector is looked at over O(silent_for) by its own samples,
        any other expression by a value every minute.
    type: str
    default: up
  label:
    description:
      - The label of a series that names its host. Its value is compared with the address, the host name, the host id and
        the target id of a target, without a port and without case. How the service labels series is not documented.
    type: str
    default: instance
seealso:
  - module: nhncloud.sysmon.sysmon_prune
  - module: nhncloud.sysmon.sysmon_target_info
"""

EXAMPLES = r"""
---
- name: Compare with what is desired
  nhncloud.sysmon.sysmon_drift_info:
    workspace: shop
    port: 9100
    targets:
      - hostname: web-1
      - hostname: web-2
    silent_for: 10m
  register: found

- name: Show what differs
  ansible.builtin.debug:
    msg: "{{ item.hostname }} port {{ item.port }} is {{ item.drift }}: {{ item.reason }}"
  loop: "{{ found.drift }}"
  loop_control:
    label: "{{ item.hostname }}"
"""

RETURN = r"""
---
drift:
  description: The targets that differ from what should be, and desired targets that are not there.
  returned: success
  type: list
  elements: dict
  contains:
    drift:
      description:
        - C(missing), a desired target that is not registered.
        - C(unexpected), a target that is not desired.
        - C(orphaned), a target whose server is not listed.
        - C(doubled), a target of the same server and port as an older one.
        - C(failing), a target from which the service cannot collect.
        - C(silent), a target without a sample for O(silent_for).
        - C(over_limit), a desired target that is not registered and would be more than the fifth of its server.
        - C(unlisted), a desired target whose server is not listed.
      type: str
      sample: orphaned
    reason:
      description: Why it differs.
      type: str
      sample: "Its server is not listed: it is gone, or its agent is."
    # BEGIN target: written by tests/tools/shared_docs.py
    target_id:
      description: The id of the target. Null while there is none, as in check mode.
      type: str
      sample: 9c1d
    workspace_id:
      description: The id of its workspace.
      type: str
      sample: 5f3b1c0a
    workspace:
      description: The name of its workspace.
      type: str
      sample: shop
    host_id:
      description: The id of its server. Null while the server is not listed and its id is not known.
      type: str
      sample: 1b3f
    hostname:
      description: The host name of its server.
      type: str
      sample: web-1
    ip:
      description: The address of its server.
      type: str
      sample: 192.168.0.5
    port:
      description: The port of the exporter.
      type: int
      sample: 9100
    health:
      description:
        - C(collecting) with result code 0 and no fail reason, C(failing) with a fail reason or another result code,
          C(preparing) without a result yet.
        - What the service means by the codes of a fresh target is not documented. Only a query shows that samples arrive.
      type: str
      sample: preparing
    result_code:
      description: The service's code of the last collection.
      type: raw
      sample: 0
    fail_reason:
      description: Why collecting failed, in the service's words, cut at 1,000 characters.
      type: str
      sample: null
    monitoring_status_code:
      description: The service's code of the monitoring status, undocumented.
      type: raw
      sample: null
    last_modified_by:
      description: The UUID of the user who changed it last.
      type: str
      sample: null
    last_modified_at:
      description: When it was changed last, as the service gives it, without a time zone.
      type: str
      sample: "2021-08-17T11:06:29"
    # END target
summary:
  description: How many there are of each class of drift.
  returned: success
  type: dict
  sample:
    missing: 0
    unexpected: 0
    orphaned: 1
    doubled: 0
    failing: 0
    silent: 0
    over_limit: 0
    unlisted: 0
clean:
  description: Whether nothing differs.
  returned: success
  type: bool
  sample: false
# BEGIN error: written by tests/tools/shared_docs.py
error:
  description: Details of the failure; where several entries failed, of the first. Parts that do not apply are null.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - One of C(config), C(auth), C(forbidden), C(not_found), C(ambiguous), C(reserved), C(exists), C(bad_input),
          C(rate_limited), C(server), C(transport), C(protocol), C(query) and C(timeout). The guide on errors explains each.
      type: str
      sample: not_found
    call:
      description: The API call that failed.
      type: str
      sample: list_targets
    http_status:
      description: The HTTP status of the answer.
      type: int
      sample: 200
    result_code:
      description: The result code of the service or of a gateway. Null for errors of Prometheus itself.
      type: raw
      sample: -40002
    result_message:
      description: The result message of the service, or the text of Prometheus.
      type: str
      sample: BAD_INPUT_VALUE
    hint:
      description: What may help.
      type: str
      sample: null
# END error
"""

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import options
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.drift import find_drift
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_info


def main() -> None:
    """Wire the options to the run."""
    spec = {
        "targets": {
            "type": "list",
            "elements": "dict",
            "options": {**options.host_selector({"type": "list", "elements": "str"}), "port": {"type": "int"}},
            **options.ONE_HOST,
        },
        "port": {"type": "int"},
        "silent_for": {"type": "str"},
        "query": {"type": "str", "default": "up"},
        "label": {"type": "str", "default": "instance"},
        **options.workspace_reference(),
    }
    run_info(spec, find_drift, mutually_exclusive=[("workspace", "workspace_id")])


if __name__ == "__main__":
    main()
