# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks Prometheus by plain HTTP: a JSON list of [path, form, queries] from stdin, the data of all answers to stdout."""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request


def ask(url: str, form: dict[str, str]) -> object:
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(urllib.parse.quote(url, safe=":/?&=%"), data, timeout=30) as reply:
        return json.load(reply)["data"]


forms = [
    (path, form if query is None else {**form, "query": query})
    for path, form, queries in json.load(sys.stdin)
    for query in queries
]
json.dump([ask(f"{sys.argv[1]}/api/v1/{path}", form) for path, form in forms], sys.stdout)
