# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection understands of PromQL."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.promql import (
    plain_selector,
    quoted,
    without_comments,
)


@pytest.mark.parametrize(
    ("query", "selector"),
    [
        ("up", "up"),
        (" up ", "up"),
        ('up{job="a}b"}', 'up{job="a}b"}'),
        ('{__name__="up"}', '{__name__="up"}'),
        ('{"http.status"="200", job=~`a"b`}', '{"http.status"="200", job=~`a"b`}'),
        ("up{job='it\\'s'} # all of them", "up{job='it\\'s'}"),
        ('up{job="#1"} # (first)', 'up{job="#1"}'),
        ('((up{job="(a)"}))', 'up{job="(a)"}'),
        ("job:errors:ratio", "job:errors:ratio"),
        ("# nothing", None),
        ("", None),
        ("()", None),
        ("up == 1", None),
        ("up offset 5m", None),
        ("up @ 1700000000", None),
        ("up[5m]", None),
        ("(up) or (down)", None),
        ("sum(up)", None),
        ("1", None),
        ('up{job="a"', None),
    ],
)
def test_plain_selector(query, selector):
    assert plain_selector(query) == selector


def test_comments():
    assert without_comments('a{b="#"} # c\n+ # d\n e') == 'a{b="#"} \n+ \n e'


def test_text():
    assert quoted('a"b\\c\n가😀') == '"a\\"b\\\\c\\n가😀"'
