# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and decompress a response body up to a maximum size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from .._errors import SysmonError

# Value of Accept-Encoding. urllib3 would accept more, also nested encodings.
ACCEPTED = "gzip, deflate"

_CHUNK = 1 << 16


class UnreadableBody(Exception):
    """The body cannot be read. ``damaged``: a retry may succeed."""

    def __init__(self, reason: str, *, damaged: bool = False) -> None:
        super().__init__(reason)
        self.damaged = damaged


def unreadable(call: str, reason: str, *, retryable: bool = False) -> SysmonError:
    """Error of kind protocol for a response that cannot be read. The outcome of a write is then unknown."""
    message = f"{call.replace('_', ' ')} failed: {reason}."
    return SysmonError("protocol", message, call=call, retryable=retryable, outcome_unknown=True)


def read_body(raw: Any, longest: int) -> bytes:
    """Read the body of a urllib3 response, at most ``longest`` bytes. Raises UnreadableBody and urllib3's errors."""
    raw.enforce_content_length = True  # urllib3 before 2.0 would accept a truncated body
    unpack = _unpacker(raw.headers.get("Content-Encoding") or "")
    parts, size = [], 0
    for packed in _pieces(raw):
        part = packed if unpack is None else unpack(packed, longest - size + 1)
        parts.append(part)
        size += len(part)
        if size > longest:
            raise UnreadableBody(f"the response is longer than {longest >> 20} MiB")
    if unpack is not None and parts and not unpack.ended:
        raise UnreadableBody("the compressed response is truncated", damaged=True)
    return b"".join(parts)


def _pieces(raw: Any) -> Iterator[bytes]:
    try:
        yield from raw.stream(_CHUNK, decode_content=False)
    except (ValueError, OverflowError) as error:
        # urllib3 does not validate chunk sizes; they can be negative.
        raise UnreadableBody("the response has invalid HTTP framing", damaged=True) from error


def _unpacker(encodings: str) -> _Unpacker | None:
    names = [name.strip().lower() for name in encodings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > 1:
        raise UnreadableBody("the response is compressed more than once")
    if names and names[0] not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableBody("the response has a compression that was not requested")
    return _Unpacker() if names else None


class _Unpacker:
    """Decompresses gzip, including several concatenated members, and deflate with or without zlib header."""

    def __init__(self) -> None:
        # 32: detect gzip or zlib by the header.
        self._member = zlib.decompressobj(32 + zlib.MAX_WBITS)
        self._begun = False

    @property
    def ended(self) -> bool:
        """Whether the compressed data is complete."""
        return self._member.eof

    def __call__(self, packed: bytes, most: int) -> bytes:
        """Decompress to at most ``most`` bytes and drop the rest."""
        found = b""
        while packed and len(found) < most:
            if self._member.eof:
                self._member = zlib.decompressobj(32 + zlib.MAX_WBITS)
            try:
                found += self._member.decompress(packed, most - len(found))
            except zlib.error as error:
                if self._begun:
                    raise UnreadableBody("the response could not be decompressed", damaged=True) from error
                self._begun, self._member = True, zlib.decompressobj(-zlib.MAX_WBITS)
                continue
            self._begun = True
            packed = self._member.unused_data
        return found
