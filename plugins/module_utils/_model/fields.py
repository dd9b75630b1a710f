# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the API's records: the type that the guide promises, or a failure of kind protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._errors import SysmonError
from .._secrets import redact
from .._text import ID, LONGEST

# Of a text that says why a target fails, in results.
LONGEST_REASON = 1000


def identifier(record: Mapping[str, Any], key: str) -> str:
    """An id that may stand in a path."""
    value = record.get(key)
    if not isinstance(value, str) or not ID.fullmatch(value) or len(value) > LONGEST:
        raise _strange(key, "is not an id")
    return value


def text(record: Mapping[str, Any], key: str) -> str | None:
    """Text, or None where the API left it out."""
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise _strange(key, "is not text")
    return value


def reason(record: Mapping[str, Any], key: str) -> str | None:
    """A text of any length, cut; None where there is none. The appkey goes first: a part of it would not be found."""
    value = text(record, key)
    return redact(value)[:LONGEST_REASON] if value else None


def code(record: Mapping[str, Any], key: str) -> int | str | None:
    """A code: a number also where it came as text."""
    value = record.get(key)
    if isinstance(value, bool) or not (value is None or isinstance(value, (int, str))):
        raise _strange(key, "is not a code")
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return value


def port(record: Mapping[str, Any], key: str) -> int:
    """A port: the guide shows it as a number and, in one example, as text."""
    value = code(record, key)
    if not isinstance(value, int) or not 1 <= value <= 65535:
        raise _strange(key, "is not a port")
    return value


def _strange(key: str, reason: str) -> SysmonError:
    return SysmonError("protocol", f"A record of the service is not what its guide says: {key} {reason}.")
