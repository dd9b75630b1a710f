# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins that run the module of the same name in Ansible's own process.

For a separate process, Ansible packs a module with all its imports, and starts a Python that compiles them again: half
a second each time. This is pointless if the process would run the controller's own Python on the controller, as with
``hosts: localhost``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import action_loader

from ..module_utils._run.module import MODULE_CLASS
from .in_process import InProcessModule, ModuleExit, shows_invocation
from .options import CONNECTION, with_defaults


def action_of(plugin: str) -> type[ActionBase]:
    """Build the action plugin for the module of the same name. ``plugin`` is ``__name__`` of the plugin's file."""
    module = import_module(f"...modules.{plugin.rpartition('.')[2]}", __name__)

    class ActionModule(ActionBase):
        _supports_check_mode = True
        _supports_async = True

        def run(self, tmp: Any = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
            result = super().run(tmp, task_vars)
            task = self._task
            if any(task.args.get(option) == "" for option in CONNECTION):
                task.args = with_defaults(
                    task.args, task.module_defaults or [], task.resolved_action, self._templar.template
                )
            if not self._runs_on_controller_python(task_vars or {}):
                return self._as_process(task_vars)
            folder = os.getcwd()
            token = MODULE_CLASS.set(partial(InProcessModule, self._task, shows_invocation(task_vars or {})))
            try:
                # The working directory of a module's process, for relative paths.
                os.chdir(self._loader.get_basedir())
                module.main()
            except ModuleExit as end:
                return {**result, **end.result}
            finally:
                MODULE_CLASS.reset(token)
                os.chdir(folder)
            raise AnsibleError(f"{self._task.action} ended without a result.")

        def _runs_on_controller_python(self, task_vars: Mapping[str, Any]) -> bool:
            """Whether a module process would run the controller's Python on this machine as the same user."""
            task = self._task
            if task.delegate_to:
                task_vars = task_vars.get("ansible_delegated_vars", {}).get(task.delegate_to, {})
            return (
                self._connection.transport == "local"
                and self._connection.become is None
                and not task.async_val
                and not any(task.environment or [])
                and self._templar.template(task_vars.get("ansible_python_interpreter")) == sys.executable
            )

        def _as_process(self, task_vars: Any) -> dict[str, Any]:
            normal = action_loader.get(
                "ansible.legacy.normal",
                task=self._task,
                connection=self._connection,
                play_context=self._play_context,
                loader=self._loader,
                templar=self._templar,
                shared_loader_obj=self._shared_loader_obj,
            )
            return normal.run(task_vars=task_vars)

    return ActionModule
