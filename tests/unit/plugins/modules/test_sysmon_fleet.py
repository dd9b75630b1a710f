# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module is an action only."""

from __future__ import annotations


def test_it_says_so(run_main):
    result = run_main("sysmon_fleet", {"step": "prune"})
    assert result["failed"]
    assert "use the role" in result["msg"]
