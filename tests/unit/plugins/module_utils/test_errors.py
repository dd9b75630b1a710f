# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import remember


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


def test_all_texts_are_on_one_line_printable_and_without_the_key():
    remember("some-app-key")
    bad = "a\n\x1b[31m\u202e some-app-key"
    error = SysmonError("query", bad, hint=bad, result_message=bad).about(bad)
    shown = [str(error), error.hint, error.result_message, *error.args]
    assert all(text.isprintable() and "some-app-key" not in text and "********" in text for text in shown)
