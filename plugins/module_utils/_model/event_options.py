# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the event sources: ansible-rulebook does not validate them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import SysmonError
from .nearest import nearest
from .times import parse_duration

Reader = Callable[[Any, str], Any]
_NOTHING = re.compile(r"0+(?:\.0*)?(?:ms|[smhdwy])?")
_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def text(value: Any, name: str) -> str:
    """Validate non-empty text."""
    if not isinstance(value, str) or not value.strip():
        raise _config(f"{name} is not text, or is empty.")
    return value


def number(value: Any, name: str) -> int:
    """Convert a whole number, also given as text."""
    if isinstance(value, (int, str)) and not isinstance(value, bool) and re.fullmatch(r"\s*[0-9]{1,9}\s*", str(value)):
        return int(value)
    raise _config(f"{name} is not a whole number.")


def switch(value: Any, name: str) -> bool:
    """Convert a boolean, also given as text."""
    known = value if isinstance(value, bool) else _SWITCH.get(str(value).strip().lower())
    if known is None:
        raise _config(f"{name} is neither true nor false.")
    return known


def duration(value: Any, name: str) -> int:
    """Convert seconds or a Prometheus duration to milliseconds, more than 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _config(f"{name} is neither a number of seconds nor a Prometheus duration like 30s or 1h30m.")
    return parse_duration(str(value), name)


def duration_or_none(value: Any, name: str) -> int:
    """Convert seconds or a Prometheus duration to milliseconds, 0 or more."""
    return 0 if _NOTHING.fullmatch(str(value).strip()) else duration(value, name)


CONNECTION: dict[str, tuple[Reader, Any]] = {
    "app_key": (text, None),
    "project_id": (text, None),
    "region": (text, None),
    "api_url": (text, None),
    "validate_certs": (switch, None),
    "ca_path": (text, None),
    "timeout": (number, 30),
    "retries": (number, 4),
}
COMMON: dict[str, tuple[Reader, Any]] = {
    **CONNECTION,
    "interval": (duration, 60),
    "state_file": (text, None),
    "heartbeat": (duration, None),
    "feedback": (switch, False),
}


def read_options(args: Mapping[str, Any], known: Mapping[str, tuple[Reader, Any]]) -> dict[str, Any]:
    """Convert the options in ``args`` and add defaults. None and empty text count as not set.

    ``known`` maps each option to its converter and default. Raises SysmonError of kind config for an unknown option or
    an invalid value.
    """
    for name in args:
        if name not in known:
            near = nearest(str(name), known)
            raise _config(f"{name!r} is not an option." + (f" Did you mean {near}?" if near else ""))
    options = {}
    for name, (read, default) in known.items():
        value = args.get(name)
        if value is None or value == "":
            value = default
        options[name] = None if value is None else read(value, name)
    return options


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
