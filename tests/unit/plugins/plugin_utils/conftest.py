# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules as actions in Ansible's process."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = {"ansible_python_interpreter": sys.executable}
FOLDER = Path(__file__).parents[4] / "plugins/action"
PLUGINS = {
    path.stem: import_module(f"ansible_collections.nhncloud.sysmon.plugins.action.{path.stem}")
    for path in FOLDER.glob("sysmon_*.py")
}


def _template(value):
    return value.replace("{{ python }}", sys.executable) if isinstance(value, str) else value


@pytest.fixture
def action(tmp_path):
    """An action plugin with its surroundings."""

    def make(plugin, args, task_vars=None, transport="local", become=None, **task):
        given = {
            "action": "sysmon",
            "args": args,
            "check_mode": False,
            "async_val": 0,
            "delegate_to": None,
            "environment": [{}],
            "module_defaults": [],
            "resolved_action": "nhncloud.sysmon.sysmon_x",
            **task,
        }
        made = plugin(
            task=SimpleNamespace(**given),
            connection=SimpleNamespace(transport=transport, become=become, _shell=SimpleNamespace(tmpdir="/")),
            play_context=SimpleNamespace(),
            loader=SimpleNamespace(get_basedir=lambda: str(tmp_path)),
            templar=SimpleNamespace(template=_template),
            shared_loader_obj=None,
        )
        return made, lambda: made.run(task_vars=HERE if task_vars is None else task_vars)

    return make


@pytest.fixture
def run(action, options_of):
    """Run a module as an action against an emulator."""

    def run(emulator, name, arguments, **surroundings):
        options = {key: value for key, value in options_of(emulator).items() if value is not None}
        return action(PLUGINS[name].ActionModule, {**options, **arguments}, **surroundings)[1]()

    return run


@pytest.fixture
def shop(emulate):
    """Start an emulator with three servers and a workspace."""

    def start():
        emulator = emulate(servers=3)
        emulator.add_workspace(jobName="shop", jobId="shop-id")
        return emulator

    return start
