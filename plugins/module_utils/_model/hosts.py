# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers, and how an entry of a playbook finds exactly one of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from . import fields
from .nearest import SIMILAR, nearest

SELECTORS = ("host_id", "hostname", "ip", "instance_id")
# As nearly all addresses are written; taking them apart would be half of the work on a long list of servers.
_PLAIN_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True)
class Server:
    """A server that the service can collect from. Source: API guide, targets, 2."""

    host_id: str
    hostname: str | None = None
    ip: str | None = None
    project_id: str | None = None
    instance_id: str | None = None

    @classmethod
    def from_api(cls, record: Mapping[str, Any]) -> Server:
        """Raises SysmonError of kind protocol."""
        return cls(
            host_id=fields.identifier(record, "hostId"),
            hostname=fields.text(record, "hostNm"),
            ip=fields.text(record, "svrIp"),
            project_id=fields.text(record, "projectId"),
            instance_id=fields.text(record, "instanceId"),
        )

    def to_result(self) -> dict[str, Any]:
        """As modules return it."""
        return asdict(self)


@dataclass(frozen=True)
class Selector:
    """What a playbook says of a server: one of ``SELECTORS``, and its value; several only for addresses of one host."""

    by: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.by} {', '.join(self.values)}"


class Directory:
    """Servers by what a selector may say of them. Also holds targets, which carry host id, name and address too."""

    def __init__(self, things: Iterable[Any]) -> None:
        self._things = list(things)
        self._ids: set[str] | None = None
        self._indexes: dict[str, dict[str, dict[str, Any]]] = {}

    def find(self, selector: Selector) -> list[Any]:
        """All that match, each server once."""
        index = self._index(selector.by)
        found: dict[str, Any] = {}
        for value in selector.values:
            key = comparable(selector.by, value)
            if key is not None:
                found.update(index.get(key, {}))
        return list(found.values())

    def __len__(self) -> int:
        return len({thing.host_id for thing in self._things})

    def nearest(self, selector: Selector) -> str | None:
        """The most similar host name, if one is similar."""
        names = (thing.hostname for thing in self._things if thing.hostname)
        return nearest(selector.values[0], names, SIMILAR) if selector.by == "hostname" else None

    def has(self, host_id: str | None) -> bool:
        """Whether there is one of that host id."""
        if self._ids is None:
            self._ids = {thing.host_id for thing in self._things}
        return host_id in self._ids

    def _index(self, attribute: str) -> dict[str, dict[str, Any]]:
        if attribute not in self._indexes:
            index: dict[str, dict[str, Any]] = {}
            for thing in self._things:
                key = comparable(attribute, getattr(thing, attribute, None))
                if key is not None:
                    # The first record of a server stands for it: a listing may hold it twice.
                    index.setdefault(key, {}).setdefault(thing.host_id, thing)
            self._indexes[attribute] = index
        return self._indexes[attribute]


def comparable(attribute: str, value: str | None) -> str | None:
    """The form in which two values of an attribute are the same thing, None for what can match nothing."""
    if not value:
        return None
    if attribute == "ip" and not _PLAIN_IPV4.fullmatch(value):
        address = parse_ip(value)
        return None if address is None else str(address)
    if attribute == "hostname" or _UUID.fullmatch(value):
        return value.lower()
    return value


def parse_ip(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, an IPv4 one also where it is written as mapped into IPv6; None if it is none.

    An address with a zone is none: its zone may be any text, and means something on one machine only.
    """
    if "%" in value:
        return None
    try:
        address = ipaddress.ip_address(value.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def resolve_server(selector: Selector, servers: Directory) -> Server:
    """The one server that is meant. Raises SysmonError of kind not_found or ambiguous."""
    found: list[Server] = servers.find(selector)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(selector, found)
    raise SysmonError("not_found", f"No server with {selector} is listed.", hint=_hint(selector, servers))


def with_overview(error: SysmonError, selector: Selector, servers: Directory, scope: str, suggest: bool) -> SysmonError:
    """The error of a server that is not listed, with what is listed. ``suggest`` compares the name with all others."""
    near = servers.nearest(selector) if suggest else None
    message = f"{error.message} Did you mean {near}?" if near else error.message
    listed = f"{len(servers)} server{' is' if len(servers) == 1 else 's are'} listed ({scope})."
    return SysmonError("not_found", message, hint=f"{listed} {error.hint}")


def never_listed(error: SysmonError, timeout: float) -> SysmonError:
    """What becomes of a server that was not found when waiting for it has ended."""
    return SysmonError("timeout", f"{error.message} It was waited for {timeout:g} s.", hint=error.hint)


def ambiguous(selector: Selector, found: list[Server]) -> SysmonError:
    """The failure that lists the candidates."""
    shown = ", ".join(f"{thing.host_id} ({cleaned(thing.ip)})" for thing in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return SysmonError(
        "ambiguous",
        f"{len(found)} servers match {selector}: {shown}{more}.",
        hint="Name one by host_id or instance_id.",
    )


def _hint(selector: Selector, servers: Directory) -> str:
    if selector.by == "hostname":
        short = selector.values[0].split(".")[0]
        if short != selector.values[0] and servers.find(Selector("hostname", (short,))):
            return f"A server named {short} is listed: names are compared whole, so give that name."
    return "A server is listed once its agent has reported: check the agent, or wait longer with server_timeout."
