# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks of examples/events, by a real ansible-rulebook against the emulator and a real Prometheus."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(ROOT.parents[2])
sys.path.insert(0, COLLECTIONS)

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator  # noqa: E402

EXAMPLE = ROOT / "examples/events"
BIN = Path(sys.executable).parent
KEY = "secret-appkey-of-a-test"
# What the examples take in minutes, and where they keep it.
FASTER = {
    "interval: 60": "interval: 1",
    "heartbeat: 60": "heartbeat: 8",
    "for: 3m": "for: 1s",
    "absent_for: 1h": "absent_for: 3s",
    "prune_silent_for: 30m": "prune_silent_for: 0s",
    "delay: 60": "delay: 1",
}


class Exporter:
    """Something to scrape, that can die and return."""

    def __init__(self, address):
        self.address, self.server = (address, 9100), None

    def start(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"alive 1\n")

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(self.address, Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def until(condition, seconds, what):
    """Wait for a condition; returns what it gave and how long that took."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        found = condition()
        if found:
            return found, time.monotonic() - start
        time.sleep(0.1)
    pytest.fail(f"{what} did not happen within {seconds} s")


class Stage:
    """A copy of the example that runs faster, in one ansible-rulebook with all rulebooks."""

    def __init__(self, folder, emulator):
        self.folder, self.emulator, self.process = folder, emulator, None
        self.state = folder / "state"
        self.state.mkdir()
        self.output = folder / "output.txt"
        shutil.copytree(EXAMPLE, folder / "example")
        for path in (folder / "example").rglob("*.yml"):
            text = path.read_text(encoding="utf-8").replace("/var/lib/eda", str(self.state))
            for slow, fast in FASTER.items():
                text = text.replace(slow, fast)
            path.write_text(text, encoding="utf-8")
        rulebooks = sorted((folder / "example/rulebooks").glob("*.yml"))
        assert len(rulebooks) == 4
        text = "\n".join(path.read_text(encoding="utf-8").replace("---", "") for path in rulebooks)
        (folder / "example/all.yml").write_text(text, encoding="utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("NHNCLOUD_", "ANSIBLE_"))},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "NHNCLOUD_SYSMON_APP_KEY": KEY,
            "NHNCLOUD_SYSMON_API_URL": emulator.url,
            "NHNCLOUD_SYSMON_PROJECT_ID": emulator.project_id,
            "NHNCLOUD_SYSMON_REGION": "kr",
        }

    def start(self):
        command = [BIN / "ansible-rulebook", "-i", "inventory.yml", "-r", "all.yml", "-vv"]
        self.emulator.clear()
        with self.output.open("a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder / "example",
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: len(self.emulator.requests("list_servers")) >= 4, 60, "the start of ansible-rulebook")
        until(lambda: len(self.emulator.requests("prometheus")) >= 4, 20, "the first queries")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def play(self, name, *arguments):
        command = [BIN / "ansible-playbook", "-i", "inventory.yml", name, *arguments]
        done = subprocess.run(
            command, cwd=self.folder / "example", env=self.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def lines(self, word=""):
        """What write_event.yml wrote down."""
        log = self.state / "events.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line.split()[2:] for line in lines if word in line]


@pytest.fixture
def network():
    return f"127.{random.randint(10, 250)}.{random.randint(10, 250)}"


@pytest.fixture
def stage(tmp_path, network):
    options = {"prometheus": "prometheus", "scrape_interval": "1s", "app_keys": {KEY: ["emulator"]}}
    with Emulator(servers=0, **options) as emulator:
        emulator.add_workspace(jobName="shop", metricsPath="/metrics")
        stage = Stage(tmp_path, emulator)
        yield stage
        if stage.process.poll() is None:
            stage.kill()


def test_rulebooks(stage, network):
    emulator, exporters = stage.emulator, [Exporter(f"{network}.{number}") for number in range(1, 7)]
    for exporter in exporters:
        exporter.start()
    # Five servers that are registered already, and a sixth one that appears.
    for number in range(1, 6):
        host = emulator.add_server(hostNm=f"web-{number}", svrIp=f"{network}.{number}")
        emulator.add_target(jobName="shop", hostId=host["hostId"], port=9100)
    stage.start()
    until(lambda: len(stage.emulator.query('up{job="shop"} == 1')) == 5, 30, "the first samples")

    # Whoever has a server chooses its name, and extra variables of playbooks are templates.
    pwned = stage.folder / "pwned"
    name = f"{{{{ lookup('ansible.builtin.pipe', 'touch {pwned}') }}}}"
    new = emulator.add_server(hostNm=name, svrIp=f"{network}.6")
    polls = len(emulator.requests("list_servers"))

    def values(query):
        return [row["value"][1] for row in emulator.query(query)]

    def registered():
        return [each for each in emulator.state["targets"] if each["hostId"] == new["hostId"]]

    until(lambda: re.search(r"'type': 'appeared'", stage.output.read_text(encoding="utf-8")), 10, "the event")
    # Two rulebooks list the servers.
    assert len(emulator.requests("list_servers")) - polls <= 2 * 2 + 1
    until(registered, 30, "the registration")
    up = f'up{{instance=~"{network}.6:9100"}}'
    until(lambda: values(up) == ["1"], 30, "the first sample of the new server")
    assert stage.lines() == []
    assert not pwned.exists()

    # An exporter dies and returns while the rulebook is down.
    stage.kill()
    exporters[5].stop()
    until(lambda: values(up) == ["0"], 20, "the end of the exporter")
    time.sleep(4)
    exporters[5].start()
    until(lambda: values(up) == ["1"], 20, "the return of the exporter")
    code, output = stage.play("missing_heartbeat.yml", "-e", "max_age=1")
    assert code == 2, output
    assert "no heartbeat for 1 s" in output
    stage.start()
    until(lambda: len(stage.lines()) >= 2, 30, "the report of the outage")
    assert sorted(stage.lines()) == sorted([["firing", f"{network}.6:9100"], ["resolved", f"{network}.6:9100"]])
    # The server that appeared before is not new, and is registered once.
    assert len(registered()) == 1
    assert emulator.requests("create_target") == []
    # The first one is written by a playbook, which takes its time.
    until(lambda: stage.play("missing_heartbeat.yml")[0] == 0, 60, "a heartbeat")

    # The service goes away, and comes back.
    emulator.faults([{"call": "prometheus", "status": 503}])
    until(lambda: stage.lines("unreachable"), 40, "the report that the service is away")
    emulator.faults([])
    until(lambda: stage.lines(" reachable"), 40, "the report that the service is back")
    assert len(stage.lines("resolved")) == 1

    # A server goes. What it sent is not asked for here: the emulator goes on scraping its address.
    emulator.remove("servers", new["hostId"])
    until(lambda: not registered(), 40, "the removal of the target")
    assert len(emulator.state["targets"]) == 5

    for exporter in exporters:
        exporter.stop()
    stage.kill()
    written = [stage.output, *(path for path in stage.state.iterdir() if path.is_file())]
    assert [path for path in written if KEY in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("rulebook", ["register", "exporters"])
def test_a_wrong_appkey_ends_it_with_one_sentence(stage, rulebook):
    stage.environment["NHNCLOUD_SYSMON_APP_KEY"] = "another-secret-appkey"
    command = [BIN / "ansible-rulebook", "-i", "inventory.yml", "-r", f"rulebooks/{rulebook}.yml", "-vv"]
    stage.process = subprocess.Popen(
        command, cwd=stage.folder / "example", env=stage.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = stage.process.communicate(timeout=60)[0].decode()
    assert stage.process.returncode != 0
    assert "the appkey was refused" in output
    assert "Traceback" not in output
    assert "another-secret-appkey" not in output
