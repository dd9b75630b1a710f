#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage one collection target."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_target
short_description: Manage a collection target of NHN Cloud System Monitoring
version_added: 1.0.0
description:
  - Registers a port of a server as a collection target of a workspace, or removes it.
  - For many targets M(nhncloud.sysmon.sysmon_targets) does the same in one process.
  - The API cannot change a target, so there is nothing to update.
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
  - nhncloud.sysmon.targets
options:
  host_id:
    description:
      - The id of the server in System Monitoring.
      - Exactly one of O(host_id), O(hostname), O(ip) and O(instance_id) is required, and exactly one server must match.
    type: str
  hostname:
    description:
      - The host name, compared as a whole and ignoring case. It follows the name of the instance, and may not be
        unique.
    type: str
  ip:
    description:
      - The address, compared as an address.
    type: str
  instance_id:
    description:
      - The id of the instance in Compute.
      - Targets do not contain it, so O(state=absent) cannot find the target of a server that is gone by its instance
        id.
    type: str
  port:
    description:
      - The port of the exporter, V(1) to V(65535).
    type: int
    required: true
seealso:
  - module: nhncloud.sysmon.sysmon_targets
  - module: nhncloud.sysmon.sysmon_target_info
"""

EXAMPLES = r"""
---
- name: Register the node_exporter of a server
  nhncloud.sysmon.sysmon_target:
    workspace: shop
    hostname: web-1
    port: 9100

- name: Register a server that was just created, and wait until it is collected
  nhncloud.sysmon.sysmon_target:
    workspace: shop
    ip: 192.168.0.5
    port: 9100
    server_timeout: 300
    wait: true

- name: Remove a target, also when its server is gone
  nhncloud.sysmon.sysmon_target:
    workspace: shop
    hostname: web-1
    port: 9100
    state: absent
"""

RETURN = r"""
---
target:
  description: The target, null if it is absent. In check mode a target that would be created has no id yet.
  returned: always, except for failures before anything could be read
  type: dict
  contains:
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_target


def main() -> None:
    """Wire the options to the run."""
    spec = {
        "port": {"type": "int", "required": True},
        **options.host_selector({"type": "str"}),
        **options.workspace_reference(),
        **options.waiting(),
        **options.state(),
    }
    run_state(spec, ensure_target, **options.ONE_WORKSPACE_ONE_HOST)


if __name__ == "__main__":
    main()
