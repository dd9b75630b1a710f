#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysmon_query_info
short_description: Query the Prometheus of NHN Cloud System Monitoring with PromQL
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Runs an instant or range query in PromQL.
  - Works with every server of the Prometheus HTTP API that is found under C(/prometheus) of O(api_url).
  - A query whose URL is longer than 1,500 bytes is sent as a form by POST, a shorter one by GET.
options:
  query:
    description:
      - The PromQL expression.
    type: str
    required: true
  time:
    description:
      - The time of an instant query. Without this and O(start), the server's current time.
      - One of RFC 3339 (V(2026-01-31T10:00:00Z), V(2026-01-31T19:00:00.5+09:00); without a zone it is UTC, and a date
        alone is its midnight), Unix seconds (V(1769853600.25)), or relative to the clock of the host that runs the
        module (V(now), V(now-15m), V(now-1d2h)).
      - Prometheus has a resolution of milliseconds. Finer digits are cut off.
    type: str
  start:
    description:
      - The start of a range, in the forms of O(time). Makes the query a range query.
    type: str
  end:
    description:
      - The end of a range, in the forms of O(time). The default is V(now) if O(start) is given.
    type: str
  step:
    description:
      - The interval between the points of a range, in seconds (V(60)) or as a Prometheus duration (V(5m), V(1h30m)).
      - The default is the shortest whole number of minutes that gives fewer than 11,000 points per series. The service
        keeps one sample a minute.
      - A step that gives more than 11,000 points is refused. The message names the shortest one that works.
    type: str
  query_timeout:
    description:
      - How long Prometheus may evaluate the query, in seconds or as a Prometheus duration. The server's own limit
        applies too, and O(timeout) limits the whole request.
    type: str
  limit:
    description:
      - The maximum number of series to return, V(1) or more. Prometheus before 3.0 does not support it. The module
        then drops the rest itself, with a warning.
    type: int
  want:
    description:
      - Which forms of the result to return, an empty list for none. RV(result_type), RV(query_warnings) and
        RV(query_infos) are always returned.
      - Ansible inspects every value of a task's result several times, so a large answer costs far more in Ansible than
        in this module. A range query with a million points (1,000 series with 1,000 points each) took 31 seconds and
        740 MiB with the default, and 3 seconds and 270 MiB with V(json) alone, on two cores with ansible-core 2.21.
      - For a large range query take V(json) alone. It is one text, which
        M(ansible.builtin.copy) can write to a file and P(ansible.builtin.from_json#filter) can read.
      - V(value), V(samples), V(result) and V(json) are the return values of the same names.
    type: list
    elements: str
    choices: [value, samples, result, json]
    default: [value, samples, result]
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
notes:
  - O(project_id) is not needed here, and O(region) is not needed together with O(api_url).
seealso:
  - module: nhncloud.sysmon.sysmon_wait
    description: Waits until a query returns what it should.
  - module: nhncloud.sysmon.sysmon_metadata_info
  - plugin: nhncloud.sysmon.sysmon_query
    plugin_type: lookup
  - name: HTTP API of Prometheus
    description: The API that this module uses.
    link: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

EXAMPLES = r"""
# The connection comes from the environment: NHNCLOUD_SYSMON_APP_KEY and NHNCLOUD_SYSMON_REGION.
- name: Query which targets of a workspace are up
  nhncloud.sysmon.sysmon_query_info:
    query: up{job="shop"}
  register: up

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.labels.instance }} is {{ 'up' if item.value == '1' else 'down' }}"
  loop: "{{ up.samples }}"
  loop_control:
    label: "{{ item.labels.instance }}"

- name: Read the load of the last day, a point every five minutes
  nhncloud.sysmon.sysmon_query_info:
    query: node_load1{job="shop"}
    start: now-1d
    step: 5m
  register: load

- name: Read a large range as one text
  nhncloud.sysmon.sysmon_query_info:
    query: node_load1
    start: now-16h
    step: 1m
    want: [json]
  register: load

- name: Show how many series it has; a copy task with content would write the same text to a file
  ansible.builtin.debug:
    msg: "{{ load.json | from_json | length }}"
"""

RETURN = r"""
result_type:
  description: What kind of result it is, one of V(vector), V(matrix), V(scalar) and V(string).
  returned: success
  type: str
  sample: vector
result:
  description:
    - The result as Prometheus gives it, native histograms included.
    - V(NaN), V(+Inf) and V(-Inf) are strings like all other values.
  returned: success, when O(want) has V(result)
  type: raw
  sample:
    - metric:
        __name__: up
        instance: 192.168.0.5:9100
        job: shop
      value:
        - 1769853600.25
        - "1"
value:
  description: The number as a string if the answer is a scalar or exactly one sample, else null.
  returned: success, when O(want) has V(value)
  type: str
  sample: "1"
samples:
  description: The samples of a vector, sorted by their labels. Empty for other types.
  returned: success, when O(want) has V(samples)
  type: list
  elements: dict
  contains:
    labels:
      description: The labels, by name.
      type: dict
    value:
      description: The number as a string. Null for a native histogram.
      type: str
    timestamp:
      description: The time of evaluation, in Unix seconds.
      type: float
    histogram:
      description: The native histogram as Prometheus gives it. Only there for a native histogram.
      type: dict
  sample:
    - labels:
        __name__: up
        instance: 192.168.0.5:9100
        job: shop
      value: "1"
      timestamp: 1769853600.25
json:
  description: The same as RV(result), as one JSON text.
  returned: success, when O(want) has V(json)
  type: str
  sample: '[{"metric": {"__name__": "up", "job": "shop"}, "value": [1769853600.25, "1"]}]'
query_warnings:
  description: The warnings of Prometheus. They are also shown as warnings of the task.
  returned: success
  type: list
  elements: str
  sample: []
query_infos:
  description: The infos of Prometheus, for example that a metric might not be a counter. They are also shown as
    warnings.
  returned: success
  type: list
  elements: str
  sample: []
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

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import run_query
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import DEFAULT_FORMS, FORMS, query_prometheus


def main():
    run_query(
        {
            "query": {"type": "str", "required": True},
            "time": {"type": "str"},
            "start": {"type": "str"},
            "end": {"type": "str"},
            "step": {"type": "str"},
            "query_timeout": {"type": "str"},
            "limit": {"type": "int"},
            "want": {"type": "list", "elements": "str", "choices": list(FORMS), "default": DEFAULT_FORMS},
        },
        query_prometheus,
    )


if __name__ == "__main__":
    main()
