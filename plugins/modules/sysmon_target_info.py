#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List collection targets."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_target_info
short_description: List collection targets of NHN Cloud System Monitoring
version_added: 1.0.0
description:
  - Lists the collection targets of a workspace, or of all workspaces of the project, with their state of collection.
  - A target is listed if it matches every given filter. It matches a filter if it matches one of its values. If nothing
    matches, the list is empty.
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
      - Without O(workspace) and O(workspace_id) the targets of all workspaces are listed, with one request for each.
    type: str
  workspace_id:
    description:
      - The id of a workspace.
    type: str
  hostname:
    description:
      - Host names, compared as a whole and ignoring case.
    type: list
    elements: str
  ip:
    description:
      - Addresses, compared as addresses, not as text.
    type: list
    elements: str
  host_id:
    description:
      - Ids of servers in System Monitoring.
    type: list
    elements: str
  target_id:
    description:
      - Ids of targets. For a single id only that target is requested.
    type: list
    elements: str
  port:
    description:
      - Ports.
    type: list
    elements: int
  health:
    description:
      - The state of collection.
    type: list
    elements: str
    choices: [collecting, failing, preparing]
seealso:
  - module: nhncloud.sysmon.sysmon_targets
"""

EXAMPLES = r"""
---
- name: List the targets that are not collected
  nhncloud.sysmon.sysmon_target_info:
    workspace: shop
    health: [failing, preparing]
  register: uncollected

- name: Show why
  ansible.builtin.debug:
    msg: "{{ item.hostname }}:{{ item.port }} {{ item.fail_reason }}"
  loop: "{{ uncollected.targets }}"
  loop_control:
    label: "{{ item.target_id }}"
"""

RETURN = r"""
---
targets:
  description: The targets that match, workspace by workspace, sorted by host name and port.
  returned: success
  type: list
  elements: dict
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.info import list_targets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_info


def main() -> None:
    """Wire the options to the run."""
    texts = {"type": "list", "elements": "str"}
    spec = {
        "hostname": texts,
        "ip": texts,
        "host_id": texts,
        "target_id": texts,
        "port": {"type": "list", "elements": "int"},
        "health": {**texts, "choices": ["collecting", "failing", "preparing"]},
        **options.workspace_reference(),
    }
    run_info(spec, list_targets)


if __name__ == "__main__":
    main()
