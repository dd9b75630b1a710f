# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clean text for messages. Text of the service is untrusted and can contain anything."""

from __future__ import annotations

import re

from ._secrets import redact, redact_cut

LONGEST = 300

# Ids that may enter a URL path: requests resolves "." and ".." there, even percent-encoded.
ID = re.compile(r"[A-Za-z0-9_-]+")


def one_line(text: str) -> str:
    """Redact secrets, and replace line breaks, control and bidirectional characters with spaces."""
    return _printable(redact(text))


def cleaned(text: object, limit: int = LONGEST) -> str:
    """Text of the service for a message: one line, printable, redacted, at most ``limit`` characters."""
    # Redact before truncating: a truncated secret is not found.
    clean = " ".join(_printable(redact_cut(redact(str(text)))[: 4 * limit]).split())
    return clean[:limit]


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(x if x.isprintable() else " " for x in text)
