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
import time
from pathlib import Path

import pytest

# ansible-test runs a copy of this folder in another place, and passes the path of the collection.
PLACES = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(Path(__file__).parents[7])).split(":")
ROOT = next(Path(place) for place in PLACES if Path(place, "ansible_collections/nhncloud/sysmon").is_dir())
sys.path.insert(0, str(ROOT))

# pylint: disable-next=wrong-import-position
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator, free_port  # noqa: E402

WRITES = ("create_workspace", "update_workspace", "delete_workspace", "create_target", "delete_target")


class Run:
    """What a run of ansible-playbook came to."""

    def __init__(self, code, output):
        self.code = code
        self.output = output
        self.flat = " ".join(output.split())
        self.changed = sum(int(count) for count in re.findall(r" changed=(\d+)", output))


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
def play(tmp_path):
    """Run a playbook against an emulator, with nine hosts in group web; variables are extra variables."""

    def run(emulator, playbook, *arguments, inventory=None, **variables):
        hosts = {f"web{number}": {"ansible_host": f"10.0.0.{number}"} for number in range(1, 10)}
        groups = {"web": {"hosts": hosts}} if inventory is None else inventory
        tmp_path.joinpath("inventory.json").write_text(json.dumps({"all": {"children": groups}}), encoding="utf-8")
        if not isinstance(playbook, str):
            tmp_path.joinpath("play.json").write_text(json.dumps(playbook), encoding="utf-8")
            playbook = "play.json"
        clean = {key: value for key, value in os.environ.items() if not key.startswith("NHNCLOUD_")}
        result = subprocess.run(
            ["ansible-playbook", playbook, "-i", "inventory.json", "-e", json.dumps(variables), *arguments],
            cwd=tmp_path,
            env={
                **clean,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
                "ANSIBLE_NOCOLOR": "true",
                "ANSIBLE_FORCE_COLOR": "false",
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "NHNCLOUD_SYSMON_APP_KEY": emulator.app_key,
                "NHNCLOUD_SYSMON_PROJECT_ID": emulator.project_id,
                "NHNCLOUD_SYSMON_REGION": "kr",
                "NHNCLOUD_SYSMON_API_URL": emulator.url,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        print(result.stdout)
        assert emulator.app_key not in result.stdout
        return Run(result.returncode, result.stdout)

    run.folder = tmp_path
    return run


def until(holds, what, seconds=60):
    """The first true thing that ``holds`` gives."""
    deadline = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.3)


@pytest.fixture
def prometheus(tmp_path):
    """Start a real Prometheus with a configuration, and with old samples in the format of OpenMetrics; its URL."""
    folder, running = tmp_path / "prometheus", []

    def start(config, samples=None):
        folder.mkdir()
        folder.joinpath("config.json").write_text(json.dumps(config), encoding="utf-8")
        if samples:
            folder.joinpath("samples").write_text(samples, encoding="utf-8")
            blocks = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "samples", "data"]
            subprocess.run(blocks, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        command = ["prometheus", "--config.file=config.json", "--storage.tsdb.path=data"]
        address = f"127.0.0.1:{free_port()}"
        command += [f"--web.listen-address={address}", "--web.route-prefix=/prometheus"]
        with folder.joinpath("log").open("wb") as log:
            running.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))
        said = folder.joinpath("log")
        until(lambda: "Server is ready" in said.read_text(encoding="utf-8"), "it is ready")
        return f"http://{address}", running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def registered(play, emulate):
    """An emulator in which five hosts of nine are registered in workspace shop, at port 9100."""
    emulator = emulate(servers=9)
    task = {
        "nhncloud.sysmon.sysmon_targets": {
            "workspace": "shop",
            "port": 9100,
            "targets": [{"hostname": f"host-{number:05}"} for number in range(1, 6)],
        }
    }
    made = {"nhncloud.sysmon.sysmon_workspace": {"name": "shop", "metrics_path": "/custom"}}
    assert play(emulator, [{"hosts": "localhost", "gather_facts": False, "tasks": [made, task]}]).code == 0
    emulator.clear()
    return emulator


@pytest.fixture
def writes():
    """The names of the writing calls that an emulator got."""
    return lambda emulator: [entry["call"] for entry in emulator.requests() if entry["call"] in WRITES]
