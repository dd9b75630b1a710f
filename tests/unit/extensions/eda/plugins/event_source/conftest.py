# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Prometheus for event sources: it answers range queries with what a function says of each moment."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.nhncloud.sysmon.tests.tools.load_names import load_names

SOURCES = Path(__file__).parents[6] / "extensions/eda/plugins/event_source"


class FakePrometheus:
    """``fires`` tells for a moment (seconds) the instances that have the condition; ``answer`` replaces the answer."""

    def __init__(self):
        self.fires = lambda moment: []
        self.answer = None
        self.asked = []
        self.connections = set()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                fake.connections.add(self.client_address)
                status, body = fake.reply({key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()})
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, asked):
        self.asked.append(asked)
        if self.answer is not None:
            return self.answer
        start, end, step = (float(asked[name]) for name in ("start", "end", "step"))
        series = {}
        for index in range(round((end - start) / step) + 1):
            moment = round(start + index * step, 3)
            for name in self.fires(moment):
                series.setdefault(name, []).append([moment, "0"])
        result = [{"metric": {"instance": name}, "values": values} for name, values in series.items()]
        return 200, json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}).encode()


@pytest.fixture
def prometheus():
    fake = FakePrometheus()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


@pytest.fixture
def collect():
    """Run a source until ``enough(events)`` or until it ends; returns its events."""

    def run(name, args, enough=lambda events: False, seconds=20):
        async def go():
            queue, events = asyncio.Queue(1), []
            task = asyncio.ensure_future(load_names(SOURCES / f"{name}.py")["main"](queue, args))
            ending = asyncio.get_running_loop().time() + seconds
            try:
                while not enough(events):
                    assert asyncio.get_running_loop().time() < ending, events
                    take = asyncio.ensure_future(queue.get())
                    await asyncio.wait([take, task], timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
                    if take.done():
                        events.append(take.result())
                    else:
                        take.cancel()
                    if task.done():
                        task.result()
                await asyncio.sleep(0.1)  # what follows the last event: the state is written
            finally:
                task.cancel()
            return events

        return asyncio.run(go())

    return run
