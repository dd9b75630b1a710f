# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What gateways, and newer servers than the Prometheus at hand, make of its answers.

The first part of the path says what is altered: /partial/prometheus/api/v1/query?query=up. /NAME/count tells how many
queries came there.
"""

from __future__ import annotations

import collections
import http.server
import json
import threading
import urllib.request
from typing import ClassVar

REFUSED = {"400": "the reason, in plain text \x1b[31m", "401": "no key of ours", "403": "not for you", "503": "<p>away"}
REMARKS = {
    "partial": {"isPartial": True},
    "warned": {"warnings": ["a store did not answer"]},
    "infos": {"infos": ["PromQL info: metric might not be a counter"]},
}


class Altered(http.server.BaseHTTPRequestHandler):
    """Passes GET requests on to Prometheus."""

    url: str
    counts: ClassVar[collections.Counter[str]] = collections.Counter()

    def do_GET(self) -> None:
        what, _slash, rest = self.path[1:].partition("/")
        if rest == "count":
            return self.answer(200, str(self.counts[what]).encode())
        self.counts[what] += 1
        if what in REFUSED:
            return self.answer(int(what), REFUSED[what].encode())
        with urllib.request.urlopen(f"{self.url}/{rest.removeprefix('prometheus/')}", timeout=30) as reply:
            body = reply.read()
        if what == "dotted":
            # Prometheus 3 has such names, the one at hand may not.
            body = body.replace(b'"nodename":', b'"host.name":')
        body = json.dumps({**json.loads(body), **REMARKS.get(what, {})}).encode()
        return self.answer(int(what) if what.isdigit() else 200, body)

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if status >= 400 else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


def serve(handler: type[Altered], url: str) -> str:
    """The URL at which it answers, as long as this process lives."""
    handler.url = url
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
