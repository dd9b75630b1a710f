# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A requests adapter that bounds a whole request, not each step of it.

The timeout of requests starts anew with every address of a host that is tried, after the way through a proxy, after
the handshake of TLS, and with every byte that arrives: headers or a body that drip would hold a call for ever. Here
all steps share one time, and what is left of it is set on the socket before each step and each read.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

try:
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
    from urllib3.util import Timeout
except ImportError:
    HTTPAdapter = Timeout = object  # type: ignore[assignment,misc]  # transport.py tells the user

from .resolver import addresses_of

LONGEST_LINE = 1 << 16
SHORTEST = 0.001  # 0 would mean not to wait at all, which is another kind of error


class Deadline(Timeout):
    """The timeout of one request, running since it was made: urllib3 clones it for each step, with a clock of its own."""

    def __init__(self, seconds: float) -> None:
        super().__init__(total=seconds)
        self._end = time.monotonic() + seconds

    def clone(self) -> Deadline:
        """What is left of it."""
        return Deadline(max(SHORTEST, self._end - time.monotonic()))


class _Reader(io.RawIOBase):
    def __init__(self, raw: Any, sock: Any) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        # urllib3 has set what is left of the request's total here, just before the answer is read.
        timeout = sock.gettimeout()
        self._end = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise socket.timeout("the answer took too long")  # TimeoutError itself only since Python 3.10
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        plain: Any = self.fp
        self.fp = _Lines(_Reader(plain.detach(), sock), 65536)


class _Lines(io.BufferedReader):
    """Reads no line without bound: urllib3 does so for the sizes of chunks and for trailers."""

    def readline(self, size: int | None = -1) -> bytes:
        bound = LONGEST_LINE + 1
        line = super().readline(bound if size is None or size < 0 else min(size, bound))
        if len(line) > LONGEST_LINE:
            raise http.client.LineTooLong("line")
        return line


def _addresses(connection: Any, seconds: float) -> list[str]:
    """The addresses that a connection may go to. Raises errors of urllib3."""
    # Behind a SOCKS proxy names may mean something else; the proxy's own name is looked up here.
    proxy = getattr(connection, "_socks_options", None)
    host = proxy["proxy_host"] if proxy else connection._dns_host
    try:
        found = addresses_of(host, connection.port, seconds)
    except socket.timeout as error:
        raise ConnectTimeoutError(connection, f"Looking up {host} took too long") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Looking up {host} failed: {error}") from error
    except UnicodeError:
        found = [host]  # no host name at all, as urllib3 will say
    return [connection._dns_host] if proxy else found


def _bounded(pool: Any) -> Any:
    """The same kind of connection pool, its connections made, and answers read, within the deadline."""

    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        response_class = _Answer
        _dns_host: str
        sock: Any
        timeout: float

        def connect(self) -> None:
            """Connect, through a proxy and with TLS where they are in use, and leave the rest of the time to the request."""
            self._end = time.monotonic() + self.timeout
            super().connect()
            # urllib3 would warn at each connection that no certificate was asked for: it is what the user wanted.
            self.is_verified = True
            self.timeout = self._left()
            self.sock.settimeout(self.timeout)

        def _left(self) -> float:
            return max(SHORTEST, self._end - time.monotonic())

        def _tunnel(self) -> None:
            self.sock.settimeout(self._left())
            super()._tunnel()
            self.sock.settimeout(self._left())

        def _new_conn(self) -> Any:
            """Give every address of the host a share of the time: urllib3 would give the whole of it to each."""
            host, timeout = self._dns_host, self.timeout
            addresses = _addresses(self, self._left())
            try:
                while True:
                    self._dns_host = addresses.pop(0)
                    self.timeout = self._left() / (len(addresses) + 1)
                    try:
                        sock = super()._new_conn()
                        sock.settimeout(self._left())
                        return sock
                    except HTTPError:
                        if not addresses:
                            raise
            finally:
                self._dns_host, self.timeout = host, timeout

    return type("Pool", (pool,), {"ConnectionCls": Connection})


def _bound(manager: Any) -> None:
    pools = manager.pool_classes_by_scheme.items()
    manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in pools}


class DeadlineAdapter(HTTPAdapter):
    """Keeps as many connections as ``pool_maxsize`` says, each answer within its request's total timeout."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known:
            _bound(manager)
        return manager
