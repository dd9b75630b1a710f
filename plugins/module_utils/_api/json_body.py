# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse the JSON object in a response."""

from __future__ import annotations

import json
from typing import Any


def read_object(content: bytes) -> dict[str, Any]:
    """Parse a JSON object; empty if the content is anything else, or cannot be encoded as UTF-8 again."""
    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text or "\\uD" in text:
            # JSON can contain a lone surrogate, which cannot be printed.
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")
