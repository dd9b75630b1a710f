# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redact the appkey, in every spelling in which an answer may say it back."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote

MASK = "********"
# The encodings of a shorter key would be parts of other words and numbers; it is redacted in plain form only.
SHORTEST = 8

# A secret without signs that HTML or JSON escape.
_PLAIN = re.compile(r"""[^&<>"'/\\]*""")
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "(?:apos|#39)"}
_ANY = "[A-Za-z0-9+/_-]"
_BASE64 = {"+": "(?:[+-]|%2[bB])", "/": r"(?:[/_]|%2[fF]|\\/)"}


class _Secret:
    """What finds one secret in a text. Each search is preceded by a cheap one for a part that must be there."""

    def __init__(self, secret: str) -> None:
        encoded = secret.encode("utf-8", "surrogateescape")
        self._plain = secret.lower()
        self._spellings = spellings(secret)
        self._encodes = len(encoded) >= SHORTEST
        self._hex = encoded.hex() if self._encodes else self._plain
        # One of these is in every text that has a letter of it escaped.
        self._signs = ["%", "&#", "\\u00", "\\x"] if self._encodes else []
        if self._encodes and not _PLAIN.fullmatch(secret):
            self._signs += ["&", "\\"]
        letters = "".join(_letter(letter) for letter in secret) if self._encodes else re.escape(secret)
        self._letters = re.compile(f"{letters}|{re.escape(self._hex)}", re.IGNORECASE)
        # The base64 of any text that holds the secret after a multiple of three bytes, and one or two more.
        self._base64 = [_in_base64(encoded, before) for before in range(3)] if self._encodes else []

    def redact_end(self, text: str) -> str:
        """Without a part of a usual spelling with which the text ends."""
        for spelling in self._spellings:
            if spelling[:SHORTEST] in text:
                left = next(
                    (size for size in range(len(spelling), SHORTEST - 1, -1) if text.endswith(spelling[:size])), 0
                )
                text = text[:-left] + MASK if left else text
        return text

    def redact(self, text: str) -> str:
        lower = text.lower()
        if self._plain in lower or self._hex in lower or any(sign in lower for sign in self._signs):
            text = self._letters.sub(MASK, text)
        for part, pattern in self._base64:
            if part in text:
                text = pattern.sub(MASK, text)
        return text


_known: dict[str, _Secret] = {}


def remember(secret: str | None) -> None:
    """From now on redact this secret in this process."""
    if secret and secret not in _known:
        _known[secret] = _Secret(secret)


def forget() -> None:
    """Redact nothing any more."""
    _known.clear()


def redact(text: str) -> str:
    """The text without the secrets. To be done before it is shortened."""
    for secret in list(_known.values()):
        text = secret.redact(text)
    return text


def redact_cut(text: str) -> str:
    """The text without a secret that its end cuts off, of which eight or more letters are left."""
    for secret in list(_known.values()):
        text = secret.redact_end(text)
    return text


def redact_data(value: Any) -> Any:
    """The same data without the secrets, in its texts and in its keys."""
    if not _known:
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict) and any(isinstance(item, str) and len(item) > 9999 for item in value.values()):
        # A result as JSON text: each of its quotes would be escaped once more.
        return {redact_data(key): redact_data(item) for key, item in value.items()}
    try:
        # One search for all: to visit each of a million values would take longer than all else.
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return _without_secrets(value)
    return value if redact(text) == text else _without_secrets(value)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {_without_secrets(key): _without_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_secrets(item) for item in value]
    if type(value) in (int, float) and redact(str(value)) != str(value):
        return MASK
    return value


def spellings(secret: str) -> list[str]:
    """The usual forms of a secret, for ansible-core, which masks texts: plain, escaped in a URL, base64 and hex."""
    encoded = secret.encode("utf-8", "surrogateescape")
    found = [secret, quote(encoded, safe=""), quote(encoded)]
    base64 = [b64encode(encoded).decode(), urlsafe_b64encode(encoded).decode()]
    found += [*base64, *(text.rstrip("=") for text in base64)]
    if len(encoded) >= SHORTEST:
        every = "".join(f"%{byte:02X}" for byte in encoded)
        found += [found[1].lower(), every, every.lower(), encoded.hex(), encoded.hex().upper()]
    return list(dict.fromkeys(found))


def _letter(letter: str) -> str:
    """Matches a letter, also escaped as in URLs (more than once, too), HTML, JSON or Python."""
    code = ord(letter)
    forms = [
        rf"\\{{0,4}}{re.escape(letter)}" if letter in "\"'/\\" else re.escape(letter),
        f"%(?:25){{0,4}}{code:02x}",
        f"&(?:amp;){{0,4}}#0{{0,6}}{code};?",
        f"&(?:amp;){{0,4}}#x0{{0,6}}{code:02x};?",
        rf"\\{{1,4}}u00{code:02x}",
        rf"\\{{1,4}}x{code:02x}",
    ]
    if letter in _ENTITIES:
        forms.append(f"&(?:amp;){{0,4}}{_ENTITIES[letter]};")
    return f"(?:{'|'.join(reversed(forms))})"


def _in_base64(encoded: bytes, before: int) -> tuple[str, re.Pattern[str]]:
    """A part that must be there, and what matches the letters that hold any bit of the secret."""
    length = before + len(encoded)
    text = b64encode(b"\0" * before + encoded).decode()
    core = text[(0, 2, 3)[before] : length * 8 // 6]
    first, last = f"{_ANY}?" if before else "", f"{_ANY}?" if length % 3 else ""
    pattern = f"{first}{''.join(_BASE64.get(letter, letter) for letter in core)}{last}(?:=|%3[dD]){{0,2}}"
    return max(re.split("[+/]", core), key=len), re.compile(pattern)
