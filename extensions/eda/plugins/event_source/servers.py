# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source: servers that appear and disappear."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from types import ModuleType

DOCUMENTATION = r"""
short_description: Servers that appear and go in NHN Cloud System Monitoring
description:
  - Sends an event when a server is listed for the first time, when it has not been listed for O(absent_for), and when its
    name changes. With O(targets=true) it also sends the health of collection targets when it changes.
  - An empty list is ignored. It never means that all servers are gone.
  - Every event has C(source), C(type), C(id) and C(at). V(appeared), V(gone) and V(renamed) have C(server) as
    M(nhncloud.sysmon.sysmon_server_info) returns it; V(renamed) also has C(previous), the old name. V(collecting),
    V(failing) and V(preparing) have C(target) as M(nhncloud.sysmon.sysmon_target_info) returns it. V(unreachable) has
    C(reason), V(reachable) has C(since). V(heartbeat) comes with O(heartbeat).
  - A server that just appeared is in no inventory yet. So the events have no C(meta.hosts).
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
      - The id of the project.
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_PROJECT_ID).
    type: str
  region:
    description:
      - The region, one of V(kr), V(kr2), V(us) and V(jp).
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_REGION).
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
  absent_for:
    description:
      - A server is gone when it has not been listed for this long, in seconds or as a Prometheus duration.
    type: str
    default: 10m
  targets:
    description:
      - Watch the health of all collection targets, too. This costs one request for the workspaces and one for each
        workspace in every poll.
    type: bool
    default: false
  report_existing:
    description:
      - Report at the first start what is there already.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Register servers that appear
  hosts: localhost
  sources:
    - name: servers
      nhncloud.sysmon.servers:
        interval: 60
        state_file: /var/lib/eda/servers.json
  rules:
    - name: Server appeared
      condition: event.type == "appeared"
      action:
        run_playbook:
          name: register_server.yml
"""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Send events to ``queue`` until cancelled. Raises SysmonError if waiting does not help (auth, config)."""
    await _layer("event_loop").run_source(queue, args, _layer("event_sources").open_servers)


def _layer(name: str) -> ModuleType:
    """Import a module of the collection by the path of this file: ansible-rulebook has no collection loader."""
    root = str(Path(__file__).absolute().parents[6])
    if root not in sys.path:
        sys.path.append(root)
    return import_module(f"nhncloud.sysmon.plugins.module_utils._run.{name}")
