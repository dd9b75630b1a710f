# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of NHN Cloud System Monitoring: see README.md in this folder.

``Emulator(**options)`` runs it in a thread of this process, ``spawn(*arguments)`` as a process of its own.
"""

from __future__ import annotations

from .options import Options
from .process import spawn
from .thread import Emulator

__all__ = ["Emulator", "Options", "spawn"]
