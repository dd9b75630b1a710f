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
  - Compares collection targets with the listed servers, with the desired targets if O(targets) is given, and with
    recent samples if O(silent_for) is given. It changes nothing.
  - Each target is listed at most once, under the first class that applies, in the order C(orphaned), C(doubled),
    C(unexpected), C(failing), C(silent).
  - A run sends one request for the workspaces, one for the servers, one for the targets of each workspace, and one
    query with O(silent_for).
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
options:
  workspace:
    description:
      - The name of a workspace. The module fails if it does not exist.
      - Without O(workspace) and O(workspace_id) the targets of all workspaces are compared.
    type: str
  workspace_id:
    description:
      - The id of a workspace.
    type: str
  targets:
    description:
      - The desired targets of the workspace. Requires O(workspace) or O(workspace_id). Without it C(missing),
        C(unexpected), C(over_limit) and C(unlisted) are not reported.
    type: list
    elements: dict
    suboptions:
      host_id:
        description:
          - The id of the server in System Monitoring.
          - Exactly one of O(targets[].host_id), O(targets[].hostname), O(targets[].ip) and O(targets[].instance_id) is
            required.
        type: str
      hostname:
        description:
          - The host name, compared as a whole and ignoring case.
        type: str
      ip:
        description:
          - The address, or several addresses of the same host.
        type: list
        elements: str
      instance_id:
        description:
          - The id of the instance in Compute.
        type: str
      port:
        description:
          - The port of the exporter, V(1) to V(65535). The default is O(port).
        type: int
  port:
    description:
      - The default port of entries that do not set their own.
    type: int
  silent_for:
    description:
      - Also report targets that had no sample for this long, as a Prometheus duration or in seconds. Without it, or
        with V(0s), samples are not queried.
    type: str
  query:
    description:
      - A PromQL query that returns the series of the targets. Of a plain selector the samples during O(silent_for)
        count. Any other expression is evaluated once a minute.
    type: str
    default: up
  label:
    description:
      - The label that identifies the host of a series. Its value is compared with the address, the host name, the host
        id and the target id of a target, ignoring a port and case. How the service labels series is not documented.
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
  description: The targets that differ, and the desired targets that do not exist.
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
        - C(over_limit), a desired target that is not registered and would exceed the limit of five targets per server.
        - C(unlisted), a desired target whose server is not listed.
      type: str
      sample: orphaned
    reason:
      description: Why it differs.
      type: str
      sample: "Its server is not listed: it is gone, or its agent is."
    # BEGIN target: written by tests/tools/shared_docs.py
    target_id:
      description: The id of the target. Null if it does not exist yet, as in check mode.
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
      description: The id of its server. Null if the server is not listed and its id is not known.
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
          C(preparing) as long as there is no result.
        - What the service means by the codes of a fresh target is not documented. Only a query shows that samples arrive.
      type: str
      sample: preparing
    result_code:
      description: The service's code of the last collection.
      type: raw
      sample: 0
    fail_reason:
      description: Why the collection failed, in the service's words, cut at 1,000 characters.
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
  description: The number of targets of each class of drift.
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
