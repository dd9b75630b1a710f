# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A requests adapter with one deadline for the whole request.

The timeout of requests restarts for every address of a host, after a proxy's CONNECT, after the TLS handshake and with
every received byte, so a server that sends a byte now and then could block a call forever. Here all steps share one
deadline: the remaining time is set on the socket before each step and each read.
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
SHORTEST = 0.001  # seconds; 0 would make the socket non-blocking, which raises other errors


class Deadline(Timeout):
    """Timeout of one request, counted from its construction. urllib3 clones it for each step and restarts the clone's clock."""

    def __init__(self, seconds: float) -> None:
        super().__init__(total=seconds)
        self._end = time.monotonic() + seconds

    def clone(self) -> Deadline:
        """Return the remaining time."""
        return Deadline(max(SHORTEST, self._end - time.monotonic()))


class _Reader(io.RawIOBase):
    """Raw socket stream that reads until the deadline."""

    def __init__(self, raw: Any, sock: Any) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        # urllib3 sets the remaining time on the socket just before it reads the response.
        timeout = sock.gettimeout()
        self._end = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise socket.timeout("the response took too long")  # TimeoutError itself only since Python 3.10
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """HTTP response with a deadline and a maximum line length."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        unbounded: Any = self.fp
        self.fp = _Lines(_Reader(unbounded.detach(), sock), 65536)


class _Lines(io.BufferedReader):
    """Buffered stream with a maximum line length: urllib3 reads chunk sizes and trailers without one."""

    def readline(self, size: int | None = -1) -> bytes:
        bound = LONGEST_LINE + 1
        line = super().readline(bound if size is None or size < 0 else min(size, bound))
        if len(line) > LONGEST_LINE:
            raise http.client.LineTooLong("line")
        return line


def _addresses(connection: Any, seconds: float) -> list[str]:
    """Addresses to try for a connection. Raises urllib3's errors."""
    # A SOCKS proxy resolves the target's name itself, so only the proxy's own name is looked up here.
    proxy = getattr(connection, "_socks_options", None)
    host = proxy["proxy_host"] if proxy else connection._dns_host
    try:
        found = addresses_of(host, connection.port, seconds)
    except socket.timeout as error:
        raise ConnectTimeoutError(connection, f"Looking up {host} took too long") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Looking up {host} failed: {error}") from error
    except UnicodeError:
        found = [host]  # not a host name: urllib3 raises the error
    return [connection._dns_host] if proxy else found


def _bounded(pool: Any) -> Any:
    """Subclass of a connection pool whose connections connect and read within the deadline."""

    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        response_class = _Response
        _dns_host: str
        sock: Any
        timeout: float

        def connect(self) -> None:
            """Connect, including proxy and TLS, and leave the remaining time to the request."""
            self._end = time.monotonic() + self.timeout
            super().connect()
            # Suppress urllib3's warning about unverified certificates: the user chose validate_certs: false.
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
            """Divide the remaining time among the addresses of the host. urllib3 would allow each the full timeout."""
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
    """Adapter that keeps up to ``pool_maxsize`` connections and enforces each request's total timeout."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known:
            _bound(manager)
        return manager
