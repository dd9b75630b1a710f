# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model import fields


@pytest.mark.parametrize(
    ("reader", "value", "result"),
    [
        (fields.identifier, "aB-_9", "aB-_9"),
        (fields.text, "any text\n", "any text\n"),
        (fields.text, "", ""),
        (fields.text, None, None),
        (fields.code, 0, 0),
        (fields.code, "0", 0),
        (fields.code, "-40002", -40002),
        (fields.code, "LINUX", "LINUX"),
        (fields.code, "9" * 40, "9" * 40),
        (fields.code, None, None),
        (fields.port, 9100, 9100),
        (fields.port, "9100", 9100),
        (fields.port, 1, 1),
        (fields.port, 65535, 65535),
    ],
)
def test_read(reader, value, result):
    assert reader({"key": value}, "key") == result


@pytest.mark.parametrize(
    ("reader", "values"),
    [
        (fields.identifier, [None, "", 5, "a/b", "..", "a b", "a\n", "é", True, ["a"]]),
        (fields.text, [5, True, [], {}]),
        (fields.code, [True, 0.5, [], {}]),
        (fields.port, [None, 0, 65536, -1, "x", "", "9100 ", True, 9100.0]),
    ],
)
def test_refuse(reader, values):
    for value in values:
        with pytest.raises(SysmonError) as caught:
            reader({"key": value}, "key")
        assert caught.value.kind == "protocol"
        assert "key" in str(caught.value)


@pytest.mark.parametrize("reader", [fields.text, fields.code])
def test_left_out_is_none(reader):
    assert reader({}, "key") is None
