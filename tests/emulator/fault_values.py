# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values the keys of a fault rule may have: a wrong one is refused when the rule is given, not when it fires."""

from __future__ import annotations

import base64
import binascii
import re

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _whole(least: int, most: int | None = None):
    def fits(value) -> bool:
        return (
            isinstance(value, int)
            and not isinstance(value, bool)
            and value >= least
            and (most is None or value <= most)
        )

    return fits


def _number(value) -> bool:
    return type(value) in (int, float) and 0 <= value < float("inf")


def _drip(value) -> bool:
    if isinstance(value, dict):
        if set(value) - {"bytes_per_second", "header_too"} or not isinstance(value.get("header_too", False), bool):
            return False
        value = value.get("bytes_per_second", 1)
    return _number(value) and value > 0


def _mutate(value) -> bool:
    if not isinstance(value, dict) or set(value) - {"set", "delete"}:
        return False
    deleted = value.get("delete", [])
    return isinstance(value.get("set", {}), dict) and isinstance(deleted, list) and all(map(_text, deleted))


def _base64(value) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value) is not None
    except (binascii.Error, ValueError):
        return False


def _result_code(value) -> bool:
    return type(value) in (int, str)


def _headers(value) -> bool:
    return value is None or (
        isinstance(value, dict) and all(map(_line, value.values())) and all(map(HEADER_NAME.fullmatch, value))
    )


def _text(value) -> bool:
    return isinstance(value, str)


def _line(value) -> bool:
    return isinstance(value, str) and not CONTROL.search(value)


def _one_of(*choices):
    return lambda value: any(value is choice or (isinstance(value, str) and value == choice) for choice in choices)


_STATUS = (_whole(100, 599), "a whole number from 100 to 599")
_SECONDS = (_number, "a number of seconds")
_DROP = (_one_of(True, False, "reset"), "true, false or reset")

VALUES = {
    "call": (_text, "the name of a call, or *"),
    "match": (lambda value: value is None or isinstance(value, dict), "an object"),
    "times": (lambda value: value is None or _whole(0)(value), "a whole number or null"),
    "after": (_whole(0), "a whole number"),
    "probability": (lambda value: _number(value) and value <= 1, "a number from 0 to 1"),
    "status": _STATUS,
    "http_status": _STATUS,
    "headers": (_headers, "an object of names and texts in one line"),
    "body_kind": (_one_of("envelope", "html", "empty"), "envelope, html or empty"),
    "result_code": (_result_code, "a number or a text"),
    "refuse_committed": (_result_code, "a result code, or true"),
    "html": (_one_of(True, False), "true or false"),
    "body": (_text, "a text"),
    "body_base64": (_base64, "a text in Base64"),
    "redirect": (_line, "a URL"),
    "late_commit": _SECONDS,
    "slow": _SECONDS,
    "timeout": _SECONDS,
    "drop": _DROP,
    "drop_before": _DROP,
    "drop_after": _DROP,
    "cut": (_one_of(True, False, "length", "chunked", "json"), "true, false, length, chunked or json"),
    "drip": (_drip, "a number of bytes per second over 0, or an object with bytes_per_second and header_too"),
    "mutate": (_mutate, "an object with set (an object) and delete (a list of texts)"),
    "gzip": (_one_of(True, False, "broken"), "true, false or broken"),
}


def check(rule: dict) -> None:
    """ValueError names the key, what it may be, and what it is."""
    for key, value in rule.items():
        fits, allowed = VALUES.get(key, (None, ""))
        if key == "refuse_committed" and value is True:
            continue
        if fits and not fits(value):
            raise ValueError("%s is %s, not %r" % (key, allowed, value))
