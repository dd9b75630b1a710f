#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a workspace."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_workspace
short_description: Manage a workspace of NHN Cloud System Monitoring
version_added: 1.0.0
description:
  - Creates, updates and deletes a workspace, the group of collection targets that share one metrics path.
  - Default workspaces, which the service created itself, cannot be changed.
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
options:
  name:
    description:
      - The name of the workspace, required without O(workspace_id). The name of a new one can contain
        only letters, digits, C(-) and C(_).
      - The API cannot rename a workspace.
    type: str
  workspace_id:
    description:
      - The id of an existing workspace, instead of O(name). If both are given, they must refer to the same workspace.
    type: str
  metrics_path:
    description:
      - The path of the metrics page on every target, for example V(/actuator/prometheus).
      - It starts with C(/) and has no scheme, host, query or fragment.
      - Without it, a new workspace gets V(/metrics), and an existing one keeps its path.
    type: str
  description:
    description:
      - What the workspace is for. Unchanged when not given; V("") clears it.
    type: str
  state:
    description:
      - Whether the workspace should exist.
      - Deleting a workspace deletes its targets, layouts, charts and chart notifications. Layouts and charts are not
        part of the API, so they cannot be restored from it. Metrics that were collected stay.
    type: str
    choices: [present, absent]
    default: present
  force:
    description:
      - Delete the workspace even though it still has targets.
    type: bool
    default: false
seealso:
  - module: nhncloud.sysmon.sysmon_workspace_info
  - module: nhncloud.sysmon.sysmon_targets
"""

EXAMPLES = r"""
---
- name: Create a workspace for Spring services
  nhncloud.sysmon.sysmon_workspace:
    name: shop
    metrics_path: /actuator/prometheus
    description: The shop's services

- name: Clear its description, and keep its path
  nhncloud.sysmon.sysmon_workspace:
    name: shop
    description: ""

- name: Delete it with the targets that it still has
  nhncloud.sysmon.sysmon_workspace:
    name: shop
    state: absent
    force: true
"""

RETURN = r"""
---
workspace:
  description:
    - The workspace after the task, null if it is absent.
    - In check mode a workspace that would be created has no id yet.
  returned: always, except for failures before anything could be read
  type: dict
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
diff:
  description: Name, metrics path and description before and after. Empty if there is no workspace.
  returned: always, except for failures before anything could be read
  type: dict
  sample:
    before: {}
    after:
      name: shop
      metrics_path: /metrics
      description: ""
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_workspace import ensure_workspace


def main() -> None:
    """Wire the options to the run."""
    spec = {
        "name": {"type": "str"},
        "workspace_id": {"type": "str"},
        "metrics_path": {"type": "str"},
        "description": {"type": "str"},
        "force": {"type": "bool", "default": False},
        **options.state(),
    }
    run_state(spec, ensure_workspace, required_one_of=[("name", "workspace_id")])


if __name__ == "__main__":
    main()
