# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of JSON objects from files, with the line of each object, so that errors can name it."""

from __future__ import annotations

import json
import re

_BLANK = re.compile(r"[ \t\r\n]*")


def read_objects(path: str) -> list[tuple[str, dict]]:
    """Pairs of (``FILE, line N``, object). ValueError names file and line of what is not right."""
    with open(path, encoding="utf-8") as stream:
        try:
            text = stream.read()
        except UnicodeDecodeError as error:
            raise ValueError("%s, line 1: not UTF-8 text: %s" % (path, error)) from None
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError("%s, line %d: %s" % (path, error.lineno, error.msg)) from None
    except RecursionError:
        raise ValueError("%s, line 1: nested too deep" % path) from None
    if not isinstance(whole, list):
        raise ValueError("%s, line 1: a list of objects is needed" % path)
    found = []
    place = text.index("[") + 1
    for _entry in whole:
        place = _BLANK.match(text, place).end()
        where = "%s, line %d" % (path, text.count("\n", 0, place) + 1)
        value, place = json.JSONDecoder().raw_decode(text, place)
        if not isinstance(value, dict):
            raise ValueError("%s: an object is needed, not %s" % (where, json.dumps(value)[:40]))
        found.append((where, value))
        place = _BLANK.match(text, place).end() + 1  # past the comma
    return found
