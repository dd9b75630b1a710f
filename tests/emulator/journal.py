# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state on disk: a line of JSON per change, so that it survives any end of the process."""

from __future__ import annotations

import json
import os


class Journal:
    """Without a path it remembers nothing."""

    def __init__(self, path: str | None):
        self._path = path
        self._stream = None

    def read(self) -> list[dict]:
        if not self._path or not os.path.exists(self._path):
            return []
        with open(self._path, encoding="utf-8") as stream:
            # a line without its end was being written when the process died: it was never answered
            return [json.loads(line) for line in stream if line.endswith("\n")]

    def rewrite(self, changes: list[dict]) -> None:
        """Start anew from these changes."""
        if not self._path:
            return
        self.close()
        with open(self._path + ".new", "w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(change) + "\n" for change in changes)
        os.replace(self._path + ".new", self._path)
        self._stream = open(self._path, "a", encoding="utf-8")

    def write(self, change: dict) -> None:
        if self._stream:
            self._stream.write(json.dumps(change) + "\n")
            self._stream.flush()

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None
