# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module has its action plugin."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.plugins.action import ActionBase

ROOT = Path(__file__).parents[4]
PACKAGE = "ansible_collections.nhncloud.sysmon.plugins"
MODULES = sorted(path.stem for path in ROOT.glob("plugins/modules/*.py"))


def test_none_is_left_out():
    assert sorted(path.stem for path in ROOT.glob("plugins/action/*.py")) == MODULES


# The actions of a role and of the playbooks.
OF_THEIR_OWN = ("sysmon_register", "sysmon_fleet")
SAME = [name for name in MODULES if name not in OF_THEIR_OWN]


@pytest.mark.parametrize("name", SAME)
def test_it_runs_the_module_of_its_name(name, monkeypatch):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    monkeypatch.setattr(importlib.import_module(f"{PACKAGE}.modules.{name}"), "main", stop)
    plugin = importlib.import_module(f"{PACKAGE}.action.{name}").ActionModule
    assert issubclass(plugin, ActionBase)
    monkeypatch.setattr(plugin, "_runs_on_controller_python", lambda *_: True)
    surroundings = {
        "task": SimpleNamespace(async_val=0, args={}, check_mode=False),
        "connection": SimpleNamespace(_shell=SimpleNamespace(tmpdir="/")),
        "loader": SimpleNamespace(get_basedir=lambda: "/"),
    }
    with pytest.raises(Stop):
        plugin(**surroundings, play_context=None, templar=None, shared_loader_obj=None).run()
