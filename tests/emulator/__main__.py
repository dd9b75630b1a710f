# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python3 tests/emulator, or python3 -m ansible_collections.nhncloud.sysmon.tests.emulator."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if not __package__:
    sys.path[0] = str(HERE.parent)
PACKAGE = __package__ or HERE.name

if __name__ == "__main__":
    importlib.import_module(PACKAGE + ".signals").install(sys.argv[1:])

try:
    main = importlib.import_module(PACKAGE + ".cli").main
except ImportError as error:
    if not (error.name or "").startswith("aiohttp"):
        raise
    sys.exit(
        "emulator: aiohttp is missing for %s: install it with '%s -m pip install -r %s'"
        % (sys.executable, sys.executable, HERE / "requirements.txt")
    )

if __name__ == "__main__":
    sys.exit(main())
