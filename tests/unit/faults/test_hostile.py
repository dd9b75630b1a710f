# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are to take memory or time, or the truth about what was written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import SELECTORS
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_targets
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator
from ansible_collections.nhncloud.sysmon.tests.soak.bounds import BOMBS, MOST_MEMORY, TIMEOUT, ask, measure
from ansible_collections.nhncloud.sysmon.tests.unit.faults.raw import raw_server

COLLECTIONS = str(Path(__file__).resolve().parents[6])


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bombs(name):
    measured = measure(name)
    assert measured["kind"].startswith("protocol"), measured
    assert measured["seconds"] < TIMEOUT
    assert measured["mebibytes"] < MOST_MEMORY


def test_what_does_not_fit_into_memory():
    head = b'{"header": {"isSuccessful": true, "resultCode": 0}, "body": ['
    with raw_server() as server:
        server.body(head + b"{}," * (5 << 20) + b"{}]}")
        told = ask(server.url, limit=400)
    assert told["kind"].startswith("protocol")
    assert "does not fit into memory" in told["kind"]


def test_memory_that_ends_after_the_writes(emulator, client_of, monkeypatch):
    usual, hosts = Target.from_api.__func__, [server["hostNm"] for server in emulator.state["servers"]]

    def from_api(cls, record):
        if len(emulator.state["targets"]) > 2:
            raise MemoryError
        return usual(cls, record)

    monkeypatch.setattr(Target, "from_api", classmethod(from_api))
    targets = [{**dict.fromkeys(SELECTORS), "hostname": name, "port": 9100} for name in hosts]
    options = {"workspace": "shop", "workspace_id": None, "targets": targets, "port": None, "state": "present"}
    options |= {"purge": False, "server_timeout": 0, "wait": False, "wait_timeout": 300, "max_workers": 8, "retries": 0}
    result, error = ensure_targets(client_of(emulator), options, False)
    assert result["changed"] is True
    assert error is None
    assert result["summary"]["created"] == 3
    assert "does not fit into memory" in str(result["warnings"])


@pytest.mark.parametrize("own_process", [False, True])
def test_the_keyword_timeout_ends_a_bulk_call(own_process, tmp_path):
    playbook = shutil.which("ansible-playbook", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    with Emulator(servers=40, faults=[{"call": "create_target", "timeout": 20}]) as emulator:
        emulator.add_workspace(jobName="shop")
        hosts = [{"hostname": server["hostNm"]} for server in emulator.state["servers"]]
        task = {"nhncloud.sysmon.sysmon_targets": {"workspace": "shop", "port": 9100, "targets": hosts}}
        task.update({"timeout": 3, "environment": {"ANY": "thing"} if own_process else {}})
        play = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
        (tmp_path / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
        settings = {
            "APP_KEY": emulator.app_key,
            "PROJECT_ID": emulator.project_id,
            "REGION": "kr",
            "API_URL": emulator.url,
        }
        began = time.monotonic()
        ended = subprocess.run(
            [playbook, "play.yml", "-e", '{"ansible_python_interpreter": "{{ ansible_playbook_python }}"}'],
            cwd=tmp_path,
            env={
                **os.environ,
                **{f"NHNCLOUD_SYSMON_{name}": value for name, value in settings.items()},
                "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        lasted = time.monotonic() - began
    # The words of newer and of older versions of ansible-core.
    assert re.search(r"[Tt]imed out|in the expected time frame \(3\)", ended.stdout + ended.stderr)
    assert lasted < 15  # of which Ansible takes some itself; the service keeps silent for 20
