# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Match label values with hosts: with or without port, IPv6 in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .hosts import parse_ip

T = TypeVar("T")

_PORT = re.compile(r"(?:\[(?P<bracketed>[^\[\]]*)\]|(?P<plain>[^:\[\]]*))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True)
class Name:
    """A normalised host, and its port if one is given."""

    host: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Name:
        """Parse a label value or an option."""
        host, port = split_port(text.strip())
        return cls(normalise_host(host), port)

    def matches(self, other: Name) -> bool:
        """Whether both mean the same host. Ports are compared only if both have one."""
        return self.host == other.host and (self.port == other.port or self.port is None or other.port is None)


def split_port(text: str) -> tuple[str, int | None]:
    """Split into host (without brackets) and port. An IPv6 address without brackets has no port."""
    parts = _PORT.fullmatch(text)
    if parts is None:
        return text, None
    host = parts["plain"] if parts["bracketed"] is None else parts["bracketed"]
    return host, None if parts["port"] is None else int(parts["port"])


def normalise_host(host: str) -> str:
    """Canonical spelling of an address, or the name in lower case."""
    address = parse_ip(host)
    return host.strip().lower() if address is None else str(address)


class Index(Generic[T]):
    """Index of things by name."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._things: dict[str, list[tuple[Name, T]]] = {}
        for text, thing in named:
            name = Name.parse(text)
            self._things.setdefault(name.host, []).append((name, thing))

    def find(self, texts: Iterable[str]) -> list[T]:
        """All things that one of these names matches, each once."""
        names = [Name.parse(text) for text in texts]
        found = {
            id(thing): thing
            for name in names
            if name.host
            for known, thing in self._things.get(name.host, [])
            if name.matches(known)
        }
        return list(found.values())
