# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A port for a process that cannot choose one itself, or cannot tell which, as Prometheus before 2.34."""

from __future__ import annotations

import contextlib
import random
import socket


def free_port(address: str = "127.0.0.1") -> int:
    """A free port below those that the system gives to clients: until it is used, none of them takes it."""
    while True:
        port = random.randint(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((address, port))
            return port
