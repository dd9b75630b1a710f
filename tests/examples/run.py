# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests of examples/. Arguments go to pytest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    here = str(Path(__file__).resolve().parent)
    options = ["-p", "no:cacheprovider", "--rootdir", here, "--import-mode=importlib", "--durations=5", "-v"]
    sys.exit(pytest.main([*options, *(sys.argv[1:] or [here])]))
