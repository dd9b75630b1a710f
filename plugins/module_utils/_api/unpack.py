# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and unpack the body of an answer, never more of it than a given length."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from .._errors import SysmonError

# What is asked for; urllib3 would take more, also packed any number of times.
ACCEPTED = "gzip, deflate"

_CHUNK = 1 << 16


class UnreadableBody(Exception):
    """Why a body cannot be read. ``damaged``: it may come whole when it is asked for again."""

    def __init__(self, reason: str, *, damaged: bool = False) -> None:
        super().__init__(reason)
        self.damaged = damaged


def unreadable(call: str, reason: str, *, retryable: bool = False) -> SysmonError:
    """An answer came that is none."""
    message = f"{call.replace('_', ' ')} failed: {reason}."
    return SysmonError("protocol", message, call=call, retryable=retryable, outcome_unknown=True)


def read_body(raw: Any, longest: int) -> bytes:
    """The body of an answer of urllib3. Raises UnreadableBody, and what urllib3 raises."""
    raw.enforce_content_length = True  # urllib3 before 2.0 would take a cut body for the whole
    unpack = _unpacker(raw.headers.get("Content-Encoding") or "")
    parts, size = [], 0
    for packed in _pieces(raw):
        part = packed if unpack is None else unpack(packed, longest - size + 1)
        parts.append(part)
        size += len(part)
        if size > longest:
            raise UnreadableBody(f"the answer is longer than {longest >> 20} MiB")
    if unpack is not None and parts and not unpack.ended:
        raise UnreadableBody("the answer could not be unpacked: it is cut", damaged=True)
    return b"".join(parts)


def _pieces(raw: Any) -> Iterator[bytes]:
    try:
        yield from raw.stream(_CHUNK, decode_content=False)
    except (ValueError, OverflowError) as error:
        # urllib3 passes on a chunk's size as it came, a negative one too.
        raise UnreadableBody("the answer is not framed as HTTP asks for", damaged=True) from error


def _unpacker(encodings: str) -> _Unpacker | None:
    names = [name.strip().lower() for name in encodings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > 1:
        raise UnreadableBody("the answer is packed more than once")
    if names and names[0] not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableBody("the answer is packed in a way that was not asked for")
    return _Unpacker() if names else None


class _Unpacker:
    """Unpacks gzip, also several in a row, and deflate with or without its header."""

    def __init__(self) -> None:
        # 32: gzip or zlib, by the header.
        self._member = zlib.decompressobj(32 + zlib.MAX_WBITS)
        self._begun = False

    @property
    def ended(self) -> bool:
        """Whether what was packed is whole."""
        return self._member.eof

    def __call__(self, packed: bytes, most: int) -> bytes:
        """At most ``most`` bytes of what is in it; the rest is lost."""
        found = b""
        while packed and len(found) < most:
            if self._member.eof:
                self._member = zlib.decompressobj(32 + zlib.MAX_WBITS)
            try:
                found += self._member.decompress(packed, most - len(found))
            except zlib.error as error:
                if self._begun:
                    raise UnreadableBody("the answer could not be unpacked", damaged=True) from error
                self._begun, self._member = True, zlib.decompressobj(-zlib.MAX_WBITS)
                continue
            self._begun = True
            packed = self._member.unused_data
        return found
