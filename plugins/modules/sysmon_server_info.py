#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List servers."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_server_info
short_description: List the servers that NHN Cloud System Monitoring can collect from
version_added: 1.0.0
description:
  - Lists the servers of a project on which the monitoring agent works. Only these can become collection targets; a new
    instance is listed once its agent has reported.
  - Without filters every server is listed. A server is listed if it matches every given filter. It matches a filter if
    it matches one of its values. If nothing matches, the list is empty.
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
options:
  host_id:
    description:
      - Ids of servers in System Monitoring.
    type: list
    elements: str
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
  instance_id:
    description:
      - Ids of instances in Compute.
    type: list
    elements: str
seealso:
  - module: nhncloud.sysmon.sysmon_targets
"""

EXAMPLES = r"""
---
- name: List all servers, from a shell with the credentials in its environment
  # ansible localhost -m nhncloud.sysmon.sysmon_server_info
  nhncloud.sysmon.sysmon_server_info:
  register: all_servers

- name: Look two servers up by address
  nhncloud.sysmon.sysmon_server_info:
    ip:
      - 192.168.0.5
      - 192.168.0.6
  register: found

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ found.servers | map(attribute='hostname') }}"
"""

RETURN = r"""
---
servers:
  description: The servers that match, in the order of the service.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN server: written by tests/tools/shared_docs.py
    host_id:
      description: The id of the server in System Monitoring.
      type: str
      sample: 1b3f
    hostname:
      description: The host name of the server. It follows the name of the instance, and may not be unique.
      type: str
      sample: web-1
    ip:
      description: The address of the server.
      type: str
      sample: 192.168.0.5
    project_id:
      description: The id of its project.
      type: str
      sample: aOpreudC
    instance_id:
      description: The id of its instance.
      type: str
      sample: 6d1f0e0c-0d5a-4f0f-8a3c-2f7b0a1f5d11
    # END server
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

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.info import list_servers
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_info


def main() -> None:
    """Wire the options to the run."""
    filters = {"type": "list", "elements": "str"}
    run_info({"host_id": filters, "hostname": filters, "ip": filters, "instance_id": filters}, list_servers)


if __name__ == "__main__":
    main()
