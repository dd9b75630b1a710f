# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name resolution with a timeout."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading


def addresses_of(host: str, port: int, seconds: float) -> list[str]:
    """Addresses of a host, in the system's order.

    getaddrinfo has no timeout, so it runs in a daemon thread that is abandoned after ``seconds``. Raises socket.timeout
    then, else the OSError or UnicodeError of the lookup.
    """
    host = host.strip("[]")
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_look_up(host, port)), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise socket.timeout(f"looking up {host} took too long") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _look_up(host: str, port: int) -> list[str] | Exception:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return error
    return [str(sockaddr[0]) for _family, _type, _protocol, _name, sockaddr in found]
