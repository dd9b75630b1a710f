# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a Python file as ansible-rulebook runs an event source, and take the names that it defines."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def load_names(path: Path) -> dict[str, Any]:
    """As runpy.run_path, which takes every file for a package where Ansible's collection loader is at work."""
    names: dict[str, Any] = {"__name__": "<run_path>", "__file__": str(path)}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)  # pylint: disable=exec-used
    return names
