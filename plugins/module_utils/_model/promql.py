# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Minimal PromQL parsing: comments, strings and plain selectors.

Source: "Querying basics" of the Prometheus documentation.
"""

from __future__ import annotations

import json
import re

_TEXT = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`'
_TEXT_OR_COMMENT = re.compile(rf"({_TEXT})|#[^\n]*", re.DOTALL)
_SELECTOR = re.compile(
    rf"(?=[^\s])([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(\{{(?:[^{{}}\"'`]|{_TEXT})*\}})?",
    re.DOTALL,
)


def without_comments(query: str) -> str:
    """The query without comments, so that more PromQL can be appended."""
    return _TEXT_OR_COMMENT.sub(lambda found: found[1] or "", query).strip()


def plain_selector(query: str) -> str | None:
    """The selector, if the query is one, without comments and parentheses; else None.

    Only samples of a plain selector have their own time. A selector with offset or @ counts as an expression.
    """
    text = without_comments(query)
    while text[:1] == "(" and text[-1:] == ")":
        text = text[1:-1].strip()
    return text if _SELECTOR.fullmatch(text) else None


def quoted(text: str) -> str:
    """Text as a PromQL string literal."""
    return json.dumps(text, ensure_ascii=False)
