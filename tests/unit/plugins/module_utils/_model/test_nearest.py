# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.nearest import nearest, suggest_options

ENTRY = {"hostname": {"type": "str"}, "ip": {"type": "list"}, "port": {"type": "int"}}
SPEC = {"workspace": {"type": "str"}, "targets": {"type": "list", "options": ENTRY}, "labels": {"type": "list"}}


@pytest.mark.parametrize(
    ("name", "names", "cutoff", "found"),
    [
        ("shpo", ["web", "shop"], 0.0, "shop"),
        ("WEB-1", ["Web-1", "db"], 0.6, "Web-1"),
        ("web-11", ["host-00001"], 0.6, None),
        ("shop", [], 0.0, None),
    ],
)
def test_nearest(name, names, cutoff, found):
    assert nearest(name, names, cutoff) == found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"workspace": "shop"}, ""),
        ({"work_space": "shop"}, ". work_space is not an option: did you mean workspace?"),
        ({"zzz": 1}, ""),
        ({"targets": ["web-1"]}, ". Each entry of targets is a mapping with options such as hostname, ip, port."),
        ({"targets": ["hostname=web-1", '{"hostname": "web-1"}']}, ""),
        ({"targets": [{"host_name": "a"}, {"host_name": "b"}]}, ". host_name is not an option: did you mean hostname?"),
        ({"targets": [{"hostname": "a"}, 7], "labels": ["x"]}, ""),
        ({"targets": None}, ""),
    ],
)
def test_suggest_options(arguments, said):
    assert suggest_options(arguments, SPEC) == said
