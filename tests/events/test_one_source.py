# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One event source in a real ansible-rulebook: feedback, hostile labels, failures at -vv."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(ROOT.parents[2])
BIN = Path(sys.executable).parent
KEY = "secret-appkey-of-a-test"
RULEBOOK = """
- name: Rules
  hosts: localhost
  sources:
    - name: source
      nhncloud.sysmon.promql:
        query: up == 0
        interval: 0.2
        retries: 0
        state_file: {folder}/state.json
        {option}
  rules:
    - name: Write it down
      condition: event.type == "firing"
      action:
        run_playbook:
          name: write.yml
"""
PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.copy:
        content: "{{ ansible_eda.event.labels | to_json }}"
        dest: FOLDER/labels.json
"""
INVENTORY = "localhost ansible_connection=local\n"


class Prometheus:
    """One series with these labels has the condition, or every request has this answer."""

    def __init__(self, labels, status=200, body=None):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = {key: value[0] for key, value in urllib.parse.parse_qs(self.path.partition("?")[2]).items()}
                row = {"metric": labels, "values": [[float(asked.get("end", 0)), "0"]]}
                answer = {"status": "success", "data": {"resultType": "matrix", "result": [row]}}
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode() if body is None else body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Rulebook:
    """A running ansible-rulebook."""

    def __init__(self, folder, url, *arguments, option="", **environment):
        self.folder, self.output = folder, folder / "output.txt"
        for name, text in {
            "rulebook.yml": RULEBOOK.format(folder=folder, option=option),
            "write.yml": PLAYBOOK.replace("FOLDER", str(folder)),
            "inventory.ini": INVENTORY,
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("NHNCLOUD_", "ANSIBLE_"))}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [BIN / "ansible-rulebook", "-i", "inventory.ini", "-r", "rulebook.yml", "-vv", *arguments],
                cwd=folder,
                env={
                    **inherited,
                    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                    "HOME": str(folder),
                    "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
                    "NHNCLOUD_SYSMON_APP_KEY": KEY,
                    "NHNCLOUD_SYSMON_API_URL": url,
                    **environment,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self):
        return self.output.read_text(encoding="utf-8", errors="surrogateescape")

    def until(self, condition, seconds=40):
        ending = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ending, self.text()[-3000:]
            time.sleep(0.1)

    def state(self):
        path = self.folder / "state.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def start(tmp_path):
    running = []

    def begin(*arguments, **options):
        running.append(Rulebook(tmp_path, *arguments, **options))
        return running[-1]

    yield begin
    for each in running:
        each.end()


def test_feedback_and_hostile_labels(start, tmp_path):
    """With feedback the state is written after the rule engine has the event. No label is a template; they are unchanged otherwise."""
    pwned = tmp_path / "pwned"
    labels = {
        "instance": "{{ lookup('ansible.builtin.pipe', 'touch " + str(pwned) + "') }}",
        "escape": "\x1b]0;title\x07\x1b[31m",
        "order": "\u202egpj.exe",
        "lines": "a\nb\r\x00",
        "key": f"x{KEY}y",
    }
    rulebook = start(Prometheus(labels).url, "--persistence-id", "test", option="feedback: true")
    rulebook.until((tmp_path / "labels.json").exists)
    rulebook.until(lambda: rulebook.state().get("pending") == [])
    rulebook.end()
    written = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert written == {
        **labels,
        "instance": labels["instance"].replace("{{", "{ {"),
        "key": "x********y",
    }
    assert not pwned.exists()
    assert KEY not in rulebook.text() + (tmp_path / "state.json").read_text(encoding="utf-8")


def test_feedback_is_refused_without_persistence(start):
    rulebook = start("http://127.0.0.1:9", option="feedback: true")
    rulebook.until(lambda: rulebook.process.poll() is not None)
    assert "has requested feedback but persistence has not been enabled" in rulebook.text()
