# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the info modules: values of one filter are alternatives (or), several filters are combined (and)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from .._errors import SysmonError
from .desired import checked_id
from .hosts import SELECTORS, comparable, parse_ip

T = TypeVar("T")

Filters = dict[str, set[Any]]


def filters_from(params: Mapping[str, Any], names: Sequence[str]) -> Filters:
    """The filters in the options, keyed by attribute. Raises SysmonError of kind config."""
    filters: Filters = {}
    for name in names:
        values = params[name]
        if values is None:
            continue
        for value in values:
            if name in ("host_id", "target_id"):
                checked_id(value, name)
            if name == "ip" and parse_ip(value) is None:
                raise SysmonError("config", f"ip {value!r} is not an IP address.")
        # None stands for a value that matches nothing. It must not match fields that the API omits.
        filters[name] = {_normalised(name, value) for value in values} - {None}
    return filters


def select(things: Iterable[T], filters: Filters) -> list[T]:
    """The things that match all filters, in their order."""
    return [
        thing
        for thing in things
        if all(_normalised(name, getattr(thing, name)) in values for name, values in filters.items())
    ]


def _normalised(name: str, value: Any) -> Any:
    return comparable(name, value) if name in SELECTORS else value
