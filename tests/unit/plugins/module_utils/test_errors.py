# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError, redacted, spellings


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (None, "It broke."),
        ("Mend it.", "It broke. Mend it."),
        ("It broke.", "It broke."),
    ],
)
def test_text(hint, text):
    assert str(SysmonError("server", "It broke.", hint=hint)) == text


def test_result_has_six_parts_null_where_absent():
    assert SysmonError("config", "x").as_result() == {
        "kind": "config",
        "call": None,
        "http_status": None,
        "result_code": None,
        "result_message": None,
        "hint": None,
    }
    error = SysmonError(
        "server", "x", call="c", http_status=500, result_code=-50000, result_message="m", hint="h", outcome_unknown=True
    )
    assert list(error.as_result().values()) == ["server", "c", 500, -50000, "m", "h"]


def test_about_leads_the_message():
    assert str(SysmonError("server", "It broke.").about("host a")) == "host a: It broke."


def test_redacted():
    assert redacted("s3/ret s3%2Fret czMvcmV0, s3", "s3/ret") == "******** ******** ********, s3"
    assert redacted("as it was", "") == "as it was"


def test_spellings():
    assert spellings("plain") == ["plain", "cGxhaW4="]
    assert spellings("a/+~~>") == ["a/+~~>", "a%2F%2B~~%3E", "a/%2B~~%3E", "YS8rfn4+", "YS8rfn4-"]
