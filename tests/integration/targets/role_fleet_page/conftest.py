# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator with a stand-in for Prometheus, runs of ansible-playbook, and a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import browser
import pytest

# ansible-test runs a copy of this folder in another place, and passes the path of the collection.
PLACES = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(Path(__file__).parents[7])).split(":")
ROOT = next(Path(place) for place in PLACES if Path(place, "ansible_collections/nhncloud/sysmon").is_dir())
sys.path.insert(0, str(ROOT))

# pylint: disable-next=wrong-import-position
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator  # noqa: E402


class Queries(BaseHTTPRequestHandler):
    """Answers as Prometheus does, for all hosts of ``server.addresses``; every third is down for half of the hour."""

    def do_GET(self):  # pylint: disable=invalid-name
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        is_range = self.path.partition("?")[0].endswith("query_range")
        result = []
        for number, address in enumerate(self.server.addresses):
            labels = {"instance": f"{address}:9100", "job": "shop"}
            if is_range:
                start = int(asked["start"])
                up = [[start + 60 * cell, "0" if number % 3 == 0 and cell > 29 else "1"] for cell in range(60)]
                result.append({"metric": {**labels, "__name__": "up"}, "values": up})
            else:
                result.append({"metric": labels, "value": [1, str(number % 100)]})
        data = {"resultType": "matrix" if is_range else "vector", "result": result}
        body = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_arguments):  # pylint: disable=arguments-differ
        """Say nothing."""


@pytest.fixture
def queries():
    """The stand-in for Prometheus; its hosts are set as ``addresses``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Queries)
    server.addresses = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def fleet(queries):
    """Start an emulator with so many servers, each registered in workspace shop."""
    running = []

    def start(count, metrics=True, **first):
        url = f"http://127.0.0.1:{queries.server_address[1]}" if metrics else None
        emulator = Emulator(servers=count, prometheus_url=url).__enter__()
        running.append(emulator)
        job = emulator.add_workspace(jobName="shop")["jobId"]
        servers = emulator.state["servers"]
        queries.addresses = [server["svrIp"] for server in servers]
        for number, server in enumerate(servers):
            names = {name: server[name] for name in ("hostId", "hostNm", "svrIp")}
            more = {} if number else first
            emulator.add_target(**{"jobId": job, "port": 9100, "resultCd": 0, **names, **more})
        return emulator

    yield start
    for emulator in running:
        emulator.__exit__()


@pytest.fixture
def play(tmp_path):
    """Run a playbook, or the role with variables, against an emulator; the code and the output on one line."""

    def run(emulator, playbook=None, *arguments, **variables):
        role = {"hosts": "localhost", "gather_facts": False, "roles": ["nhncloud.sysmon.fleet_page"]}
        tmp_path.joinpath("play.json").write_text(json.dumps([role]), encoding="utf-8")
        clean = {key: value for key, value in os.environ.items() if not key.startswith("NHNCLOUD_")}
        result = subprocess.run(
            ["ansible-playbook", playbook or "play.json", "-e", json.dumps(variables), *arguments],
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
        return result.returncode, " ".join(result.stdout.split())

    run.folder = tmp_path
    return run


@pytest.fixture
def chromium(tmp_path):
    """A real Chromium."""
    if browser.PROGRAM is None:
        pytest.skip("Chromium is not installed")
    with browser.Browser(tmp_path / "chromium") as page:
        yield page
