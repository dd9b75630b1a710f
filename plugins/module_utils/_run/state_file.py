# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event source remembers: in a file, so that a restart misses nothing and repeats nothing under another id."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from typing import Any

from .._errors import SysmonError
from .._secrets import redact

VERSION = 1


@dataclass(frozen=True)
class Memory:
    """``state`` belongs to the source; ``pending`` are the events that lead to it and are perhaps not taken yet."""

    state: Any = None
    away_since: int | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)


class StateFile:
    """Reads and replaces the file. Without a path nothing outlives the process.

    ``watched`` is what the source watches: the state of another query or project must not be taken for its own.
    """

    def __init__(self, path: str | None, watched: str) -> None:
        self._path = os.path.abspath(os.path.expanduser(path)) if path else None
        self._watched = redact(watched)

    def read(self) -> Memory:
        """What was written last. Raises SysmonError of kind config where that is not a state of this source."""
        if self._path is None or not os.path.exists(self._path):
            return Memory()
        try:
            with open(self._path, encoding="utf-8") as file:
                content = json.load(file)
            version, watched = content.pop("version"), content.pop("watched")
            memory = Memory(**content)
            if version != VERSION or not isinstance(memory.pending, list):
                raise ValueError
        except OSError as error:
            raise self._unusable(f"cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._unusable("is not a state of this event source; remove it to start anew") from None
        if watched != self._watched:
            raise self._unusable(f"belongs to {watched!r}: give each source a file of its own, or remove it")
        return memory

    def write(self, memory: Memory) -> None:
        """Replace the file at once: whoever reads it sees the old or the new state."""
        if self._path is None:
            return
        content = {"version": VERSION, "watched": self._watched, **asdict(memory)}
        try:
            handle, name = tempfile.mkstemp(dir=os.path.dirname(self._path), prefix=".sysmon-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self._path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise self._unusable(f"cannot be written ({error.strerror})") from None

    def _unusable(self, what: str) -> SysmonError:
        return SysmonError("config", f"state_file {self._path!r} {what}.")
