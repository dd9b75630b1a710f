# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers with any bytes, for what the emulator cannot be brought to say."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator


class Raw:
    """``answer`` is what every request gets, or a function from the request's head to it; then the connection ends."""

    def __init__(self) -> None:
        self.answer: bytes | Callable[[bytes], bytes] = b""
        self.requests: list[bytes] = []
        self.url = ""

    def body(self, content: bytes, status: str = "200 OK", headers: bytes = b"") -> None:
        """Answer with this body, well framed."""
        length = b"Content-Length: %d\r\n" % len(content)
        self.answer = b"HTTP/1.1 " + status.encode() + b"\r\n" + length + headers + b"\r\n" + content


@contextlib.contextmanager
def raw_server() -> Iterator[Raw]:
    """A running one, on a loopback port of its own."""
    raw = Raw()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline(65536)
                if not line:
                    return
                head += line
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            body = self.rfile.read(int(lengths[0].partition(b":")[2])) if lengths else b""
            raw.requests.append(head + body)
            with contextlib.suppress(OSError):
                self.wfile.write(raw.answer(head) if callable(raw.answer) else raw.answer)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        raw.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield raw
        finally:
            server.shutdown()
