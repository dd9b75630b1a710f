# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens: a service behind a socket, from start to end."""

from __future__ import annotations

import os
import socket
import ssl

from aiohttp import web

from .app import Door
from .options import Options
from .service import Service

BACKLOG = 1024


class Server:
    """Start it and stop it in the same event loop. `url` is there once it is really ready."""

    def __init__(self, options: Options):
        self.options = options
        self.service = Service(options)
        self.url = None
        self._runner = None

    async def start(self):
        try:
            await self.service.start()
            app = Door(self.service).application()
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await self._runner.setup()
            listener, host, port = _listen(self.options.listen)
            context = None
            if self.options.tls_cert:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.options.tls_cert, self.options.tls_key)
            await web.SockSite(self._runner, listener, ssl_context=context, backlog=BACKLOG).start()
        except BaseException:
            await self.stop()
            raise
        self.url = "%s://%s:%d" % ("https" if context else "http", host, port)
        if self.options.ready_file:
            with open(self.options.ready_file + ".new", "w", encoding="utf-8") as stream:
                stream.write(self.url + "\n")
            os.replace(self.options.ready_file + ".new", self.options.ready_file)

    async def stop(self):
        if self._runner:
            await self._runner.cleanup()
        await self.service.stop()


def _listen(address: str) -> tuple[socket.socket, str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit():
        raise ValueError("listen on HOST:PORT, not %s" % address)
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    listener = socket.create_server((bare, int(port)), family=family, backlog=BACKLOG)
    return listener, host, listener.getsockname()[1]
