#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove collection targets whose server is no more."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sysmon_prune
short_description: Remove collection targets of NHN Cloud System Monitoring whose server is gone
version_added: 1.0.0
description:
  - Removes collection targets whose server is no longer listed (orphans), and doubles, which are targets of the same
    server and port. Of doubles the oldest stays, by RV(pruned[].last_modified_at), then by id.
  - A server whose agent is dead is not listed either. So an orphan is removed only if one query shows no sample of it
    for O(silent_for), or if a listed server has both its host name and its address now, which means that the server was
    replaced.
  - If the query fails, or its answer may be incomplete, nothing is removed. Orphans of a workspace of which no listed target
    has a sample stay.
  - The server list is read a second time before an orphan is removed, so that a server whose agent comes back meanwhile, or
    which one listing left out, keeps its targets.
  - Nothing is removed either if the server list is empty, if there are more orphans than O(max_share) allows, or if the
    query shows no sample of any listed target. These are failures of kind C(config).
author:
  - nhncloud.sysmon contributors (@nhn-cloud)
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes
  - nhncloud.sysmon.attributes.actiongroup
options:
  workspace:
    description:
      - The name of a workspace. The module fails if it does not exist.
      - Without O(workspace) and O(workspace_id) all workspaces are pruned, except the default ones.
    type: str
  workspace_id:
    description:
      - The id of a workspace.
    type: str
  silent_for:
    description:
      - How long an orphan must have had no sample, as a Prometheus duration or in seconds. A sample of C(up) that is 0
        counts as a sample, since it shows that the agent works.
      - With V(0s) samples are not queried, and every orphan counts as gone.
      - Choose it longer than the longest outage of an agent that its targets should survive. It must be longer than the
        interval of collection, which is one minute.
    type: str
    default: 24h
  max_share:
    description:
      - The maximum share of orphans among the targets in percent, V(0) to V(100). If there are more, nothing is
        removed.
    type: float
    default: 20
  protect:
    description:
      - Patterns of host names whose targets stay. V(*) matches any characters, V(?) exactly one. Case is ignored.
      - With any pattern, an orphan without a host name stays as well.
    type: list
    elements: str
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
  - module: nhncloud.sysmon.sysmon_drift_info
  - module: nhncloud.sysmon.sysmon_targets
"""

EXAMPLES = r"""
---
- name: Show what would be removed
  nhncloud.sysmon.sysmon_prune:
  check_mode: true
  register: plan

- name: Remove the targets of servers that are gone for a day
  nhncloud.sysmon.sysmon_prune:
    workspace: shop
    protect: ["db-*"]

- name: Remove those of an autoscaling group after an hour, even if half of it is gone
  nhncloud.sysmon.sysmon_prune:
    workspace: shop
    silent_for: 1h
    max_share: 50
"""

RETURN = r"""
---
pruned:
  description: The targets that were removed.
  returned: always, except for failures before anything was removed
  type: list
  elements: dict
  contains:
    reason:
      description: Why it was removed.
      type: str
      sample: Its server is not listed and it had no sample in the last 1d.
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
kept:
  description: The orphans that stay, with the fields of RV(pruned).
  returned: always, except for failures before anything was removed
  type: list
  elements: dict
  contains:
    reason:
      description: Why it stays.
      type: str
      sample: It is protected by db-*.
summary:
  description:
    - The number of C(targets) examined, of C(orphans) and C(doubles) among them, of targets C(pruned), of orphans
      C(kept), and of removals that C(failed).
  returned: always, except for failures before anything was removed
  type: dict
  sample:
    targets: 120
    orphans: 3
    doubles: 1
    pruned: 3
    kept: 1
    failed: 0
diff:
  description: Workspace, host name, address and port of the targets that were removed (C(before)).
  returned: always, except for failures before anything was removed
  type: dict
  sample:
    before:
      targets:
        - workspace: shop
          hostname: web-1
          ip: 192.168.0.5
          port: 9100
    after:
      targets: []
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.prune import ensure_pruned


def main() -> None:
    """Wire the options to the run."""
    spec = {
        "silent_for": {"type": "str", "default": "24h"},
        "max_share": {"type": "float", "default": 20},
        "protect": {"type": "list", "elements": "str"},
        "query": {"type": "str", "default": "up"},
        "label": {"type": "str", "default": "instance"},
        "max_workers": {"type": "int", "default": 8},
        "rate_limit": {"type": "float"},
        **options.workspace_reference(),
    }
    run_state(spec, ensure_pruned, mutually_exclusive=[("workspace", "workspace_id")])


if __name__ == "__main__":
    main()
