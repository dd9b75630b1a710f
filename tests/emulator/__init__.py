# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of NHN Cloud System Monitoring: see README.md in this folder.

``Emulator(**options)`` runs it in a thread of this process, ``spawn(*arguments)`` as a process of its own.
"""

from __future__ import annotations

import importlib

_FOUND_IN = {"Emulator": ".thread", "Options": ".options", "free_port": ".ports", "spawn": ".process"}

__all__ = ["Emulator", "Options", "free_port", "spawn"]  # pylint: disable=undefined-all-variable


def __getattr__(name: str):
    """Imported when asked for, so that the command line can say in a sentence that aiohttp is missing."""
    if name not in _FOUND_IN:
        raise AttributeError(name)
    return getattr(importlib.import_module(_FOUND_IN[name], __name__), name)
