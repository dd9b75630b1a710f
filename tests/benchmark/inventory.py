# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin over thousands of servers, beside ansible-core's own constructed over the same hosts.

The plugin's time is from the start of parse() to its end, requests included, in a process of its own. What one keyed
group costs is nearly all ansible-core's: it compiles the expression anew for each host, for constructed as for us.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import Row, table

HERE = Path(__file__).resolve()
WORKSPACES = 20
ROUNDS = 3
CACHE = "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: {folder}\n"
TARGETS = "with_targets: true\n"
KEYED = "keyed_groups:\n  - key: sysmon_ip.split('.')[2]\n"
CASES = {"servers": "", "servers, from the cache": CACHE, "servers and targets": TARGETS}
OURS, CORES = "nhncloud.sysmon.sysmon", "ansible.builtin.constructed"


def parse(paths: list[str]) -> None:
    """Run in the child: one inventory of these sources, the parse of each plugin timed."""
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader, inventory_loader

    init_plugin_loader()
    for name in (OURS, CORES):
        plugin = type(inventory_loader.get(name))
        _time(plugin, name, plugin.parse)
    print(f"hosts {len(InventoryManager(loader=DataLoader(), sources=paths).hosts)}")


def _time(plugin, name, whole) -> None:
    def timed(self, *arguments, **options):
        began = time.perf_counter()
        whole(self, *arguments, **options)
        print(f"{name} {time.perf_counter() - began:.3f}")

    plugin.parse = timed


def run(options: argparse.Namespace) -> list[Row]:
    """Medians of three rounds."""
    from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

    count = max(options.hosts)
    with Emulator(servers=count) as emulator, tempfile.TemporaryDirectory() as folder:
        for number in range(WORKSPACES):
            emulator.add_workspace(jobName=f"workspace-{number}")
        for number, server in enumerate(emulator.state["servers"]):
            emulator.add_target(jobName=f"workspace-{number % WORKSPACES}", hostId=server["hostId"], port=9100)
        environment = {
            **os.environ,
            "ANSIBLE_INVENTORY_ENABLED": f"{OURS},{CORES}",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
            "NHNCLOUD_SYSMON_APP_KEY": emulator.app_key,
            "NHNCLOUD_SYSMON_PROJECT_ID": emulator.project_id,
            "NHNCLOUD_SYSMON_REGION": "kr",
            "NHNCLOUD_SYSMON_API_URL": emulator.url,
        }
        environment.setdefault("ANSIBLE_COLLECTIONS_PATH", str(HERE.parents[5]))
        constructed = _write(folder, "constructed.yml", f"plugin: {CORES}\n{KEYED}")
        rows, floors = [], []
        for what, text in CASES.items():
            text = text.format(folder=folder)
            plain = _write(folder, "plain.sysmon.yml", f"plugin: {OURS}\n{text}")
            keyed = _write(folder, "keyed.sysmon.yml", f"plugin: {OURS}\n{text}{KEYED}")
            _parsed([plain], environment), _parsed([keyed], environment)  # fills the cache, where there is one
            emulator.clear()
            _parsed([plain], environment)
            requests = len(emulator.requests())
            pairs = [
                (_parsed([plain, constructed], environment), _parsed([keyed], environment)) for _round in range(ROUNDS)
            ]
            alone, core, group = (
                statistics.median(values)
                for values in zip(*[(beside[OURS], beside[CORES], found[OURS]) for beside, found in pairs])
            )
            own = statistics.median(found[OURS] - beside[CORES] for beside, found in pairs)
            rows.append([what, f"{count:,}", requests, f"{alone:.2f}", f"{group:.2f}", f"{core:.2f}", f"{own:.2f}"])
            floors.append(
                Row(f"inventory of {count:,} {what}, one keyed group: over constructed", own, CORES, core, 2.0)
            )
    head = ["what", "hosts", "requests", "plugin, s", "with one keyed group, s", "constructed's own, s", "over it, s"]
    table("Inventory", head, rows)
    return floors


def _write(folder: str, name: str, text: str) -> str:
    path = Path(folder, name)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _parsed(paths: list[str], environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, str(HERE), *paths]
    run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=600)
    return {name: float(value) for name, value in map(str.split, run.stdout.splitlines())}


if __name__ == "__main__":
    sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])
    parse(sys.argv[1:])
