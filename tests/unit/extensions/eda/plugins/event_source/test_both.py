# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both event sources as processes of their own, with all that Python logs: failures tell no appkey, full disks lose nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

SOURCES = Path(__file__).parents[6] / "extensions/eda/plugins/event_source"
KEY = "a+secret/appkey"
ECHO = f"{KEY} {quote(KEY, safe='')} {b64encode(KEY.encode()).decode()} {KEY.encode().hex()}"
OPTIONS = {
    "promql": {"query": "up == 0"},
    "servers": {"project_id": "p", "region": "kr", "report_existing": True},
}

# Ends by itself, as ansible-rulebook does, some moments after the first event, or after some seconds. With `full` the disk is
# full from the first event on.
RUNNER = """
import asyncio, json, logging, resource, runpy, sys

logging.basicConfig(level=logging.DEBUG)
source, args, full, seconds = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3] == "True", float(sys.argv[4])

async def main():
    came = asyncio.Event()

    class Queue:
        async def put(self, event):
            print(json.dumps(event), flush=True)
            came.set()
            if full:
                resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    task = asyncio.ensure_future(runpy.run_path(source)["main"](Queue(), args))
    wait = asyncio.ensure_future(came.wait())
    await asyncio.wait([task, wait], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait([task], timeout=float(sys.argv[5]))
    if task.done():
        task.result()
    task.cancel()
    wait.cancel()

asyncio.run(main(), debug=True)
"""


@pytest.fixture(params=sorted(OPTIONS))
def run(request, prometheus, tmp_path):
    def go(full=False, seconds=30, moments=0.5, variables=None, **changes):
        args = {
            "app_key": KEY,
            "api_url": prometheus.url,
            "interval": 0.2,
            "retries": 0,
            "timeout": 1,
            "state_file": str(tmp_path / "state.json"),
            **OPTIONS[request.param],
            **changes,
        }
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                RUNNER,
                str(SOURCES / f"{request.param}.py"),
                json.dumps(args),
                str(full),
                str(seconds),
                str(moments),
            ],
            env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | (variables or {}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr

    return go


@pytest.mark.parametrize(
    ("answer", "changes", "proxy"),
    [
        ((401, ECHO.encode()), {}, None),
        ((403, ECHO.encode()), {}, None),
        ((503, ECHO.encode()), {}, None),
        ((200, f"<html>{ECHO}</html>".encode()), {}, None),
        ((200, json.dumps({"status": "error", "errorType": ECHO, "error": ECHO}).encode()), {}, None),
        ((200, json.dumps({"header": {"isSuccessful": False, "resultMessage": ECHO}}).encode()), {}, None),
        ((302, ECHO.encode()), {}, None),
        (None, {"api_url": "http://127.0.0.1:9"}, None),
        # TLS to a port that has none, a certificate that is none, a proxy that refuses.
        (None, {"api_url": "https://{address}"}, None),
        (None, {"ca_path": f"/nowhere/{KEY}"}, None),
        (None, {"api_url": "https://sysmon.example.com"}, "http://{address}"),
        (None, {"api_url": "https://sysmon.example.com"}, f"http://user:{quote(KEY, safe='')}@{{address}}"),
        (None, {"state_file": f"/nowhere/{KEY}"}, None),
        (None, {"interval": KEY}, None),
    ],
)
def test_the_appkey_is_in_no_failure(run, prometheus, tmp_path, answer, changes, proxy):
    address = prometheus.url.partition("//")[2]
    prometheus.answer = answer
    changes = {name: value.replace("{address}", address) for name, value in changes.items()}
    variables = {"HTTPS_PROXY": proxy.format(address=address)} if proxy else {}
    events, output = run(variables=variables, **changes)
    # It failed in one way or the other.
    assert "SysmonError" in output or [event["type"] for event in events] == ["unreachable"]
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    for spelling in ECHO.split():
        assert spelling not in output + written


SERVER = {"hostId": "h", "hostNm": "web", "svrIp": "10.0.0.1"}
ANSWERS = {"header": {"isSuccessful": True, "resultCode": 0, "resultMessage": ""}, "body": [SERVER]}


@pytest.fixture
def service(prometheus, monkeypatch):
    """One series fires, and one server is listed."""
    prometheus.fires, ask = lambda _moment: ["a"], prometheus.reply
    found = json.dumps(ANSWERS).encode()
    monkeypatch.setattr(prometheus, "reply", lambda asked: ask(asked) if "query" in asked else (200, found))
    return prometheus


def test_a_full_disk_ends_it_with_one_sentence_and_loses_nothing(run, service):
    (first,), output = run(full=True)
    assert output.count("SysmonError: state_file") == 1
    assert "cannot be written (File too large)" in output
    again, output = run()
    assert again == [first]
    assert run(seconds=1)[0] == []


def test_all_polls_share_one_connection(run, service, monkeypatch):
    replies, reply = [], service.reply
    monkeypatch.setattr(service, "reply", lambda asked: replies.append(asked) or reply(asked))
    events, _output = run(heartbeat=0.05, moments=3)
    assert {event["type"] for event in events} >= {"heartbeat"}
    assert len(replies) >= 2
    assert len(service.connections) == 1
