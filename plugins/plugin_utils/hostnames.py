# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of inventory hosts: one for each server, none lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

# A sign in front would be an option of ssh where there is no address; others are patterns of Ansible.
_USABLE = re.compile(r"\w[\w.:-]*")
_UNUSABLE = re.compile(r"[^\w.:-]")
# For Ansible these are the controller: a server of that name would get the controller's own tasks.
_CONTROLLER = ("localhost", "127.0.0.1")

Server = Mapping[str, Any]


def host_names(
    servers: Iterable[Server], preferences: Sequence[str], is_taken: Callable[[str, str], bool]
) -> tuple[dict[str, Server], list[str]]:
    """The servers by the names of their hosts, and the names to which a host id had to be appended.

    ``is_taken(name, host_id)`` tells whether the inventory has that name for something else already.
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
