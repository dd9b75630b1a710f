#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysmon_wait
short_description: Wait until a PromQL condition is met in the Prometheus of NHN Cloud System Monitoring
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Repeats a PromQL query until its samples meet the condition, and fails when O(wait_timeout) ends before.
  - It fails closed. No answer, a partial answer, no sample, C(NaN), a sample that is too old, a series that Prometheus has
    marked stale, and an error all count as not met.
  - Each poll sends at most two queries, whatever the number of identities. The second one reads the samples of the last
    five minutes with their own times, since an instant query returns only the time of its evaluation.
  - Works with every server of the Prometheus HTTP API that is found under C(/prometheus) of O(api_url).
options:
  query:
    description:
      - The PromQL expression. Exactly one of O(query) and O(workspace) is required.
      - Text with C({{), C({%) or C({#) in it is a template for Ansible. Write such a query with C(!unsafe) or between
        C({% raw %}) and C({% endraw %}).
    type: str
  workspace:
    description:
      - The name of a workspace, for the query C(up{job="<workspace>"}).
    type: str
  identities:
    description:
      - Names that must each have a sample. Every series of an identity must meet the condition.
      - They are compared with O(label), ignoring case and the spelling of IPv6 addresses. A port counts only if both
        have one.
      - Without it, there must be at least one series, and every series of the answer must meet the condition.
    type: list
    elements: str
  label:
    description:
      - The label that contains the identity of a series. How the service labels series is not documented;
        M(nhncloud.sysmon.sysmon_metadata_info) shows it.
    type: str
    default: instance
  above:
    description:
      - Every sample must be above this number.
      - Without O(above) and O(below) a sample must not be 0.
    type: float
  below:
    description:
      - Every sample must be below this number.
    type: float
  max_age:
    description:
      - The maximum age in seconds of a sample when the query is evaluated, V(1) to V(300). V(0) means no limit.
      - The default is V(150) if O(query) is a plain selector (such as C(up{job="shop"})). The samples of any other
        expression have no age of their own, so a limit is refused for it, and the default is none.
      - A sample of a recording rule is as old as the evaluation of the rule, however old the samples are that it was made from.
    type: float
  since:
    description:
      - Only samples after this time count, for example after an update ended.
      - In the forms of O(nhncloud.sysmon.sysmon_query_info#module:time). V(now) is when the task starts, by the clock of the
        host that runs the module. Samples have the time of the clock of Prometheus. If that is ahead, relative times
        move with it. If it is behind, the wait takes longer by as much.
      - Refused for expressions that are not a plain selector.
    type: str
  hold:
    description:
      - How many seconds the condition must stay met at every poll, at most O(wait_timeout).
    type: float
    default: 0
  wait_timeout:
    description:
      - How many seconds to wait at most, including requests and their retries. The last request may end one second
        later.
      - With V(0) the query is sent once.
    type: float
    default: 300
  delay:
    description:
      - Seconds between two polls, more than V(0). The service measures once a minute.
    type: float
    default: 5
  fail:
    description:
      - Whether the task fails if the condition is not met in time. RV(met) is returned in any case.
      - Errors that waiting cannot resolve always fail.
    type: bool
    default: true
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
notes:
  - O(project_id) is not needed here, and O(region) is not needed together with O(api_url).
  - Check mode sends the query once and does not fail if the condition is not met.
  - Errors of kind C(auth), C(forbidden) and C(config), and a query that cannot be parsed, end the wait at once. All other
    errors count as not met until the time ends.
  - An answer is partial if Prometheus says so (C(isPartial)), or if it warns about anything except the query itself.
    C(infos) have no effect.
seealso:
  - module: nhncloud.sysmon.sysmon_query_info
  - plugin: nhncloud.sysmon.sysmon_query
    plugin_type: lookup
"""

EXAMPLES = r"""
# The connection comes from the environment: NHNCLOUD_SYSMON_APP_KEY and NHNCLOUD_SYSMON_REGION.
- name: Wait until all targets of a workspace are up
  nhncloud.sysmon.sysmon_wait:
    workspace: shop

- name: Wait until every host of the workspace has a sample from after this moment
  nhncloud.sysmon.sysmon_wait:
    workspace: shop
    since: now

- name: Stop unless errors are rare, with a single query
  nhncloud.sysmon.sysmon_wait:
    query: sum(rate(http_requests_total{code="500"}[5m])) / sum(rate(http_requests_total[5m]))
    below: 0.05
    wait_timeout: 0

- name: Wait until load is low for ten seconds; the braces of this query are not a template
  nhncloud.sysmon.sysmon_wait:
    query: '{% raw %}max by (instance) (node_load1{job="shop",mode!~"{{.*"}){% endraw %}'
    below: 4
    hold: 10
"""

RETURN = r"""
met:
  description: Whether the condition was met.
  returned: always, except for failures before the time ended
  type: bool
  sample: true
identities:
  description:
    - Each of O(identities), in their order, or each value of O(label) if they are not given.
    - On failure at most five of those that are not met.
  returned: always, except for failures before the time ended
  type: list
  elements: dict
  contains:
    identity:
      description: The identity as it was given; else the value of the label, or all labels where it is missing.
      type: str
      sample: 192.168.0.1
    met:
      description: Whether every series of it meets the condition.
      type: bool
      sample: true
    value:
      description: The value of its sample as a string. If it has several, of the first one that is not met. Null
        without a sample.
      type: str
      sample: "1"
    age:
      description: How many seconds old that sample was. Null where it is not known, as for expressions.
      type: float
      sample: 12.5
    reason:
      description: Why it is not met, else null.
      type: str
      sample: null
elapsed:
  description: How many seconds it took.
  returned: always, except for failures before the time ended
  type: float
  sample: 61.2
msg:
  description: The counts, and at most five reasons.
  returned: when the condition is not met
  type: str
  sample: >-
    up{job="shop"}: 1 of 3 identities not met after 300 s. 192.168.0.2: Its value is 0.
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

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_gate
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.wait import wait_until_met


def main():
    spec = {
        "query": {"type": "str"},
        "workspace": {"type": "str"},
        "identities": {"type": "list", "elements": "str"},
        "label": {"type": "str", "default": "instance"},
        "above": {"type": "float"},
        "below": {"type": "float"},
        "max_age": {"type": "float"},
        "since": {"type": "str"},
        "hold": {"type": "float", "default": 0},
        "wait_timeout": {"type": "float", "default": 300},
        "delay": {"type": "float", "default": 5},
        "fail": {"type": "bool", "default": True},
    }
    one = [("query", "workspace")]
    run_gate(spec, wait_until_met, required_one_of=one, mutually_exclusive=one)


if __name__ == "__main__":
    main()
