# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwards a request to Prometheus, and its answer back, both unchanged."""

from __future__ import annotations

import asyncio

import aiohttp
from yarl import URL

from .call import Call
from .codes import Answer, GatewayRefusal

PREFIX = "/prometheus"
NOT_SENT_ON = {
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "upgrade",
    "te",
    "expect",
    "x-tc-app-key",
    "proxy-connection",
}
NOT_SENT_BACK = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}
OF_AIOHTTP = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        auto_decompress=False, skip_auto_headers=OF_AIOHTTP, connector=aiohttp.TCPConnector(limit=0)
    )


async def pass_on(client: aiohttp.ClientSession, base: str, method: str, call: Call) -> Answer:
    headers = {name: value for name, value in call.headers.items() if name.lower() not in NOT_SENT_ON}
    url = URL(base + call.raw_path[len(PREFIX) :], encoded=True)
    try:
        async with client.request(method, url, headers=headers, data=call.body or None, allow_redirects=False) as reply:
            return Answer(
                await reply.read(),
                reply.status,
                {name: value for name, value in reply.headers.items() if name.lower() not in NOT_SENT_BACK},
            )
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
        raise GatewayRefusal(503) from None
