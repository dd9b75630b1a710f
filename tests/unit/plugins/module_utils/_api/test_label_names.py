# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Label names in a path: Prometheus reads the name that was meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.label_names import escape_label
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


def unescape(name: str) -> str:
    """UnescapeName of prometheus/common, model/metric.go, for ValueEncodingEscaping."""
    if not name.startswith("U__"):
        return name
    escaped, found, i = name[3:], "", 0
    while i < len(escaped):
        if escaped[i] != "_":
            found, i = found + escaped[i], i + 1
            continue
        end = escaped.find("_", i + 1)
        code = escaped[i + 1 : end]
        if end < 0 or (code and not re.fullmatch("[0-9a-fA-F]{1,5}", code)):
            return name
        found, i = found + (chr(int(code, 16)) if code else "_"), end + 1
    return found


LETTERS = st.characters(max_codepoint=0xFFFFF, exclude_categories=("Cs",))


@given(st.text(LETTERS, min_size=1) | st.text("U_ab09:.é", min_size=1) | st.text("_U", min_size=1).map("U__".__add__))
@example("http.status_code")
@example("U__a")
@example("가/나")
def test_prometheus_reads_the_label_that_was_meant(name):
    escaped = escape_label(name)
    assert unescape(escaped) == name
    assert re.fullmatch("[a-zA-Z_][a-zA-Z0-9_:]*", escaped)
    assert not re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", name) or name.startswith("U__") or escaped == name


@pytest.mark.parametrize("name", ["", "\ud800", "a\udcff", "a\U00100000"])
def test_what_is_no_label(name):
    with pytest.raises(SysmonError) as error:
        escape_label(name)
    assert error.value.kind == "config"
