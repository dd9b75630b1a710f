# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python3 tests/emulator: runs the emulator from a checkout, wherever that lies."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from emulator.cli import main  # noqa: E402  pylint: disable=wrong-import-position,import-error

if __name__ == "__main__":
    sys.exit(main())
