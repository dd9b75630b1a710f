# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unique names of inventory hosts: every server gets one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# Without an address, ssh would take a leading punctuation character as an option. Others are Ansible's host patterns.
_USABLE = re.compile(r"\w[\w.:-]*")
_UNUSABLE = re.compile(r"[^\w.:-]")
# Ansible's names of the controller: a server with such a name would run the controller's own tasks.
_CONTROLLER = ("localhost", "127.0.0.1")

Server = Mapping[str, Any]


def host_names(
    servers: Iterable[Server], preferences: Sequence[str], is_taken: Callable[[str, str], bool]
) -> tuple[dict[str, Server], list[str]]:
    """Servers by host name, and the names that were not unique, so that the host id was appended.

    ``preferences`` are attributes of a server; the first usable one is its name. ``is_taken(name, host_id)`` tells
    whether the inventory already uses the name for something else.
    """
    wanted = [(_first_usable(server, preferences), server) for server in servers]
    count = Counter(name for name, _server in wanted)
    named: dict[str, Server] = {}
    clashing: list[tuple[str, Server]] = []
    for name, server in wanted:
        if count[name] > 1 or name in _CONTROLLER or is_taken(name, server["host_id"]):
            clashing.append((name, server))
        else:
            named[name] = server
    for name, server in clashing:
        own = f"{name}-{server['host_id']}"
        while own in named or is_taken(own, server["host_id"]):
            own += f"-{server['host_id']}"
        named[own] = server
    return named, list(dict.fromkeys(name for name, _server in clashing))


def _first_usable(server: Server, preferences: Sequence[str]) -> str:
    for attribute in preferences:
        name = server[attribute]
        if name and _USABLE.fullmatch(name):
            return str(name)
    name = str(server["host_id"])
    return name if _USABLE.fullmatch(name) else f"server{_UNUSABLE.sub('-', name)}"
