# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory and time that hostile answers take, each measured in a process of its own."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

COLLECTIONS = str(Path(__file__).resolve().parents[5])
TIMEOUT = 20
MOST_MEMORY = 300  # MiB

# Asks in a process of its own, under a limit of memory where one is given; what it took.
ASK = (
    """
import json, resource, sys, time
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect, connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import reads
url, what, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
options = {"app_key": "some-app-key", "project_id": "p", "region": "kr", "api_url": url, "timeout": %d, "retries": 0}
ask = connect_prometheus(options).labels if what == "labels" else connect(options).list_servers
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20))
began = time.monotonic()
try:
    kind = "good" if ask() else "nothing"
except SysmonError as error:
    kind = f"{error.kind}: {error}"
peak = next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"kind": kind, "seconds": time.monotonic() - began, "mebibytes": peak}))
"""
    % TIMEOUT
)


def ask(url: str, what: str = "servers", limit: int = 0) -> dict:
    """The outcome of one read in its own process, with an optional memory limit in MiB."""
    command = [sys.executable, "-c", ASK, url, what, str(limit)]
    path = os.pathsep.join([COLLECTIONS, *sys.path])
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout)


def _unpacks_to(inner: bytes, encoding: bytes = b"gzip") -> list[bytes]:
    packed = gzip.compress(b"[" + inner * ((256 << 20) // len(inner)), 1)
    packed = gzip.compress(packed) if b"," in encoding else packed
    return [b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (encoding, len(packed)), packed]


# The call, and the parts of the answer after the status line. The last part repeats if the answer is endless.
BOMBS = {
    "objects, packed": ("servers", lambda: _unpacks_to(b"{},"), False),
    "blanks, packed": ("labels", lambda: _unpacks_to(b" "), False),
    "packed twice": ("servers", lambda: _unpacks_to(b"{},", b"gzip, gzip"), False),
    "size of a chunk": ("servers", lambda: [b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536], True),
    "trailer": ("labels", lambda: [b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ", b"y" * 65536], True),
    "header": ("servers", lambda: [b"X: ", b"y" * 65536], True),
    "body": ("labels", lambda: [b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"], True),
}


def measure(name: str) -> dict:
    """What one bomb takes: the kind of the failure, seconds and MiB."""
    what, parts, endless = BOMBS[name]
    with _server(parts(), endless) as url:
        return ask(url, what)


def within_bounds(measured: dict) -> bool:
    """Whether it ended as it has to."""
    in_time = measured["seconds"] < TIMEOUT and measured["mebibytes"] < MOST_MEMORY
    return in_time and measured["kind"].startswith("protocol")


@contextlib.contextmanager
def _server(parts: list[bytes], endless: bool) -> Iterator[str]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            with contextlib.suppress(OSError):
                for part in (b"HTTP/1.1 200 OK\r\n", *parts):
                    self.request.sendall(part)
                while endless:
                    self.request.sendall(parts[-1])

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
