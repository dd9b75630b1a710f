# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people see while it runs."""

from __future__ import annotations

import contextlib
import sys


def say(text: str) -> None:
    """A line on stdout. Whoever read it may be gone after Ctrl-C: cleaning up goes on."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def complain(text: str) -> None:
    """A line on stderr."""
    with contextlib.suppress(OSError, ValueError):
        print("live: %s" % text, file=sys.stderr, flush=True)
