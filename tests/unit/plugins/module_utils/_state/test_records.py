# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._state import records


@pytest.mark.parametrize(
    ("reader", "value", "result"),
    [
        (records.identifier, "aB-_9", "aB-_9"),
        (records.text, "any text\n", "any text\n"),
        (records.text, "", ""),
        (records.text, None, None),
        (records.code, 0, 0),
        (records.code, "0", 0),
        (records.code, "-40002", -40002),
        (records.code, "LINUX", "LINUX"),
        (records.code, "9" * 40, "9" * 40),
        (records.code, None, None),
        (records.port, 9100, 9100),
        (records.port, "9100", 9100),
        (records.port, 1, 1),
        (records.port, 65535, 65535),
    ],
)
def test_read(reader, value, result):
    assert reader({"key": value}, "key") == result


@pytest.mark.parametrize(
    ("reader", "values"),
    [
        (records.identifier, [None, "", 5, "a/b", "..", "a b", "a\n", "é", True, ["a"]]),
        (records.text, [5, True, [], {}]),
        (records.code, [True, 0.5, [], {}]),
        (records.port, [None, 0, 65536, -1, "x", "", "9100 ", True, 9100.0]),
    ],
)
def test_refuse(reader, values):
    for value in values:
        with pytest.raises(SysmonError) as caught:
            reader({"key": value}, "key")
        assert caught.value.kind == "protocol"
        assert "key" in str(caught.value)


@pytest.mark.parametrize("reader", [records.text, records.code])
def test_left_out_is_none(reader):
    assert reader({}, "key") is None
