# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the inventory plugin: python3 tests/benchmark/inventory.py [SERVERS]

Prints a Markdown table. The plugin's time is from the start of parse() to its end, requests included, in a process
of its own; the whole command is ansible-inventory --list. Fails where the servers of the plain row took longer than
the 5 seconds for which 10,000 are good.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[5]
LIMIT = 5.0
WORKSPACES = 20
ROWS = {
    "servers": "",
    "servers, from the cache": "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: {folder}\n",
    "servers and targets": "with_targets: true\n",
    "servers, one keyed group": "keyed_groups:\n  - key: sysmon_ip.split('.')[2]\n",
}


def parse(path: str) -> None:
    """Run in the child: one parse, timed."""
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    from ansible_collections.nhncloud.sysmon.plugins.inventory.sysmon import InventoryModule

    whole = InventoryModule.parse

    def timed(self, *arguments, **options):
        began = time.perf_counter()
        whole(self, *arguments, **options)
        print(f"seconds {time.perf_counter() - began:.3f}")

    InventoryModule.parse = timed
    manager = InventoryManager(loader=DataLoader(), sources=[path])
    print(f"hosts {len(manager.hosts)}")


def measure(command: list[str], env: dict[str, str]) -> tuple[float, str]:
    began = time.perf_counter()
    run = subprocess.run(command, env=env, check=True, capture_output=True, text=True, timeout=600)
    return time.perf_counter() - began, run.stdout


def main(count: int) -> int:
    sys.path.insert(0, str(ROOT))
    from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

    with Emulator(servers=count) as emulator, tempfile.TemporaryDirectory() as folder:
        for number in range(WORKSPACES):
            emulator.add_workspace(jobName=f"workspace-{number}")
        for number, server in enumerate(emulator.state["servers"]):
            emulator.add_target(jobName=f"workspace-{number % WORKSPACES}", hostId=server["hostId"], port=9100)
        env = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
            "ANSIBLE_INVENTORY_ENABLED": "nhncloud.sysmon.sysmon",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
            "NHNCLOUD_SYSMON_APP_KEY": emulator.app_key,
            "NHNCLOUD_SYSMON_PROJECT_ID": emulator.project_id,
            "NHNCLOUD_SYSMON_REGION": "kr",
            "NHNCLOUD_SYSMON_API_URL": emulator.url,
        }
        print("| what | hosts | requests | plugin, s | ansible-inventory --list, s |")
        print("| --- | --- | --- | --- | --- |")
        seconds = {}
        for what, options in ROWS.items():
            path = Path(folder, "sysmon.yml")
            path.write_text("plugin: nhncloud.sysmon.sysmon\n" + options.format(folder=folder), encoding="utf-8")
            command, _output = measure(
                [str(Path(sys.executable).parent / "ansible-inventory"), "-i", str(path), "--list"], env
            )
            emulator.clear()
            _whole, output = measure([sys.executable, str(HERE), "--parse", str(path)], env)
            found = dict(line.split() for line in output.splitlines())
            seconds[what] = float(found["seconds"])
            requests = len(emulator.requests())
            print(f"| {what} | {found['hosts']} | {requests} | {seconds[what]:.2f} | {command:.2f} |", flush=True)
    return int(seconds["servers"] > LIMIT * count / 10_000)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--parse"]:
        parse(sys.argv[2])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
