# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens: a service behind a socket, from start to end."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import ssl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from .app import App
from .options import Options
from .service import Service

BACKLOG = 1024
LOG = logging.Logger("emulator.http")  # of its own: aiohttp's would print a traceback for each malformed request


class _OneLine(logging.StreamHandler):
    """Report errors of the emulator in one line. Malformed requests are answered, not reported."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or isinstance(error, (HttpProcessingError, ConnectionError)):
            return
        record.exc_info, record.exc_text = None, None
        record.msg, record.args = "emulator: %s: %s", (type(error).__name__, error)
        super().emit(record)


LOG.addHandler(_OneLine())


class Server:
    """Start it and stop it in the same event loop. `url` is there once it is really ready."""

    def __init__(self, options: Options):
        self.options = options
        self._remove_ready_file()  # one of an earlier run would say that this one is ready
        self.service = Service(options)
        self.url = None
        self._runner = None

    async def start(self):
        if self.options.ready_file:
            with open(self.options.ready_file, "w", encoding="utf-8"):
                pass  # a path that cannot be written is told now
        try:
            await self.service.start()
            app = App(self.service).application()
            self._runner = web.AppRunner(app, access_log=None, logger=LOG, shutdown_timeout=0.2)
            await self._runner.setup()
            listener, host, port = _listen(self.options.listen)
            context = None
            if self.options.tls_cert:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                _load_certificate(context, self.options.tls_cert, self.options.tls_key)
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
        self._remove_ready_file()
        if self._runner:
            await self._runner.cleanup()
        await self.service.stop()

    def _remove_ready_file(self) -> None:
        if self.options.ready_file:
            with contextlib.suppress(OSError):
                os.remove(self.options.ready_file)


def _load_certificate(context: ssl.SSLContext, certificate: str, key: str) -> None:
    for path in (certificate, key):
        with open(path, "rb"):
            pass  # the error of this names the file, the one below does not
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise ValueError("%s and %s are not a PEM certificate and its key: %s" % (certificate, key, error)) from None


def _listen(address: str) -> tuple[socket.socket, str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("listen on HOST:PORT with a port from 0 to 65535, not %s" % address)
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        listener = socket.create_server((bare, int(port)), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ValueError("cannot listen on %s: %s" % (address, error.strerror or error)) from None
    return listener, host, listener.getsockname()[1]
