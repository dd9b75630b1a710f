# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source: edges of a PromQL condition."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from types import ModuleType

DOCUMENTATION = r"""
short_description: Edges of a PromQL condition in NHN Cloud System Monitoring
description:
  - Sends an event when a series starts to meet a PromQL condition, and one when it stops. A series fires while the
    query returns it, as in an alerting rule of Prometheus.
  - Each poll evaluates every step since the last one by range queries. Edges between two polls, or while the source was
    not running, are reported as well, up to O(catch_up).
  - A missing or incomplete answer is ignored. It never resolves a series.
  - Every event has C(source), C(type), C(id) and C(at). Types are V(firing), V(resolved), V(unreachable), V(reachable)
    and V(heartbeat). V(firing) and V(resolved) have C(labels), C(value), C(since) and C(query), V(unreachable) has
    C(reason), V(reachable) has C(since).
  - An event may come twice after a crash, with the same C(id).
author:
  - nhncloud.sysmon contributors
options:
  app_key:
    description:
      - The appkey of System Monitoring.
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_APP_KEY). Prefer the environment,
        because C(ansible-rulebook -vv) prints the options of its sources.
    type: str
  project_id:
    description:
      - Has no effect. Accepted so that both sources can share their options.
    type: str
  region:
    description:
      - The region, one of V(kr), V(kr2), V(us) and V(jp).
      - Required unless O(api_url) is set, as this option or as the environment variable E(NHNCLOUD_SYSMON_REGION).
    type: str
  # BEGIN event_source: written by tests/tools/shared_docs.py
  api_url:
    description:
      - Another endpoint than that of the region. It is V(https); V(http) only to a loopback address, or elsewhere with
        O(validate_certs=false).
      - The environment variable E(NHNCLOUD_SYSMON_API_URL) is used where the option is not set.
    type: str
  validate_certs:
    description:
      - Whether TLS certificates are checked.
      - The environment variable E(NHNCLOUD_SYSMON_VALIDATE_CERTS) is used where the option is not set.
    type: bool
    default: true
  ca_path:
    description:
      - The certificate authorities to trust instead of the system's, as a PEM file or a folder.
      - The environment variable E(NHNCLOUD_SYSMON_CA_PATH) is used where the option is not set.
    type: path
  timeout:
    description:
      - How many seconds one request may take as a whole.
    type: int
    default: 30
  retries:
    description:
      - How many times a request is tried again after the first try, before the service counts as unreachable.
    type: int
    default: 4
  interval:
    description:
      - Time between two polls, in seconds or as a Prometheus duration such as V(5m).
    type: str
    default: "60"
  state_file:
    description:
      - File that keeps what was sent, so that a restart misses nothing. Its folder has to exist, and each source needs a
        file of its own.
      - Without it every start is a first start.
    type: path
  heartbeat:
    description:
      - Send an event of type V(heartbeat) this often, in seconds or as a Prometheus duration.
      - The heartbeat says that the source works. Its C(reachable) tells whether the service answered last time.
    type: str
  feedback:
    description:
      - Wait after each event until C(ansible-rulebook) has acknowledged it.
      - C(ansible-rulebook) refuses V(true) unless it runs with C(--persistence-id).
    type: bool
    default: false
  # END event_source
  query:
    description:
      - The condition in PromQL.
    type: str
    required: true
  step:
    description:
      - Time between two evaluations, in seconds or as a Prometheus duration. The default is O(interval).
      - What begins and ends between two steps is not seen. The service keeps one sample a minute.
    type: str
  for:
    description:
      - A series fires only when it has fulfilled the condition for this long, in seconds or as a Prometheus duration.
    type: str
    default: "0"
  keep_firing_for:
    description:
      - A series is resolved only when it has not fulfilled the condition for this long, in seconds or as a Prometheus
        duration.
    type: str
    default: "0"
  catch_up:
    description:
      - How far a poll looks back at most, after the source or the service was away, in seconds or as a Prometheus
        duration.
    type: str
    default: 1h
  host_label:
    description:
      - A label such as V(instance). Its value, without a port, becomes C(meta.hosts) of the event, to which
        C(run_playbook) then limits the inventory.
      - A value that is not a host name or an address is left out, as are V(all) and V(ungrouped). The source does not
        know other groups of the inventory, so a value that is the name of a group limits to that group.
    type: str
"""

EXAMPLES = r"""
- name: Act on exporters that are down
  hosts: all
  sources:
    - name: exporters
      nhncloud.sysmon.promql:
        query: up{job="web"} == 0
        for: 3m
        interval: 60
        state_file: /var/lib/eda/exporters.json
  rules:
    - name: Exporter is down
      condition: event.type == "firing"
      action:
        debug:
          msg: "{{ event.labels.instance }} is down since {{ event.since }}"
"""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Send events to ``queue`` until cancelled. Raises SysmonError if waiting does not help (auth, config)."""
    await _layer("event_loop").run_source(queue, args, _layer("event_sources").open_promql)


def _layer(name: str) -> ModuleType:
    """Import a module of the collection by the path of this file: ansible-rulebook has no collection loader."""
    root = str(Path(__file__).absolute().parents[6])
    if root not in sys.path:
        sys.path.append(root)
    return import_module(f"nhncloud.sysmon.plugins.module_utils._run.{name}")
