# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is ended in the middle leaves what was done; the next one does the rest."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import requests
import yaml

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator, spawn
from ansible_collections.nhncloud.sysmon.tests.soak.processes import ModuleProcess, connection, heed_interrupts

HOSTS = 60


@pytest.fixture
def emulator():
    with Emulator(servers=HOSTS, latency_ms=30) as running:
        running.add_workspace(jobName="shop")
        yield running


def arguments(emulator, **more):
    hosts = [{"host_id": server["hostId"]} for server in emulator.state["servers"]]
    return {"workspace": "shop", "port": 9100, "max_workers": 4, "targets": hosts, **more}


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.01)


def assert_finished_by_the_next_run(emulator):
    wait_for(lambda: emulator.stats()["in_flight"] == 0)
    done = len(emulator.state["targets"])
    assert 0 < done < HOSTS
    result = ModuleProcess("sysmon_targets", {**arguments(emulator), **connection(emulator)}).result()
    assert not result["failed"], result
    assert result["summary"]["created"] == HOSTS - done
    spots = Counter((target["hostId"], target["port"]) for target in emulator.state["targets"])
    assert len(spots) == HOSTS
    assert set(spots.values()) == {1}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_module_is_ended(emulator, name):
    started = ModuleProcess("sysmon_targets", {**arguments(emulator), **connection(emulator)})
    wait_for(lambda: len(emulator.requests("create_target")) >= 8)
    started.process.send_signal(getattr(signal, name))
    began = time.monotonic()
    code, out, err = started.end(timeout=20)
    assert time.monotonic() - began < 5
    assert code == (130 if name == "SIGINT" else -getattr(signal, name))
    assert "Traceback" not in out + err
    assert_finished_by_the_next_run(emulator)


@pytest.mark.parametrize(
    "fault", [{"status": 429, "headers": {"Retry-After": "20"}}, {"status": 503}, {"timeout": 3}, {"slow": 1}]
)
def test_module_is_interrupted_while_the_service_is_in_trouble(emulator, fault):
    emulator.faults([{"call": "create_target", "after": 8, **fault}])
    options = connection(emulator, timeout=25, retries=6)
    started = ModuleProcess("sysmon_targets", {**arguments(emulator), **options})
    wait_for(lambda: len(emulator.requests("create_target")) >= 9)
    time.sleep(0.2)  # the other workers meet the trouble as well
    started.process.send_signal(signal.SIGINT)
    began, signalled = time.monotonic(), time.time()
    code, out, err = started.end(timeout=60)
    assert time.monotonic() - began < 10  # what is on its way, and nothing after it
    assert (code, "Traceback" in out + err) == (130, False)
    assert [request for request in emulator.requests() if request["time"] > signalled + 1] == []
    emulator.faults([])
    time.sleep(1.2)  # what the slow service still does
    assert_finished_by_the_next_run(emulator)


@pytest.mark.parametrize("own_process", [False, True])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_playbook_is_ended(emulator, name, own_process, tmp_path):
    playbook = shutil.which("ansible-playbook", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    task = {"nhncloud.sysmon.sysmon_targets": arguments(emulator, max_workers=2)}
    if own_process:
        task["environment"] = {"ANY": "thing"}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    variables = {f"NHNCLOUD_SYSMON_{key.upper()}": value for key, value in connection(emulator).items()}
    collections = str(Path(__file__).resolve().parents[6])
    environment = {**os.environ, **variables, "ANSIBLE_COLLECTIONS_PATH": collections, "HOME": str(tmp_path)}
    environment["ANSIBLE_REMOTE_TEMP"] = str(tmp_path / "remote")
    with open(tmp_path / "output", "w+", encoding="utf-8") as output:
        started = subprocess.Popen(
            [
                playbook,
                "-i",
                "localhost,",
                "-c",
                "local",
                "-e",
                '{"ansible_python_interpreter": "{{ ansible_playbook_python }}"}',
                "play.yml",
            ],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=heed_interrupts,
        )
        try:
            wait_for(lambda: len(emulator.requests("create_target")) >= 8)
            workers = _processes(tmp_path) - {started.pid}
            assert workers
            assert bool(_processes(tmp_path, b"AnsiballZ_sysmon_targets")) == own_process
            # As from a terminal: every process of the group gets it. On newer cores others are in a group of their own.
            os.killpg(started.pid, getattr(signal, name))
            for worker in workers:
                _send(worker, getattr(signal, name))
            started.wait(30)
            wait_for(lambda: not _processes(tmp_path), 30)
        finally:
            _send(started.pid, signal.SIGKILL)
        output.seek(0)
        assert "Traceback" not in output.read()
    assert_finished_by_the_next_run(emulator)


def _processes(home, command=b"") -> set[int]:
    """The processes that have this home and this in their command."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            variables = (folder / "environ").read_bytes().split(b"\0")
            if b"HOME=" + os.fsencode(home) in variables and command in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def test_the_service_is_killed_and_started_again_in_the_middle_of_a_run(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = ["--listen", f"127.0.0.1:{port}", "--state", str(tmp_path / "state"), "--servers", str(HOSTS)]
    program += ["--latency", "30", "--allow-doubles"]
    options = {"project_id": "emulator", "region": "kr", "app_key": "emulator-appkey", "retries": 8}
    with spawn(*program) as url:
        options["api_url"] = str(url)
        made = ModuleProcess("sysmon_workspace", {"name": "shop", **options}).result()
        workspace_id = made["workspace"]["workspace_id"]
        hosts = [{"hostname": f"host-{number:05d}"} for number in range(1, HOSTS + 1)]
        task = {"workspace": "shop", "port": 9100, "max_workers": 4, "targets": hosts, **options}
        running = ModuleProcess("sysmon_targets", task)
        wait_for(lambda: len(_targets(url, workspace_id)) >= 8)
        url.process.kill()
        url.process.wait()
    with spawn(*program) as url:
        before = len(_targets(url, workspace_id))
        result = running.result()
        targets = _targets(url, workspace_id)
    assert 8 <= before < HOSTS
    assert not result["failed"], result
    assert result["summary"]["created"] == HOSTS
    assert len({target["hostId"] for target in targets}) == len(targets) == HOSTS


def _targets(url, workspace_id):
    state = requests.get(f"{url}/_emulator/state", timeout=10).json()
    return [target for target in state["targets"] if target["jobId"] == workspace_id]
