# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the state in a file: a line of JSON for each change, so that a kill at any moment loses nothing."""

from __future__ import annotations

import fcntl
import json
import os

HEADER = {"state_of": "nhncloud.sysmon emulator", "version": 1}


class Journal:
    """Without a path it keeps nothing. With one it locks the file until it is closed."""

    def __init__(self, path: str | None):
        self.path = path
        self._stream = None

    def read(self) -> list[tuple[str, dict]]:
        """Pairs of (``FILE, line N``, change). Refuses a file that is not a state, or that another emulator uses."""
        if not self.path:
            return []
        self._stream = _locked(self.path)
        try:
            return self._changes()
        except BaseException:
            self.close()
            raise

    def _changes(self) -> list[tuple[str, dict]]:
        with open(self.path, encoding="utf-8", errors="replace") as stream:
            lines = list(stream)
        if not lines:
            return []
        try:
            header = json.loads(lines[0])
        except (ValueError, RecursionError):
            header = None
        if header != HEADER:
            raise ValueError("%s, line 1: not a state of the emulator; choose another file or remove it" % self.path)
        changes = []
        for number, line in enumerate(lines[1:], 2):
            if not line.endswith("\n"):
                break  # it was being written when the process died: it was never answered
            where = "%s, line %d" % (self.path, number)
            try:
                change = json.loads(line)
            except (ValueError, RecursionError):
                raise ValueError("%s: not JSON" % where) from None
            changes.append((where, change))
        return changes

    def rewrite(self, changes: list[dict]) -> None:
        """Rewrite the file with these changes. The new file is locked before it replaces the old one."""
        if not self.path:
            return
        stream = open(self.path + ".new", "w", encoding="utf-8")
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.writelines(json.dumps(change) + "\n" for change in [HEADER, *changes])
        stream.flush()
        os.replace(self.path + ".new", self.path)
        self.close()
        self._stream = stream

    def write(self, change: dict) -> None:
        if self._stream:
            self._stream.write(json.dumps(change) + "\n")
            self._stream.flush()

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None


def _locked(path: str):
    while True:
        stream = open(path, "a", encoding="utf-8")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(path) and os.path.samestat(os.fstat(stream.fileno()), os.stat(path)):
                return stream
        except BlockingIOError:
            stream.close()
            raise ValueError("%s is in use by another emulator" % path) from None
        stream.close()  # the file was replaced between opening and locking
