# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator for each test, and real runs of ansible-playbook against it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# ansible-test runs a copy of this folder in another place, and passes the path of the collection.
PLACES = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(Path(__file__).parents[7])).split(":")
ROOT = next(Path(place) for place in PLACES if Path(place, "ansible_collections/nhncloud/sysmon").is_dir())
sys.path.insert(0, str(ROOT))

# pylint: disable-next=wrong-import-position
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator  # noqa: E402

ROLE = "nhncloud.sysmon.register_targets"
# Ansible's two ways to say that ssh does not get there: which one depends on how far it had come.
SSH = re.compile('connect to host 127.0.0.1 port 9|sent to remote host "127.0.0.1"')
WRITES = ("create_workspace", "update_workspace", "delete_workspace", "create_target", "delete_target")


@dataclass
class Run:
    """What a run of ansible-playbook came to."""

    code: int
    output: str

    @property
    def recap(self):
        """By host its counts of ok, changed, unreachable, failed, rescued, ignored."""
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.output.partition("PLAY RECAP")[2], re.M)
        return {host: {key: int(n) for key, n in re.findall(r"(\w+)=(\d+)", counts)} for host, counts in lines}

    @property
    def failed(self):
        """By host the messages with which it failed, without those of failed items."""
        found = {}
        for host, result in re.findall(
            r"^fatal: \[([^\] ]+)[^\]]*\]: (?:FAILED|UNREACHABLE)! => (\{.*\})$", self.output, re.M
        ):
            found.setdefault(host, []).append(json.loads(result)["msg"])
        return found

    @property
    def changed(self):
        """The number of tasks that changed something, over all hosts."""
        return sum(counts["changed"] for counts in self.recap.values())

    def says(self, *texts):
        """Whether all texts are in the output, with line breaks counted as blanks."""
        flat = " ".join(self.output.split())
        return all(text in flat for text in texts)


@pytest.fixture
def emulate():
    """Start an emulator with these options; it ends with the test."""
    running = []

    def start(**options):
        running.append(Emulator(**options).__enter__())
        return running[-1]

    yield start
    for emulator in running:
        emulator.__exit__()


@pytest.fixture
def emulator(emulate):
    """Nine servers: host-00001 at 10.0.0.1 and so on."""
    return emulate(servers=9, targets_per_server=99)


@pytest.fixture
def credentials():
    """The environment that leads to an emulator."""
    return lambda emulator: {
        "NHNCLOUD_SYSMON_APP_KEY": emulator.app_key,
        "NHNCLOUD_SYSMON_PROJECT_ID": emulator.project_id,
        "NHNCLOUD_SYSMON_REGION": "kr",
        "NHNCLOUD_SYSMON_API_URL": emulator.url,
    }


@pytest.fixture
def ansible(tmp_path, emulator, credentials):
    """Run ansible-playbook: plays (or the name of a playbook), the hosts of group web, and more arguments."""

    def run(plays, web, *arguments, env=None, **inventory):
        known = {**inventory, "web": {"hosts": web}}
        tmp_path.joinpath("inventory.json").write_text(json.dumps({"all": {"children": known}}), encoding="utf-8")
        tmp_path.joinpath("play.json").write_text(json.dumps(plays), encoding="utf-8")
        playbook = plays if isinstance(plays, str) else "play.json"
        clean = {key: value for key, value in os.environ.items() if not key.startswith("NHNCLOUD_")}
        result = subprocess.run(
            ["ansible-playbook", playbook, "--inventory=inventory.json", *arguments],
            cwd=tmp_path,
            env={
                **clean,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
                "ANSIBLE_FORCE_COLOR": "false",
                "ANSIBLE_NOCOLOR": "true",
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_RETRY_FILES_ENABLED": "false",
                "ANSIBLE_SSH_RETRIES": "0",
                "ANSIBLE_PIPELINING": "true",
                **(credentials(emulator) if env is None else env),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        print(result.stdout)
        return Run(result.returncode, result.stdout)

    run.folder = tmp_path
    return run


@pytest.fixture
def hosts():
    """Inventory hosts web1 and so on, each on the controller itself and with the address of its emulated server."""

    def make(count, **common):
        return {
            f"web{number}": {
                "ansible_connection": "local",
                "ansible_host": f"10.0.{number // 255}.{number % 255}",
                "ansible_python_interpreter": sys.executable,
                **common,
            }
            for number in range(1, count + 1)
        }

    return make


@pytest.fixture
def poison(ansible):
    """Give the hosts an identity that is text from elsewhere: as a template it would leave the file `templated`."""

    def write(*names):
        text = "{{ lookup('ansible.builtin.pipe', 'touch templated') }}"
        ansible.folder.joinpath("host_vars").mkdir()
        for name in names:
            file = ansible.folder / "host_vars" / f"{name}.yml"
            file.write_text(f'register_targets_identity: !unsafe "{text}"\n', encoding="utf-8")
        return text

    return write


@pytest.fixture
def apply():
    """A play that applies the role to the hosts."""

    def make(role=None, **play):
        variables = {"register_targets_workspace": "shop", "register_targets_server_timeout": 0}
        return {
            "hosts": "web",
            "gather_facts": False,
            "roles": [{"role": ROLE, **variables, **(role or {})}],
            **play,
        }

    return make


@pytest.fixture
def registered():
    """The (workspace, host name, port) of all targets of an emulator, sorted."""

    def look(emulator):
        state = emulator.state
        names = {workspace["jobId"]: workspace["jobName"] for workspace in state["workspaces"]}
        return sorted((names[t["jobId"]], t["hostNm"], t["port"]) for t in state["targets"])

    return look


@pytest.fixture
def writes():
    """The names of the writing calls that an emulator got."""
    return lambda emulator: [entry["call"] for entry in emulator.requests() if entry["call"] in WRITES]


@pytest.fixture
def diff_of():
    """The lines of all diffs of a run, without their headers, sorted: hosts end in any order."""
    return lambda run: "\n".join(sorted(re.findall(r"^[-+](?![-+]{2} ).*$", run.output, re.M)))
