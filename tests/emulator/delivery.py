# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends an answer, well or badly."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json

from aiohttp import web

from .codes import Answer, encode
from .fault import Fault


def whole(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


async def send(request: web.Request, answer: Answer | None, fault: Fault) -> web.StreamResponse:
    """What a fault makes of the answer. No answer: the connection ends."""
    if answer is None or fault.drop:
        return _end(request, web.Response(), reset=fault.drop == "reset")
    body, headers = answer.body, {**answer.headers, **fault.headers}
    if fault.mutate:
        if headers.pop("Content-Encoding", None) == "gzip":  # Prometheus compresses for who asks
            body = gzip.decompress(body)
        body = _mutated(body, fault.mutate)
    if fault.gzip:
        headers["Content-Encoding"] = "gzip"
        body = body if fault.gzip == "broken" else gzip.compress(body)
    if fault.cut == "json":
        body = body[: len(body) // 2]
    elif fault.cut:
        return await _cut(request, answer.status, headers, body, chunked=fault.cut == "chunked")
    if fault.drip:
        return await _drip(request, answer.status, headers, body, **fault.drip)
    return web.Response(status=answer.status, body=body, headers=headers)


def _end(request: web.Request, response: web.StreamResponse, reset: bool = False) -> web.StreamResponse:
    if request.transport and reset:
        request.transport.abort()
    elif request.transport:
        request.transport.close()
    response.force_close()
    return response


async def _cut(request, status: int, headers: dict, body: bytes, chunked: bool) -> web.StreamResponse:
    """Half of the body, then the end of the connection."""
    response = web.StreamResponse(status=status, headers=headers)
    if chunked:
        response.enable_chunked_encoding()
    else:
        response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return _end(request, response)


async def _drip(
    request, status: int, headers: dict, body: bytes, bytes_per_second: float = 10, header_too: bool = False
) -> web.StreamResponse:
    """A byte at a time; with `header_too` from the status line on."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    if not header_too:
        await response.prepare(request)
        for byte in body:
            await response.write(bytes((byte,)))
            await asyncio.sleep(1 / bytes_per_second)
        return response
    lines = ["HTTP/1.1 %d %s" % (status, response.reason), "Connection: close", "Content-Length: %d" % len(body)]
    lines += ["%s: %s" % item for item in headers.items()]
    for byte in "\r\n".join([*lines, "", ""]).encode() + body:
        if request.transport is None or request.transport.is_closing():
            break
        request.transport.write(bytes((byte,)))
        await asyncio.sleep(1 / bytes_per_second)
    return _end(request, response)


def _mutated(body: bytes, mutate: dict) -> bytes:
    """`set` and `delete` by dotted path, as in {"set": {"body.0.port": "x"}, "delete": ["header"]}."""
    try:
        value = json.loads(body)
    except ValueError:
        return body  # a page of HTML, or nothing
    for path, new in mutate.get("set", {}).items():
        with contextlib.suppress(LookupError, TypeError, ValueError):  # there is no such place in this answer
            holder, key = _place(value, path)
            holder[key] = new
    for path in mutate.get("delete", []):
        with contextlib.suppress(LookupError, TypeError, ValueError):
            holder, key = _place(value, path)
            del holder[key]
    return encode(value)


def _place(value, path: str):
    *parents, last = path.split(".")
    for part in parents:
        value = value[int(part) if isinstance(value, list) else part]
    return value, int(last) if isinstance(value, list) else last
