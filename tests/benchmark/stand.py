# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where measurements take place: an emulator, an inventory for it, and processes whose cost is taken."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.nhncloud.sysmon.tests.emulator import spawn
from ansible_collections.nhncloud.sysmon.tests.emulator.servers import address

PLAYS = Path(__file__).parent / "plays"
WORKSPACE = "benchmark"
LONGEST = 900.0


@dataclass(frozen=True)
class Cost:
    """What a process and all its children took: seconds, and MiB of the largest of them; and what the service saw."""

    wall: float
    cpu: float
    memory: float
    requests: int = 0
    connections: int = 0
    in_flight: int = 0
    sent: int = 0
    load: float = 0.0


class Failed(Exception):
    """A measured command did not do what it was to do."""


class Stand:
    """An emulator of so many servers, and the inventory of as many hosts."""

    def __init__(self, url: str, folder: Path, hosts: int) -> None:
        self.url = url
        self.hosts = hosts
        self.folder = folder
        self.inventory = self.write_inventory("hosts.ini", range(1, hosts + 1))
        self.environment = {
            **os.environ,
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "NHNCLOUD_SYSMON_APP_KEY": "emulator-appkey",
            "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
            "NHNCLOUD_SYSMON_REGION": "kr",
            "NHNCLOUD_SYSMON_API_URL": url,
        }

    def write_inventory(self, name: str, numbers: Sequence[int]) -> Path:
        """The hosts of these numbers, as the group web."""
        lines = [f"host-{number:05d} ansible_host={address(number)}" for number in numbers]
        path = self.folder / name
        path.write_text("\n".join(["[web]", *lines, ""]), encoding="utf-8")
        return path

    def play(self, playbook: str, variables: dict[str, object] | None = None, forks: int = 5) -> Cost:
        """Run a playbook over the inventory: a file of plays/ or the name of one in the collection."""
        path = PLAYS / f"{playbook}.yml"
        variables = {"register_targets_workspace": WORKSPACE, **(variables or {})}
        command = [
            str(Path(sys.executable).parent / "ansible-playbook"),
            *("-i", str(self.inventory), "-f", str(forks), "-e", json.dumps(variables)),
            str(path) if path.exists() else playbook,
        ]
        return self.run(command)

    def run(self, command: Sequence[str]) -> Cost:
        """The cost of a command, which has to succeed."""
        self.ask("DELETE", "requests")
        load = os.getloadavg()[0]
        with tempfile.TemporaryFile() as output:
            began = time.monotonic()
            process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
            status, usage = _wait(process, began + LONGEST)
            wall = time.monotonic() - began
            if status:
                output.seek(max(0, output.tell() - 3000))
                text = output.read().decode(errors="replace")
                raise Failed(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}:\n{text}")
        seen = self.ask("GET", "stats")
        return Cost(
            wall=wall,
            cpu=usage.ru_utime + usage.ru_stime,
            memory=usage.ru_maxrss / 1024,
            requests=seen["requests"],
            connections=seen["connections"],
            in_flight=seen["max_in_flight"],
            sent=seen["bytes_received"] + seen["bytes_sent"],
            load=load,
        )

    def hold(self, count: int) -> None:
        """Fail unless the service has exactly so many targets, each server at most once."""
        targets = [target["hostId"] for target in self.ask("GET", "state")["targets"]]
        if len(targets) != count or len(set(targets)) != count:
            raise Failed(
                f"{count} targets were to be there, and there are {len(targets)} of {len(set(targets))} servers."
            )

    def reset(self) -> None:
        """Reset the service."""
        self.ask("POST", "reset")

    def ask(self, method: str, what: str) -> dict:
        """By the admin API of the emulator."""
        request = urllib.request.Request(f"{self.url}/_emulator/{what}", method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")


@contextlib.contextmanager
def stand(hosts: int, latency: int, *options: str) -> Iterator[Stand]:
    """A new one; its emulator is a process of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="sysmon-benchmark-") as folder,
        spawn("--servers", str(hosts), "--latency", str(latency), *options) as url,
    ):
        yield Stand(str(url), Path(folder), hosts)


def _wait(process: subprocess.Popen, deadline: float) -> tuple[int, object]:
    # wait4 tells the cost of a process with all the children that it has waited for, and the size of the largest.
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return status, usage
        time.sleep(0.005)
    process.kill()
    process.wait()
    raise Failed(f"{process.args} did not end within {LONGEST:g} s.")
