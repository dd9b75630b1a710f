# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.json_body import read_object


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{}", {}),
        (b' {"a": [1, "\xea\xb0\x80", null]} ', {"a": [1, "가", None]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_objects(content, found):
    assert read_object(content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b'{"a": ',
        b"<html>",
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\xff"}',
        b'{"a": "\\ud83d"}',
        b'{"a": "\\uDE00"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a":' * 100_000,
    ],
)
def test_what_cannot_be_used(content):
    assert read_object(content) == {}
