# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers, and selecting exactly one of them by id, name or address."""

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
# The usual spelling of an IPv4 address. Parsing every address would take half of the time for a long server list.
_PLAIN_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True)
class Server:
    """A server whose agent has reported. Source: API guide, targets, 2."""

    host_id: str
    hostname: str | None = None
    ip: str | None = None
    project_id: str | None = None
    instance_id: str | None = None

    @classmethod
    def from_api(cls, record: Mapping[str, Any]) -> Server:
        """Parse a record of the API. Raises SysmonError of kind protocol."""
        return cls(
            host_id=fields.identifier(record, "hostId"),
            hostname=fields.text(record, "hostNm"),
            ip=fields.text(record, "svrIp"),
            project_id=fields.text(record, "projectId"),
            instance_id=fields.text(record, "instanceId"),
        )

    def to_result(self) -> dict[str, Any]:
        """The server as modules return it."""
        return asdict(self)


@dataclass(frozen=True)
class Selector:
    """How a playbook names a server. ``by`` is one of ``SELECTORS``; only ``ip`` takes several values, all of one host."""

    by: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.by} {', '.join(self.values)}"


class Directory:
    """Index of servers, or of targets, by the attributes that a selector can name."""

    def __init__(self, things: Iterable[Any]) -> None:
        self._things = list(things)
        self._ids: set[str] | None = None
        self._indexes: dict[str, dict[str, dict[str, Any]]] = {}

    def find(self, selector: Selector) -> list[Any]:
        """All matches, each server once."""
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
        """The most similar host name, None if none is similar."""
        names = (thing.hostname for thing in self._things if thing.hostname)
        return nearest(selector.values[0], names, SIMILAR) if selector.by == "hostname" else None

    def has(self, host_id: str | None) -> bool:
        """Whether the index contains this host id."""
        if self._ids is None:
            self._ids = {thing.host_id for thing in self._things}
        return host_id in self._ids

    def _index(self, attribute: str) -> dict[str, dict[str, Any]]:
        if attribute not in self._indexes:
            index: dict[str, dict[str, Any]] = {}
            for thing in self._things:
                key = comparable(attribute, getattr(thing, attribute, None))
                if key is not None:
                    # A list may contain a server twice: keep its first record.
                    index.setdefault(key, {}).setdefault(thing.host_id, thing)
            self._indexes[attribute] = index
        return self._indexes[attribute]


def comparable(attribute: str, value: str | None) -> str | None:
    """Normalised value of an attribute, for comparison: equal values mean the same thing. None never matches."""
    if not value:
        return None
    if attribute == "ip" and not _PLAIN_IPV4.fullmatch(value):
        address = parse_ip(value)
        return None if address is None else str(address)
    if attribute == "hostname" or _UUID.fullmatch(value):
        return value.lower()
    return value


def parse_ip(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an IP address; an IPv4-mapped IPv6 address becomes IPv4. None if it is not an address.

    Addresses with a zone are rejected: a zone can be any text, and has a meaning on one machine only.
    """
    if "%" in value:
        return None
    try:
        address = ipaddress.ip_address(value.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def resolve_server(selector: Selector, servers: Directory) -> Server:
    """The one server that matches. Raises SysmonError of kind not_found or ambiguous."""
    found: list[Server] = servers.find(selector)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(selector, found)
    raise SysmonError("not_found", f"No server with {selector} is listed.", hint=_hint(selector, servers))


def with_overview(error: SysmonError, selector: Selector, servers: Directory, scope: str, suggest: bool) -> SysmonError:
    """Add the number of listed servers to a not_found error, and with ``suggest`` the most similar host name.

    ``scope`` names the project and region.
    """
    near = servers.nearest(selector) if suggest else None
    message = f"{error.message} Did you mean {near}?" if near else error.message
    listed = f"{len(servers)} server{' is' if len(servers) == 1 else 's are'} listed ({scope})."
    return SysmonError("not_found", message, hint=f"{listed} {error.hint}")


def never_listed(error: SysmonError, timeout: float) -> SysmonError:
    """Turn a not_found error into one of kind timeout, after waiting ``timeout`` seconds."""
    return SysmonError("timeout", f"{error.message} Waited {timeout:g} s.", hint=error.hint)


def ambiguous(selector: Selector, found: list[Server]) -> SysmonError:
    """Error of kind ambiguous that lists the first five candidates."""
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
            return f"A server named {short} is listed: names must match completely, so give that name."
    return "A server is listed once its agent has reported: check the agent, or wait longer with server_timeout."
