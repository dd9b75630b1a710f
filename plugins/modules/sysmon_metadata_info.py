#!/usr/bin/python
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysmon_metadata_info
short_description: List series, labels and metadata of the Prometheus of NHN Cloud System Monitoring
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Lists the series, the names and values of labels, or the metadata of metrics.
  - Works with every server of the Prometheus HTTP API that is found under C(/prometheus) of O(api_url).
  - Requests for V(series) and V(labels) whose URL would exceed 1,500 bytes are sent as a form by POST, all others by
    GET.
options:
  endpoint:
    description:
      - What to list.
      - V(series) lists the label sets of the series that O(match) selects.
      - V(labels) lists the names of labels.
      - V(label_values) lists the values of O(label).
      - V(metadata) gives type, help and unit of metrics.
    type: str
    required: true
    choices: [series, labels, label_values, metadata]
  match:
    description:
      - Series selectors, such as C(up{job="shop"}). A series is included if any of them selects it.
      - Required with O(endpoint=series), not allowed with O(endpoint=metadata).
    type: list
    elements: str
  label:
    description:
      - The name of a label. Required with O(endpoint=label_values), not allowed otherwise.
      - Any character is allowed. Prometheus supports dots, slashes and Korean letters in names since 3.0. Older
        versions find nothing for such a name.
    type: str
  metric:
    description:
      - The name of a metric, to return only its metadata. Only with O(endpoint=metadata).
    type: str
  start:
    description:
      - Start of the time range, not allowed with O(endpoint=metadata). By default, the whole retention time.
      - One of RFC 3339 (V(2026-01-31T10:00:00Z), V(2026-01-31T19:00:00.5+09:00); without a zone it is UTC, and a date
        alone is its midnight), Unix seconds (V(1769853600.25)), or relative to the clock of the host that runs the
        module (V(now), V(now-15m), V(now-1d2h)).
      - Prometheus treats it as approximate.
    type: str
  end:
    description:
      - End of the time range, in the forms of O(start). The default is V(now) if O(start) is given.
    type: str
  limit:
    description:
      - The maximum number of entries to return, V(1) or more. Prometheus before 3.0 supports it for
        O(endpoint=metadata) only. Otherwise the module drops the rest itself, with a warning.
    type: int
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.attributes.info
  - nhncloud.sysmon.attributes.actiongroup
notes:
  - O(project_id) is not needed here, and O(region) is not needed together with O(api_url).
seealso:
  - module: nhncloud.sysmon.sysmon_query_info
  - name: HTTP API of Prometheus
    description: The API that this module uses.
    link: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

EXAMPLES = r"""
# The connection comes from the environment: NHNCLOUD_SYSMON_APP_KEY and NHNCLOUD_SYSMON_REGION.
- name: List what the targets of a workspace measured in the last hour
  nhncloud.sysmon.sysmon_metadata_info:
    endpoint: label_values
    label: __name__
    match:
      - '{job="shop"}'
    start: now-1h
  register: metrics

- name: List the series of two metrics
  nhncloud.sysmon.sysmon_metadata_info:
    endpoint: series
    match:
      - up{job="shop"}
      - node_load1{job="shop"}
  register: series

- name: List the labels in use
  nhncloud.sysmon.sysmon_metadata_info:
    endpoint: labels
  register: labels

- name: Ask what a metric means
  nhncloud.sysmon.sysmon_metadata_info:
    endpoint: metadata
    metric: node_load1
  register: meaning
"""

RETURN = r"""
data:
  description:
    - With O(endpoint=series), a list of label sets, sorted.
    - With O(endpoint=labels) and O(endpoint=label_values), a sorted list of strings.
    - With O(endpoint=metadata), a dictionary from each metric to a list of its metadata, each with C(type), C(help) and
      C(unit); several where targets differ.
  returned: success
  type: raw
  sample:
    - 192.168.0.5:9100
    - 192.168.0.6:9100
query_warnings:
  description: The warnings of Prometheus. They are also shown as warnings of the task.
  returned: success
  type: list
  elements: str
  sample: []
query_infos:
  description: The infos of Prometheus. They are also shown as warnings of the task.
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
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import query_metadata


def main():
    run_query(
        {
            "endpoint": {
                "type": "str",
                "required": True,
                "choices": ["series", "labels", "label_values", "metadata"],
            },
            "match": {"type": "list", "elements": "str"},
            "label": {"type": "str"},
            "metric": {"type": "str"},
            "start": {"type": "str"},
            "end": {"type": "str"},
            "limit": {"type": "int"},
        },
        query_metadata,
        required_if=[("endpoint", "series", ["match"]), ("endpoint", "label_values", ["label"])],
    )


if __name__ == "__main__":
    main()
