# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clean texts that are shown to people. What the service says is data: it may hold anything."""

from __future__ import annotations

import re

from ._secrets import redact, redact_cut

LONGEST = 300

# What may be part of a path: requests collapses "." and ".." there, even percent-encoded.
ID = re.compile(r"[A-Za-z0-9_-]+")


def one_line(text: str) -> str:
    """A text without secrets, its control and bidirectional characters and line breaks as blanks."""
    return _printable(redact(text))


def cleaned(text: object, limit: int = LONGEST) -> str:
    """A text of the service for a message: on one line, printable, without secrets, and at most ``limit`` long."""
    # The secret goes first: a part of it would not be found any more.
    clean = " ".join(_printable(redact_cut(redact(str(text)))[: 4 * limit]).split())
    return clean[:limit]


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(x if x.isprintable() else " " for x in text)
