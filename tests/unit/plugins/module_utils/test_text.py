# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import remember
from ansible_collections.nhncloud.sysmon.plugins.module_utils._text import ID, cleaned, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("한국 (판교)", "한국 (판교)"),
        ("a\x1b[31mb", "a [31mb"),
        ("a\x9b31mb", "a 31mb"),
        ("a\x07\x00b\x7f", "a b"),
        ("a\r\nPLAY RECAP\n", "a PLAY RECAP"),
        ("a\u202eb\u2066c\u200fd", "a b c d"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("a\ud800b", "a b"),
        ("a\u200bb\ufeffc\xadd", "a b c d"),
        ("  a   b  ", "a b"),
        (None, "None"),
        (5, "5"),
    ],
)
def test_cleaned(text, shown):
    assert cleaned(text) == shown


def test_one_line_keeps_blanks():
    assert one_line("up == 1  and\n\tx") == "up == 1  and  x"


@pytest.mark.parametrize("limit", [50, 300])
def test_long_texts_are_cut(limit):
    assert cleaned("x" * limit, limit) == "x" * limit
    assert cleaned("x" * 5_000_000, limit) == "x" * limit


@pytest.mark.parametrize("before", [0, 100, 280, 290, 299, 300, 1190, 1199])
def test_the_key_is_redacted_before_the_text_is_cut(before):
    remember("Zk3mP9qLw2XsT7Rb")
    assert "Zk3" not in cleaned("." * before + "Zk3mP9qLw2XsT7Rb")


def test_id():
    assert ID.fullmatch("a-Z_0")
    assert not any(ID.fullmatch(text) for text in ("", ".", "a/b", "a\n", "é"))


def test_a_key_that_the_end_cuts_off_is_redacted():
    remember("0123456789abcdef")
    assert cleaned("wrong key 0123456789ab") == "wrong key ********"
