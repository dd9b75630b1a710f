# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sysmon_query
short_description: Look up values in the Prometheus of NHN Cloud System Monitoring by PromQL
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Runs instant queries on the controller and returns the values of all of them in one list.
  - Works with every server of the Prometheus HTTP API that is found under C(/prometheus) of O(api_url).
options:
  _terms:
    description:
      - PromQL expressions.
    type: list
    elements: str
    required: true
  want:
    description:
      - What to return for each expression.
      - V(value) returns its numbers (or its text) as strings, sorted by labels. Range vectors and native histograms are
        an error.
      - V(samples) returns its samples, as in RV(nhncloud.sysmon.sysmon_query_info#module:samples). Anything except an
        instant vector is an error.
      - V(result) returns one item per expression, its result as Prometheus gives it.
      - V(number) returns one float per expression. An answer that is not exactly one number, is C(NaN), or may be
        incomplete is an error. Use it in conditions, since C('' | float) of an empty answer is 0.
    type: str
    choices: [value, samples, result, number]
    default: value
  time:
    description:
      - The time of evaluation, in the forms of O(nhncloud.sysmon.sysmon_query_info#module:time). The default is the
        server's current time.
    type: raw
  query_timeout:
    description:
      - How long Prometheus may evaluate each query, in seconds or as a Prometheus duration.
    type: str
  limit:
    description:
      - The maximum number of series that each query returns, V(1) or more.
    type: int
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.connection.plugins
notes:
  - O(project_id) is not needed here, and O(region) is not needed together with O(api_url).
  - C(lookup) joins several strings with commas. C(query) always returns a list.
  - Warnings of Prometheus are shown as warnings.
  - An unknown option is an error. The lookup runs instant queries only, so it has no C(start), C(end) and C(step).
  - Text with C({{), C({%) or C({#) in it is a template for Ansible. Write such a query with C(!unsafe), or between
    C({% raw %}) and C({% endraw %}), in a variable.
  - Facts are what a host says about itself, and never options. If the facts of the current host contain a name such as
    C(nhncloud_sysmon_*), the lookup fails and sends nothing.
seealso:
  - module: nhncloud.sysmon.sysmon_query_info
"""

EXAMPLES = r"""
# The connection comes from the environment (NHNCLOUD_SYSMON_APP_KEY, NHNCLOUD_SYSMON_REGION), from variables
# (nhncloud_sysmon_app_key, nhncloud_sysmon_region) or from options.
- name: Stop when too many requests fail
  ansible.builtin.assert:
    # No answer, several values or NaN are an error with want='number'.
    that: lookup('nhncloud.sysmon.sysmon_query', errors, want='number') < 0.05
  vars:
    errors: sum(rate(http_requests_total{job="shop", code=~"5.."}[5m])) / sum(rate(http_requests_total{job="shop"}[5m]))

- name: Show the three least loaded servers
  ansible.builtin.debug:
    msg: "{{ query('nhncloud.sysmon.sysmon_query', 'bottomk(3, node_load1)', want='samples')
             | map(attribute='labels.instance') }}"

- name: Show how many were up yesterday
  ansible.builtin.debug:
    msg: "{{ lookup('nhncloud.sysmon.sysmon_query', 'count(up == 1)', time='now-1d') }}"
"""

RETURN = r"""
_raw:
  description: The values of the expressions, in their order.
  type: list
  elements: raw
"""

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.nearest import SIMILAR, nearest
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import check_facts
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import not_whole, query_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import redact_data
from ansible_collections.nhncloud.sysmon.plugins.module_utils._text import cleaned
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.errors import ansible_errors
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.options import (
    CONNECTION,
    VARIABLES,
    connection,
    no_empty_environment,
    templated,
    without_empty,
)

display = Display()

OPTIONS = ("want", "time", "query_timeout", "limit", *CONNECTION)


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        variables = variables or {}
        # Loops by with_ of ansible-core before 2.19 give it to every lookup.
        kwargs.pop("wantlist", None)
        with ansible_errors(AnsibleLookupError):
            _check_options(kwargs)
            check_facts(variables.get("inventory_hostname", "localhost"), variables.get("ansible_facts") or {})
            var_options, direct = templated(self._templar, variables, VARIABLES), without_empty(kwargs, CONNECTION)
        with no_empty_environment():
            self.set_options(var_options=var_options, direct=direct)
        options = {name: self.get_option(name) for name in ("time", "query_timeout", "limit")}
        found = []
        with ansible_errors(AnsibleLookupError):
            client = connect_prometheus(connection(self))
            want = self.get_option("want")
            if want == "number" and options["limit"] == 1:
                # A second sample is an error, which this limit would hide.
                options["limit"] = 2
            for term in self._flatten(terms):
                if not isinstance(term, str):
                    kind = "a dictionary" if isinstance(term, dict) else term.__class__.__name__
                    raise SysmonError("config", f"a term of sysmon_query must be PromQL text, not {kind}.")
                answer = query_prometheus(client, {**options, "query": term})
                for warning in answer["warnings"]:
                    display.warning(warning)
                found.extend([_number(term, answer)] if want == "number" else _wanted(answer, want))
        return redact_data(found)


def _check_options(given):
    for name in given:
        if name not in OPTIONS:
            near = nearest(name, OPTIONS, SIMILAR)
            hint = f"did you mean {near}?" if near else f"it has {', '.join(OPTIONS)}."
            raise SysmonError("config", f"{name} is not an option of sysmon_query: {hint}")


def _number(query, answer):
    partial = not_whole(answer["query_warnings"])
    value = answer["value"]
    if partial or value is None or float(value) != float(value):
        count = len(answer["result"]) if answer["result_type"] == "vector" else f"a {answer['result_type']}"
        what = partial or (
            f"it is {value}" if value else f"it has {count} samples" if isinstance(count, int) else f"it is {count}"
        )
        raise SysmonError("config", f"The result of {cleaned(query)} is not exactly one number: {what}.")
    return float(value)


def _wanted(answer, want):
    kind, result, samples = answer["result_type"], answer["result"], answer["samples"]
    if want == "result":
        return [result]
    if kind == "vector" and want == "samples":
        return samples
    if kind == "vector" and not any("histogram" in sample for sample in samples):
        return [sample["value"] for sample in samples]
    if kind in ("scalar", "string") and want == "value":
        return [result[1]]
    what = "native histograms" if kind == "vector" else f"a {kind}"
    raise SysmonError("config", f"the query returns {what}, which does not support want: {want}; use want: result.")
