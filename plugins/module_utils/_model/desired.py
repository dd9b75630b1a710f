# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Desired targets from options, validated before any request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .._text import ID
from .hosts import SELECTORS, Selector, parse_ip
from .targets import Entry

# Seconds of the longest wait.
LONGEST_WAIT = 366 * 86400


@dataclass(frozen=True)
class DesiredTargets:
    """Targets of one workspace that should exist, or with ``absent`` should not. Times are in seconds."""

    workspace: str | None
    workspace_id: str | None
    entries: Sequence[Entry]
    absent: bool = False
    purge: bool = False
    workers: int = 1
    retries: int = 4
    server_timeout: float = 0
    wait: bool = False
    wait_timeout: float = 300


def desired_targets_from(params: Mapping[str, Any]) -> DesiredTargets:
    """Desired targets from the options of sysmon_targets, or of sysmon_target (one entry). Raises SysmonError of kind config."""
    absent, purge = params["state"] == "absent", params.get("purge", False)
    if purge and absent:
        raise _config("purge needs state: present.")
    if purge and not params.get("targets", [params]):
        raise _config("purge with an empty list of targets would remove every target of the workspace.")
    check_parallel(params)
    for name in ("server_timeout", "wait_timeout"):
        check_wait(name, params[name])
    return DesiredTargets(
        workspace=checked_name(params["workspace"], "workspace"),
        workspace_id=checked_id(params["workspace_id"], "workspace_id"),
        entries=desired_entries(params),
        absent=absent,
        purge=purge,
        workers=params.get("max_workers", 1),
        retries=params["retries"],
        server_timeout=params["server_timeout"],
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
    )


def desired_entries(params: Mapping[str, Any]) -> list[Entry]:
    """The entries of ``targets``, or the single entry in the options themselves. Raises SysmonError of kind config."""
    return [
        _entry(entry, params.get("port"), f"Entry {number}: " if "targets" in params else "")
        for number, entry in enumerate(params.get("targets", [params]), 1)
    ]


def check_parallel(params: Mapping[str, Any]) -> None:
    """Validate max_workers and rate_limit. Raises SysmonError of kind config."""
    if not 1 <= params.get("max_workers", 1) <= 64:
        raise _config("max_workers must be between 1 and 64.")
    rate = params.get("rate_limit")
    if rate is not None and not rate > 0:  # also rejects NaN
        raise _config("rate_limit must be more than 0.")


def check_wait(name: str, seconds: float) -> None:
    """Validate how long to wait. Raises SysmonError of kind config."""
    if not 0 <= seconds <= LONGEST_WAIT:  # also rejects NaN
        raise _config(f"{name} must be 0 or more, and at most a year ({LONGEST_WAIT} seconds).")


def checked_id(value: str | None, option: str) -> str | None:
    """Validate an optional id and return it. Raises SysmonError of kind config."""
    if value is not None and not ID.fullmatch(value):
        raise _config(f"{option} {value!r} is not an id: letters, digits, '-' and '_' only.")
    return value


def checked_name(value: str | None, option: str) -> str | None:
    """Validate an optional name and return it. Raises SysmonError of kind config if it is empty."""
    if value is not None and not value.strip():
        raise _config(f"{option} is empty.")
    return value


def _entry(params: Mapping[str, Any], default_port: int | None, prefix: str) -> Entry:
    port = params["port"] if params["port"] is not None else default_port
    if port is None:
        raise _config(f"{prefix}port is missing, and there is no default port.")
    if not 1 <= port <= 65535:
        raise _config(f"{prefix}port {port} is not between 1 and 65535.")
    by = next(name for name in SELECTORS if params[name] is not None)
    values = params[by] if isinstance(params[by], list) else [params[by]]
    selector = Selector(by, tuple(str(value).strip() for value in values))
    if not all(selector.values) or not selector.values:
        raise _config(f"{prefix}{by} is empty.")
    if by == "host_id":
        checked_id(selector.values[0], f"{prefix}host_id")
    wrong = [value for value in selector.values if by == "ip" and parse_ip(value) is None]
    if wrong:
        raise _config(f"{prefix}{wrong[0]!r} is not an IP address.")
    return Entry(selector, port)


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
