# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked: a log of requests, and counts."""

from __future__ import annotations

import hashlib
import json
import time
import weakref
from collections import Counter, deque

from aiohttp import web

KEPT = 200_000
SECRET = "x-tc-app-key"


class Log:
    """The newest requests in memory, each of them as a line of JSON in a file on request."""

    def __init__(self, path: str | None):
        self._stream = open(path, "a", encoding="utf-8", buffering=1) if path else None
        self._connections = weakref.WeakKeyDictionary()
        self._numbers = 0  # connections ever seen
        self.clear()

    def clear(self):
        self.entries = deque(maxlen=KEPT)
        self._count = 0
        self._calls = Counter()
        self._in_flight = self._max_in_flight = 0
        self._seen = set()
        self._bytes = Counter()

    def begin(self, request: web.Request, body: bytes) -> dict:
        self._count += 1
        self._in_flight += 1
        self._max_in_flight = max(self._max_in_flight, self._in_flight)
        path, _mark, query = request.raw_path.partition("?")
        entry = {
            "n": self._count,
            "time": time.time(),
            "seconds": None,
            "method": request.method,
            "path": path,
            "query": query,
            "headers": {
                name: _fingerprint(value) if name.lower() == SECRET else value
                for name, value in request.headers.items()
            },
            "call": None,
            "fault": False,
            "status": None,
            "body": body.decode(errors="replace"),
            "connection": self._connection(request),
        }
        self.entries.append(entry)
        self._bytes["received"] += len(body)
        return entry

    def end(self, entry: dict, response: web.StreamResponse | None):
        """No response: the connection was ended without one."""
        self._in_flight = max(0, self._in_flight - 1)
        self._calls[entry["call"] or "none"] += 1
        entry["seconds"] = round(time.time() - entry["time"], 6)
        if response is not None:
            entry["status"] = response.status
            self._bytes["sent"] += response.content_length or 0
        if self._stream:
            self._stream.write(json.dumps(entry) + "\n")

    def _connection(self, request: web.Request) -> int | None:
        if request.transport is None:
            return None
        number = self._connections.get(request.transport)
        if number is None:
            self._numbers += 1
            number = self._connections[request.transport] = self._numbers
        self._seen.add(number)
        return number

    def stats(self) -> dict:
        return {
            "requests": self._count,
            "calls": dict(self._calls),
            "in_flight": self._in_flight,
            "max_in_flight": self._max_in_flight,
            "connections": len(self._seen),
            "bytes_received": self._bytes["received"],
            "bytes_sent": self._bytes["sent"],
        }

    def close(self):
        if self._stream:
            self._stream.close()


def _fingerprint(secret: str) -> str:
    return "sha256:" + hashlib.sha256(secret.encode(errors="replace")).hexdigest()[:12]
