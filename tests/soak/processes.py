# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules as processes of their own, as Ansible runs them, with their arguments in a file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

MODULES = "ansible_collections.nhncloud.sysmon.plugins.modules."


def heed_interrupts() -> None:
    """A process whose ancestor was started in the background would not notice SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class ModuleProcess:
    """A started module. ``result`` waits for its end."""

    def __init__(self, module: str, arguments: dict, **environment: str):
        root = Path(import_module(MODULES + module).__file__).parents[5]
        self._arguments = tempfile.NamedTemporaryFile("w", suffix=".json")
        json.dump({"ANSIBLE_MODULE_ARGS": arguments}, self._arguments)
        self._arguments.flush()
        self.process = subprocess.Popen(
            [sys.executable, "-m", MODULES + module, self._arguments.name],
            env={**os.environ, "PYTHONPATH": f"{root}:{os.environ.get('PYTHONPATH', '')}", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=heed_interrupts,
        )

    def end(self, timeout: float = 300) -> tuple[int, str, str]:
        """The exit code, what was written to standard output, and to standard error."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        finally:
            self._arguments.close()
        return self.process.returncode, out, err

    def result(self, timeout: float = 300) -> dict:
        """What it returned; an end without that is a ``crash``."""
        code, out, err = self.end(timeout)
        try:
            told = json.loads(out)
        except ValueError:
            told = {"failed": True, "crash": f"exit {code}: {out} {err}"}
        # From ansible-core 2.22 on a module tells Ansible, and nobody else, what to mask.
        told.pop("_ansible_new_secrets", None)
        return {"changed": False, "failed": False, **told}


def connection(emulator, **options) -> dict:
    """The options of the connection to an emulator."""
    given = {
        "app_key": emulator.app_key,
        "project_id": emulator.project_id,
        "region": "kr",
        "api_url": emulator.url,
        **options,
    }
    return {key: value for key, value in given.items() if value is not None}
