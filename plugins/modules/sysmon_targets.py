#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage many collection targets at once."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_targets
short_description: Manage many collection targets of NHN Cloud System Monitoring at once
version_added: 1.0.0
description:
  - Registers servers as collection targets of a workspace, or removes them, in one process. It reads once, then sends only
    the writes that are needed, in parallel.
  - A run sends at most three reads (workspaces, servers, targets), one request per write, one more read of the targets
    after creating, and the polls while it waits, whatever the number of targets.
  - If an entry fails, all others are still processed. The task then fails, with the same results and the real
    RV(ignore:changed).
  - If the answer to a create is lost, the module reads the targets before it sends the create again. A double is
    possible only if the service allows doubles and commits later than that read.
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
  - nhncloud.sysmon.targets
options:
  targets:
    description:
      - The targets, each a server and a port. Entries for the same server and port are processed once.
    type: list
    elements: dict
    required: true
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
  purge:
    description:
      - Remove every other target of the workspace, doubles included. Requires O(state=present) and a list that is not
        empty.
      - If any entry fails, nothing is purged.
    type: bool
    default: false
  max_workers:
    description:
      - The maximum number of concurrent requests, V(1) to V(64). As many connections are kept open.
    type: int
    default: 8
  rate_limit:
    description:
      - The maximum number of requests per second, more than V(0). Unlimited by default, since the service documents no
        limit.
    type: float
seealso:
  - module: nhncloud.sysmon.sysmon_target
  - module: nhncloud.sysmon.sysmon_target_info
"""

EXAMPLES = r"""
---
- name: Register the exporters of three servers
  nhncloud.sysmon.sysmon_targets:
    workspace: shop
    port: 9100
    targets:
      - hostname: web-1
      - ip: 192.168.0.6
      - instance_id: 2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11
        port: 8080

- name: Keep exactly these targets, and wait until they are collected
  nhncloud.sysmon.sysmon_targets:
    workspace: shop
    targets:
      - hostname: web-1
        port: 9100
      - hostname: web-2
        port: 9100
    purge: true
    server_timeout: 300
    wait: true

- name: Remove the target of a server that is gone
  nhncloud.sysmon.sysmon_targets:
    workspace: shop
    targets:
      - hostname: web-2
        port: 9100
    state: absent
"""

RETURN = r"""
---
targets:
  description: One entry for each entry of the input, in its order.
  returned: always, except for failures before anything could be read
  type: list
  elements: dict
  contains:
    changed:
      description: Whether the target was created or deleted.
      type: bool
      sample: true
    action:
      description: One of C(created), C(deleted), C(unchanged) and C(failed).
      type: str
      sample: created
    error:
      description: Null, or why the entry failed, in the parts of RV(error) and C(message), the sentence for people.
      type: dict
      sample: null
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
purged:
  description: The targets that O(purge) removed, with the fields of a target.
  returned: always, except for failures before anything could be read
  type: list
  elements: dict
summary:
  description: The number of entries C(created), C(deleted), C(unchanged) and C(failed), and of targets C(purged).
  returned: always, except for failures before anything could be read
  type: dict
  sample:
    created: 3
    deleted: 0
    unchanged: 0
    failed: 0
    purged: 0
diff:
  description: Host name, address and port of the targets that were removed (C(before)) and created (C(after)).
  returned: always, except for failures before anything could be read
  type: dict
  sample:
    before:
      workspace: shop
      targets: []
    after:
      workspace: shop
      targets:
        - hostname: web-1
          ip: 192.168.0.5
          port: 9100
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_state
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_targets


def main() -> None:
    """Wire the options to the run."""
    spec = {
        "targets": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {**options.host_selector({"type": "list", "elements": "str"}), "port": {"type": "int"}},
            **options.ONE_HOST,
        },
        "port": {"type": "int"},
        "purge": {"type": "bool", "default": False},
        "max_workers": {"type": "int", "default": 8},
        "rate_limit": {"type": "float"},
        **options.workspace_reference(),
        **options.waiting(),
        **options.state(),
    }
    run_state(spec, ensure_targets, **options.ONE_WORKSPACE)


if __name__ == "__main__":
    main()
