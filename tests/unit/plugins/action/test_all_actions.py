# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module has its action plugin."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible.plugins.action import ActionBase

ROOT = Path(__file__).parents[4]
MODULES = sorted(path.stem for path in ROOT.glob("plugins/modules/*.py"))


def test_none_is_left_out():
    assert sorted(path.stem for path in ROOT.glob("plugins/action/*.py")) == MODULES


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ("sysmon_register", "sysmon_fleet")])
def test_it_runs_the_module_of_its_name(name):
    plugin = importlib.import_module(f"ansible_collections.nhncloud.sysmon.plugins.action.{name}")
    assert issubclass(plugin.ActionModule, ActionBase)
    assert plugin.main.__module__.endswith(f".modules.{name}")
