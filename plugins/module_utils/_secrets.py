# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Redact the appkey, in every encoding in which a response may echo it."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote

MASK = "********"
# The encodings of a shorter key would match parts of other words and numbers, so only its plain form is redacted.
SHORTEST = 8

# A secret without characters that HTML or JSON escapes.
_PLAIN = re.compile(r"""[^&<>"'/\\]*""")
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "(?:apos|#39)"}
_ANY = "[A-Za-z0-9+/_-]"
_BASE64 = {"+": "(?:[+-]|%2[bB])", "/": r"(?:[/_]|%2[fF]|\\/)"}


class _Secret:
    """Search patterns for one secret. A cheap search for a required part precedes each expensive one."""

    def __init__(self, secret: str) -> None:
        encoded = secret.encode("utf-8", "surrogateescape")
        self._plain = secret.lower()
        self._spellings = spellings(secret)
        self._encodes = len(encoded) >= SHORTEST
        self._hex = encoded.hex() if self._encodes else self._plain
        # Every text with an escaped character of the secret contains one of these.
        self._signs = ["%", "&#", "\\u00", "\\x"] if self._encodes else []
        if self._encodes and not _PLAIN.fullmatch(secret):
            self._signs += ["&", "\\"]
        letters = "".join(_letter(letter) for letter in secret) if self._encodes else re.escape(secret)
        self._letters = re.compile(f"{letters}|{re.escape(self._hex)}", re.IGNORECASE)
        # The base64 of a text that contains the secret, for each position of it modulo three bytes.
        self._base64 = [_in_base64(encoded, before) for before in range(3)] if self._encodes else []

    def redact_end(self, text: str) -> str:
        """Redact a beginning of the secret at the end of the text, in its common encodings."""
        for spelling in self._spellings:
            if spelling[:SHORTEST] in text:
                left = next(
                    (size for size in range(len(spelling), SHORTEST - 1, -1) if text.endswith(spelling[:size])), 0
                )
                text = text[:-left] + MASK if left else text
        return text

    def redact(self, text: str) -> str:
        """Redact every occurrence of the secret."""
        lower = text.lower()
        if self._plain in lower or self._hex in lower or any(sign in lower for sign in self._signs):
            text = self._letters.sub(MASK, text)
        for part, pattern in self._base64:
            if part in text:
                text = pattern.sub(MASK, text)
        return text


_known: dict[str, _Secret] = {}


def remember(secret: str | None) -> None:
    """Redact this secret in this process from now on."""
    if secret and secret not in _known:
        _known[secret] = _Secret(secret)


def forget() -> None:
    """Stop redacting all secrets."""
    _known.clear()


def redact(text: str) -> str:
    """Mask the secrets in a text. Redact before truncating: a truncated secret is not found."""
    for secret in list(_known.values()):
        text = secret.redact(text)
    return text


def redact_cut(text: str) -> str:
    """Mask a secret that is cut off by the end of the text, if eight or more characters of it are left."""
    for secret in list(_known.values()):
        text = secret.redact_end(text)
    return text


def redact_data(value: Any) -> Any:
    """Mask the secrets in the strings, keys and numbers of nested data."""
    if not _known:
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict) and any(isinstance(item, str) and len(item) > 9999 for item in value.values()):
        # The data contains JSON text: encoding it again would escape each of its quotes.
        return {redact_data(key): redact_data(item) for key, item in value.items()}
    try:
        # One search in the encoded data: visiting a million values one by one would dominate the run time.
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
    """Common encodings of a secret, for ansible-core's own masking: plain, percent-encoded, base64 and hex."""
    encoded = secret.encode("utf-8", "surrogateescape")
    found = [secret, quote(encoded, safe=""), quote(encoded)]
    base64 = [b64encode(encoded).decode(), urlsafe_b64encode(encoded).decode()]
    found += [*base64, *(text.rstrip("=") for text in base64)]
    if len(encoded) >= SHORTEST:
        every = "".join(f"%{byte:02X}" for byte in encoded)
        found += [found[1].lower(), every, every.lower(), encoded.hex(), encoded.hex().upper()]
    return list(dict.fromkeys(found))


def _letter(letter: str) -> str:
    """Pattern for one character, plain or escaped (also repeatedly) as in URLs, HTML, JSON or Python."""
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
    """A required substring, and the pattern for all base64 characters that encode a bit of the secret.

    ``before`` is the number of bytes (0 to 2) in front of the secret, modulo three.
    """
    length = before + len(encoded)
    text = b64encode(b"\0" * before + encoded).decode()
    core = text[(0, 2, 3)[before] : length * 8 // 6]
    first, last = f"{_ANY}?" if before else "", f"{_ANY}?" if length % 3 else ""
    pattern = f"{first}{''.join(_BASE64.get(letter, letter) for letter in core)}{last}(?:=|%3[dD]){{0,2}}"
    return max(re.split("[+/]", core), key=len), re.compile(pattern)
