# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which spellings of a host are the same."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.names import Index, Name

SAME = [
    ("127.0.0.11:39100", "127.0.0.11:39100"),
    ("127.0.0.11", "127.0.0.11:39100"),
    ("127.0.0.11:39100", "127.0.0.11"),
    ("fd00::2", "fd00::2"),
    ("FD00:0::2", "fd00::2"),
    ("fd00::2", "[fd00::2]:9100"),
    ("[fd00::2]", "[fd00:0:0::2]:9100"),
    ("[fd00::2]:9100", "[fd00::2]:9100"),
    ("::ffff:10.0.0.1", "10.0.0.1:9100"),
    ("svc:80", "svc:80"),
    ("svc", "svc:80"),
    ("WEB-1.Example", "web-1.example:9100"),
    (" web-1 ", "web-1"),
    ("17", "17"),
    ("a:b:c", "a:b:c"),
    ("fe80::1%eth0", "FE80::1%eth0"),
    ("[fe80::1%eth0]:9100", "[fe80::1%eth0]"),
]
DIFFERENT = [
    ("127.0.0.11:39100", "127.0.0.11:39101"),
    ("127.0.0.1", "127.0.0.11"),
    ("fd00::2", "fd00::"),
    ("fd00::2", "fd00::2:9100"),
    ("svc:80", "svc:8080"),
    ("web-1", "web-1.example"),
    ("a:b", "a"),
    ("a:123456", "a"),
]


@pytest.mark.parametrize(("one", "other", "same"), [(*p, True) for p in SAME] + [(*p, False) for p in DIFFERENT])
def test_names(one, other, same):
    assert Name.parse(one).matches(Name.parse(other)) is same
    assert Name.parse(other).matches(Name.parse(one)) is same
    thing = object()
    assert (Index([(other, thing)]).find([one]) == [thing]) is same


def test_index():
    things = [{"n": 1}, {"n": 2}, {"n": 3}]
    index = Index(zip(["a:1", "a:2", ""], things))
    assert index.find(["a"]) == things[:2]
    assert index.find(["a", "A:1"]) == things[:2]
    assert index.find(["a:2", "b"]) == things[1:2]
    assert index.find(["", " "]) == []
