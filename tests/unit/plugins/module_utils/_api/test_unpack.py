# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import zlib

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.unpack import UnreadableBody, read_body

LONGEST = 1 << 20


class Raw:
    """As urllib3 gives it."""

    def __init__(self, body, encoding=None, piece=50):
        self.headers = {} if encoding is None else {"Content-Encoding": encoding}
        self._body, self._piece = body, piece

    def stream(self, _amount, decode_content):
        assert decode_content is False
        for start in range(0, len(self._body), self._piece):
            yield self._body[start : start + self._piece]


def gzipped(data):
    # The time that gzip writes would be in the names of the tests, and differ between workers of pytest-xdist.
    return gzip.compress(data, mtime=0)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


DATA = bytes(range(256)) * 20


@pytest.mark.parametrize("piece", [7, 50, 99_999])
@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (DATA, None),
        (DATA, ""),
        (DATA, "identity"),
        (gzipped(DATA), "gzip"),
        (gzipped(DATA), "identity, GZip"),
        (gzipped(DATA), "x-gzip"),
        (gzipped(DATA[:1000]) + gzipped(DATA[1000:]), "gzip"),
        (zlib.compress(DATA), "deflate"),
        (raw_deflate(DATA), "deflate"),
    ],
)
def test_whole_bodies(body, encoding, piece):
    assert read_body(Raw(body, encoding, piece), LONGEST) == DATA


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_nothing(encoding):
    assert read_body(Raw(b"", encoding), LONGEST) == b""


@pytest.mark.parametrize(
    ("body", "encoding", "reason", "damaged"),
    [
        (b"x" * (LONGEST + 1), None, "longer than 1 MiB", False),
        (gzipped(b"x" * (LONGEST + 1)), "gzip", "longer than 1 MiB", False),
        (gzipped(b"x" * LONGEST) + gzipped(b"x"), "gzip", "longer than 1 MiB", False),
        (gzipped(gzipped(DATA)), "gzip, gzip", "compressed more than once", False),
        (gzipped(DATA), "gzip,deflate", "compressed more than once", False),
        (DATA, "br", "not requested", False),
        (DATA, "zstd", "not requested", False),
        (gzipped(DATA)[:-9], "gzip", "is truncated", True),
        (b"\x1f\x8b\x08 no gzip, though it begins as such", "gzip", "could not be decompressed", True),
        (b"no gzip at all", "gzip", "could not be decompressed", True),
        (gzipped(DATA) + b"more", "gzip", "could not be decompressed", True),
    ],
)
def test_bodies_that_cannot_be_read(body, encoding, reason, damaged):
    with pytest.raises(UnreadableBody, match=reason) as raised:
        read_body(Raw(body, encoding, 99_999_999), LONGEST)
    assert raised.value.damaged is damaged


def test_no_more_is_unpacked_than_is_read():
    bomb = Raw(gzipped(b"\0" * (256 << 20)), "gzip", 1 << 16)
    with pytest.raises(UnreadableBody, match="longer than 1 MiB"):
        read_body(bomb, LONGEST)
