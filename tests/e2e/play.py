# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook as a user does, and read what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 300
RECAP = re.compile(r"^(\S+)\s+: (ok=\d+ .*)$", re.MULTILINE)
# Of a task, or of an item of its loop; not of what was done elsewhere in the name of the host.
FAILURE = re.compile(
    r"^(?:fatal|failed): \[([^\] ]+)(?: -> ([^\]]+))?\](?: \(item=([^)]*)\))?[^=]*=> (\{.*\})$", re.MULTILINE
)
LOCAL = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]


@dataclass
class Run:
    """One run of ansible-playbook."""

    code: int
    seconds: float
    output: str = field(repr=False)

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """Counts (ok, changed, unreachable, failed, …) by host."""
        table = self.output.rpartition("PLAY RECAP")[2]
        return {
            host: {name: int(count) for name, count in (pair.split("=") for pair in counts.split())}
            for host, counts in RECAP.findall(table)
        }

    @property
    def failed(self) -> list[str]:
        """Hosts that the recap counts as failed."""
        return sorted(host for host, counts in self.recap.items() if counts["failed"])

    @property
    def unreachable(self) -> list[str]:
        return sorted(host for host, counts in self.recap.items() if counts["unreachable"])

    @property
    def fine(self) -> list[str]:
        """Hosts of the recap that came through."""
        return sorted(set(self.recap) - set(self.failed) - set(self.unreachable))

    def reason(self, host: str) -> str:
        """Why the host failed, as the user sees it."""
        said = [json.loads(result)["msg"] for *names, result in FAILURE.findall(self.output) if host in names]
        assert said, f"no reason is given for {host}:\n{self.output}"
        return " ".join(said)

    @property
    def summary(self) -> list[str]:
        """The lines that close the role, one for each batch."""
        return re.findall(
            r"^(Workspace \S+, \d+ hosts?: .*?\.)(?: The workspace (?:was|would be) created\.)?$", self.output, re.M
        )


class Controller:
    """Where ansible-playbook runs: a folder with an inventory and playbooks."""

    def __init__(self, folder: Path, key: Path, environment: dict[str, str]):
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NHNCLOUD_"))},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_COLLECTIONS_PATH": f"{Path(__file__).with_name('collections')}:{collections()}",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_REMOTE_USER": "deploy",
            "ANSIBLE_PRIVATE_KEY_FILE": str(key),
            "ANSIBLE_SSH_COMMON_ARGS": " ".join(LOCAL),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
            "ANSIBLE_TIMEOUT": "5",
            **environment,
        }

    def play(self, plays: str | list, inventory: str, *arguments: str, **environment: str) -> Run:
        """Run plays, given as text or as data, with an inventory in INI."""
        text = plays if isinstance(plays, str) else json.dumps(plays)
        (self.folder / "site.yml").write_text(text, encoding="utf-8")
        (self.folder / "hosts.ini").write_text(inventory, encoding="utf-8")
        return self.command("ansible-playbook", "-i", "hosts.ini", "site.yml", *arguments, **environment)

    def command(self, *command: str, **environment: str) -> Run:
        """Run a command line in the folder."""
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        print(f"$ {' '.join(command)}\n{done.stdout}")
        run = Run(done.returncode, time.monotonic() - began, done.stdout)
        assert "Traceback (most recent call last)" not in run.output
        assert self.environment["NHNCLOUD_SYSMON_APP_KEY"] not in run.output
        return run


def collections() -> str:
    """The folder that holds the collection: where the session says, or around this file."""
    return os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path(__file__).resolve().parents[5])
