# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Typed access to the fields of API records. All functions raise SysmonError of kind protocol for another type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._errors import SysmonError
from .._secrets import redact
from .._text import ID, LONGEST

# Characters of a fail reason in results.
LONGEST_REASON = 1000


def identifier(record: Mapping[str, Any], key: str) -> str:
    """Read an id that may enter a URL path."""
    value = record.get(key)
    if not isinstance(value, str) or not ID.fullmatch(value) or len(value) > LONGEST:
        raise _malformed(key, "is not an id")
    return value


def text(record: Mapping[str, Any], key: str) -> str | None:
    """Read text; None if the API omits it."""
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise _malformed(key, "is not text")
    return value


def reason(record: Mapping[str, Any], key: str) -> str | None:
    """Read a long text, redacted and then truncated; None if it is missing or empty."""
    value = text(record, key)
    return redact(value)[:LONGEST_REASON] if value else None


def code(record: Mapping[str, Any], key: str) -> int | str | None:
    """Read a code, converted to a number if it consists of digits; None if the API omits it."""
    value = record.get(key)
    if isinstance(value, bool) or not (value is None or isinstance(value, (int, str))):
        raise _malformed(key, "is not a code")
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    return value


def port(record: Mapping[str, Any], key: str) -> int:
    """Read a port. The guide shows it as a number and, in one example, as text."""
    value = code(record, key)
    if not isinstance(value, int) or not 1 <= value <= 65535:
        raise _malformed(key, "is not a port")
    return value


def _malformed(key: str, reason: str) -> SysmonError:
    return SysmonError("protocol", f"A record of the service is not what its guide says: {key} {reason}.")
