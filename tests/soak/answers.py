# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile answers: what the guide says, changed at random places, in the JSON, in the bytes and in the HTTP around them."""

from __future__ import annotations

import contextlib
import copy
import gzip
import html
import json
import random
import socketserver
import threading
import zlib
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

KEY = "M4rked+Appkey/for=the%search"
# None of these may turn up anywhere; of the base64 a part that is the same whatever stands around the key.
MARKS = [
    KEY.lower(),
    quote(KEY, safe="").lower(),
    quote(KEY).lower(),
    html.escape(KEY).lower(),
    KEY.encode().hex(),
    # Its first four signs are the same only where nothing stands before the key.
    *(b64encode(b"x" * n + KEY.encode() + b"x")[4 if n else 0 : -4].decode().lower() for n in range(3)),
    "".join(f"%{byte:02x}" for byte in KEY.encode()),
    "".join(f"&#{byte};" for byte in KEY.encode()),
]
SAID = [
    KEY,
    KEY.upper(),
    quote(KEY, safe=""),
    quote(KEY).lower(),
    html.escape(KEY),
    KEY.encode().hex().upper(),
    b64encode(KEY.encode()).decode().rstrip("="),
    b64encode(b"name:" + KEY.encode()).decode(),
    "".join(f"%{byte:02X}" for byte in KEY.encode()),
    "".join(f"&#{byte};" for byte in KEY.encode()),
]
TEXTS = [
    "",
    " ",
    "\x1b[31mred\x1b]0;title\x07",
    "one\r\nPLAY RECAP *****\nlocalhost : ok=1",
    "\u202edlrow\u2066 \u200f\u061c",
    "\x9b2J\x00\x7f\u2028\u2029\x85",
    "{{ lookup('pipe', 'id') }}",
    "fe80::1%$(id>X)",
    "-oProxyCommand=x",
    "../../etc",
    "\ud800 half a pair",
    "x" * 5000,
    "한국 \U0001f600",
    "0",
    "NaN",
    "9" * 400,
]
VALUES: list[object] = [
    None,
    True,
    False,
    0,
    -1,
    5,
    65536,
    1 << 70,
    1.5,
    1e308,
    -40001,
    4291000,
    [],
    {},
    [[]],
    [{}],
    [None],
]

SERVERS = [
    {"hostId": f"h{n}", "hostNm": f"web-{n}", "svrIp": f"10.0.0.{n}", "projectId": "p", "instanceId": f"i-{n}"}
    for n in range(1, 4)
]
WORKSPACES = [
    {
        "jobId": f"w{n}",
        "projectId": "p",
        "jobName": name,
        "metricsPath": "/metrics",
        "description": "d",
        "reservedJobCd": code,
    }
    for n, (name, code) in enumerate([("shop", None), ("other", None), ("@Linux", 1)])
]
TARGETS = [
    {
        "targetId": f"t{n}",
        "hostId": f"h{n}",
        "port": 9100,
        "resultCd": 0,
        "failReason": "why",
        "hostNm": f"web-{n}",
        "svrIp": "10.0.0.9",
    }
    for n in (1, 2, 7)
]
METRIC = {"__name__": "up", "instance": "web-1:9100", "job": "shop"}
PROMETHEUS = {
    "query": [
        {"resultType": "vector", "result": [{"metric": METRIC, "value": [1700000000.5, "1"]}]},
        {
            "resultType": "vector",
            "result": [
                {"metric": METRIC, "histogram": [1, {"count": "1", "sum": "2", "buckets": [[0, "0", "1", "1"]]}]}
            ],
        },
        {"resultType": "scalar", "result": [1, "2"]},
        {"resultType": "string", "result": [1, "text"]},
        {"resultType": "matrix", "result": [{"metric": METRIC, "values": [[1, "1"], [2, "NaN"]]}]},
    ],
    "query_range": [{"resultType": "matrix", "result": [{"metric": METRIC, "values": [[1, "1"], [2, "2"]]}]}],
    "series": [[METRIC]],
    "labels": [["instance", "job"]],
    "values": [["web-1:9100"]],
    "metadata": [{"up": [{"type": "gauge", "help": "text", "unit": ""}]}],
}


def answer(chance: random.Random, method: str, path: str) -> bytes:
    """The bytes of one HTTP answer to this request."""
    document = _document(chance, method, path.partition("?")[0])
    for _time in range(chance.choice([0, 0, 0, 1, 1, 1, 2, 5])):
        document = _mutated(chance, document)
    body = json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    status = chance.choice([200] * 80 + [201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503, 504, 999])
    headers = {"Content-Type": "application/json"}
    body = _damaged(chance, body, headers)
    return _framed(chance, status, headers, body)


def _document(chance: random.Random, method: str, path: str) -> object:
    last = path.rsplit("/", 1)[-1]
    if "/prometheus/" in path:
        if chance.random() < 0.2:
            return {"status": "error", "errorType": _text(chance), "error": _text(chance)}
        data = chance.choice(PROMETHEUS.get(last) or PROMETHEUS["query"])
        remarks = {"warnings": [_text(chance)], "infos": [_text(chance)]} if chance.random() < 0.3 else {}
        return {"status": "success", "data": copy.deepcopy(data), **remarks}
    if chance.random() < 0.05:
        code = chance.choice([-40001, -40002, -40004, -40006, -40007, -40012, -50000, 4291000, _text(chance)])
        return {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": _text(chance)}, "body": None}
    body: object = {"jobs": WORKSPACES, "targets": TARGETS, "servers": SERVERS}.get(last)
    if method == "POST":
        body = "t9" if last == "targets" else WORKSPACES[0]
    elif body is None:
        body = TARGETS[0] if "/targets/" in path else WORKSPACES[0]
    body = copy.deepcopy(body)
    if isinstance(body, list) and chance.random() < 0.3:
        record = chance.choice(body)
        record[chance.choice([key for key in record if isinstance(record[key], str)])] = _text(chance)
    return {"header": {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}, "body": body}


def _text(chance: random.Random) -> str:
    parts = [chance.choice(TEXTS), chance.choice(SAID), chance.choice(["", "x" * chance.randrange(400)])]
    chance.shuffle(parts)
    return "".join(parts[: chance.randrange(1, 4)])


def _mutated(chance: random.Random, document: object) -> object:
    """A copy in which one node is another."""
    holder: dict = {"root": copy.deepcopy(document)}
    node: dict | list = holder
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = chance.choice(keys)
        if isinstance(node[key], (dict, list)) and node[key] and chance.random() < 0.85:
            node = node[key]
            continue
        _change(chance, node, key)
        break
    return holder["root"]


def _change(chance: random.Random, node: dict | list, key: object) -> None:
    how = chance.randrange(6)
    if how == 0 and key != "root":
        del node[key]
    elif how == 1 and isinstance(node, list):
        node.extend(copy.deepcopy(node) * chance.choice([1, 3]))
    elif how == 2 and isinstance(node, dict) and key != "root":
        node[_text(chance)] = node.pop(key)
    elif how == 3:
        node[key] = chance.choice(VALUES)
    elif how == 4 and isinstance(node[key], str):
        node[key] += _text(chance)
    else:
        node[key] = _text(chance)


def _damaged(chance: random.Random, body: bytes, headers: dict[str, str]) -> bytes:
    how = chance.choice(
        ["none"] * 80 + ["cut", "byte", "gzip", "twice", "broken", "deflate", "html", "text", "deep", "digits"]
    )
    place = chance.randrange(len(body) + 1)
    if how in ("gzip", "twice", "broken", "deflate"):
        packed = zlib.compress(body) if how == "deflate" else body if how == "broken" else gzip.compress(body)
        headers["Content-Encoding"] = {"twice": "gzip, gzip", "deflate": "deflate"}.get(how, "gzip")
        return gzip.compress(packed) if how == "twice" else packed
    return {
        "cut": body[:place],
        "byte": body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :],
        "html": b"<html>" + KEY.encode(),
        "text": _text(chance).encode("utf-8", "surrogatepass"),
        "deep": b'{"header":' * 3000,
        "digits": body.replace(b"9100", b"9" * 6000),
    }.get(how, body)


def _framed(chance: random.Random, status: int, headers: dict[str, str], body: bytes) -> bytes:
    how = chance.choice(
        ["length"] * 60 + ["chunked"] * 12 + ["short", "long", "bad chunk", "bad length", "junk", "nothing"]
    )
    if status in (302, 429, 503) and chance.random() < 0.5:
        headers["Retry-After"] = chance.choice(["0", "99999", "soon", "-1", "9" * 400])
    if status == 302:
        headers["Location"] = f"http://127.0.0.1:1/{quote(KEY)}"
    if how in ("chunked", "bad chunk"):
        headers["Transfer-Encoding"] = "chunked"
        size = (
            b"%x" % len(body)
            if how == "chunked"
            else chance.choice([b"zz", b"-5", b"f" * 40, b"%x;a=b" % (len(body) + 9)])
        )
        body = size + b"\r\n" + body + b"\r\n0\r\nX-Trailer: y\r\n\r\n"
    else:
        length = len(body) + {"short": -3, "long": 7}.get(how, 0)
        headers["Content-Length"] = "banana" if how == "bad length" else str(max(0, length))
    if how == "junk":
        headers[f"X-{chance.randrange(9)}"] = chance.choice([KEY, "y" * 70_000, "\x0b", "a: b"])
    head = f"HTTP/1.1 {status} {chance.choice(['OK', '', KEY])}\r\n" + "".join(
        f"{k}: {v}\r\n" for k, v in headers.items()
    )
    return b"" if how == "nothing" else head.encode() + b"\r\n" + body


@contextlib.contextmanager
def hostile_server() -> Iterator[HostileServer]:
    """A running one, on a loopback port of its own."""
    with HostileServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


class HostileServer(socketserver.ThreadingTCPServer):
    """Gives each request an answer of ``chance``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.chance = random.Random(0)
        self.answers = 0

    def handle_error(self, _request, _client_address) -> None:
        """A client that hangs up is what is expected here."""


class _Handler(socketserver.StreamRequestHandler):
    server: HostileServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        line = self.rfile.readline(65536).split()
        while len(line) == 3:
            length = 0
            for header in iter(lambda: self.rfile.readline(65536).strip().lower(), b""):
                if header.startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            self.rfile.read(length)
            self.server.answers += 1
            data = answer(self.server.chance, line[0].decode(), line[1].decode())
            self.wfile.write(data)
            if (
                b"chunked" not in data[:400]
                and b"Content-Length: banana" not in data[:400]
                and self.server.chance.random() < 0.9
            ):
                # What was framed wrongly would be waited for until the timeout.
                line = self.rfile.readline(65536).split() if _is_whole(data) else []
            else:
                line = []


def _is_whole(data: bytes) -> bool:
    head, _blank, body = data.partition(b"\r\n\r\n")
    return f"content-length: {len(body)}\r\n".encode() in head.lower() + b"\r\n"
