#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List workspaces."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_workspace_info
short_description: List the workspaces of NHN Cloud System Monitoring
version_added: 1.0.0
description:
  - Lists the workspaces of a project, or a single one. If it does not exist, the list is empty.
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
options:
  name:
    description:
      - The name of a workspace.
    type: str
  workspace_id:
    description:
      - The id of a workspace. Only that workspace is requested.
    type: str
seealso:
  - module: nhncloud.sysmon.sysmon_workspace
"""

EXAMPLES = r"""
---
- name: List all workspaces
  nhncloud.sysmon.sysmon_workspace_info:
  register: all_workspaces

- name: Show those that a person or a playbook created
  ansible.builtin.debug:
    msg: "{{ all_workspaces.workspaces | rejectattr('reserved') | map(attribute='name') }}"
"""

RETURN = r"""
---
workspaces:
  description: The workspaces that match, in the order of the service.
  returned: success
  type: list
  elements: dict
  contains:
    # BEGIN workspace: written by tests/tools/shared_docs.py
    workspace_id:
      description: The id of the workspace. Null if it does not exist yet, as in check mode.
      type: str
      sample: 5f3b1c0a
    name:
      description: The name of the workspace.
      type: str
      sample: shop
    project_id:
      description: The id of its project.
      type: str
      sample: aOpreudC
    metrics_path:
      description: The path of the metrics page on every target.
      type: str
      sample: /metrics
    description:
      description: The description of the workspace.
      type: str
      sample: The shop's services
    reserved:
      description: Whether it is a default workspace, which cannot be changed.
      type: bool
      sample: false
    reserved_code:
      description: The service's code of a default workspace, else null.
      type: raw
      sample: null
    last_modified_by:
      description: The UUID of the user who changed it last.
      type: str
      sample: null
    last_modified_at:
      description: When it was changed last, as the service gives it, without a time zone.
      type: str
      sample: "2021-08-17T10:32:09"
    # END workspace
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

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.info import list_workspaces
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_info


def main() -> None:
    """Wire the options to the run."""
    run_info({"name": {"type": "str"}, "workspace_id": {"type": "str"}}, list_workspaces)


if __name__ == "__main__":
    main()
