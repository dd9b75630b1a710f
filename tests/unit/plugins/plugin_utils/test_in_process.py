# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The replacement for AnsibleModule; test_in_process_same.py compares its results with those of a process."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import in_process


@pytest.mark.parametrize("asked", [True, False])
def test_whether_a_process_shows_it(asked):
    there = getattr(in_process.C.config, "_base_defs", {}).get("INJECT_INVOCATION")
    assert in_process.shows_invocation({"ansible_inject_invocation": asked}) is (asked if there else True)
