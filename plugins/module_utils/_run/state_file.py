# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State file of an event source: a restart misses no event, and repeats none under another id."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from .._errors import SysmonError
from .._model.times import is_time
from .._secrets import redact

VERSION = 1


@dataclass(frozen=True)
class Memory:
    """What an event source stores: the source's own ``state``, and ``pending`` events that may not have been sent yet.

    ``away_since`` is when the service became unreachable (Unix milliseconds), None while it is reachable.
    """

    state: Any = None
    away_since: int | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)


class StateFile:
    """Reads and replaces the file. Without a path nothing is stored.

    ``watched`` names what the source watches: the file of another query or project is rejected. ``is_state`` validates
    the source's part of the memory. All methods raise SysmonError of kind config.
    """

    def __init__(self, path: str | None, watched: str, is_state: Callable[[Any], bool] = lambda _state: True) -> None:
        # Follow a symbolic link, and replace its target.
        self._path = os.path.realpath(os.path.expanduser(path)) if path else None
        self._watched = redact(watched)
        self._is_state = is_state
        self._lock: int | None = None
        self._writing = threading.Lock()

    def lock(self) -> None:
        """Lock the file against other sources until ``unlock``, or until the process ends."""
        if self._path is None:
            return
        try:
            self._lock = os.open(self._beside("lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise self._unusable("is in use by another event source: give each source its own file") from None
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):  # a file system without locks
                raise self._unwritable(error) from None

    def unlock(self) -> None:
        """Release the lock. Later writes do nothing: a thread may outlive its source."""
        with self._writing:
            self._path = None
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def read(self) -> Memory:
        """Read the stored memory. Raises SysmonError of kind config if it does not belong to this source."""
        if self._path is None or not os.path.exists(self._path):
            return Memory()
        try:
            with open(self._path, encoding="utf-8") as file:
                content = json.load(file)
            version, watched = content.pop("version"), content.pop("watched")
            if version != VERSION:
                raise self._unusable("is from another version of the collection; remove it to start anew")
            if watched != self._watched:
                raise self._unusable(f"belongs to {watched!r}: give each source its own file, or remove this one")
            memory = Memory(**content)
        except OSError as error:
            raise self._unusable(f"cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._damaged() from None
        if not (
            (memory.state is None or self._is_state(memory.state))
            and (memory.away_since is None or is_time(memory.away_since))
            and isinstance(memory.pending, list)
            and all(isinstance(event, dict) and {"id", "type"} <= event.keys() for event in memory.pending)
        ):
            raise self._damaged()
        return memory

    def write(self, memory: Memory) -> None:
        """Replace the file atomically. Raises SysmonError of kind config if it cannot be written."""
        with self._writing:
            if self._path is not None:
                self._replace(memory)

    def _replace(self, memory: Memory) -> None:
        content = {"version": VERSION, "watched": self._watched, **asdict(memory)}
        name = self._beside("new")
        try:
            with suppress(FileNotFoundError):
                os.unlink(name)  # left by a process that was killed
            handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(json.dumps(content))
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, str(self._path))
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise self._unwritable(error) from None

    def _beside(self, ending: str) -> str:
        folder, name = os.path.split(str(self._path))
        return os.path.join(folder, f".{name}.{ending}")

    def _unwritable(self, error: OSError) -> SysmonError:
        if not os.path.isdir(os.path.dirname(str(self._path))):
            return self._unusable("cannot be written: its folder does not exist")
        return self._unusable(f"cannot be written ({error.strerror})")

    def _damaged(self) -> SysmonError:
        return self._unusable("is not a state of this event source; remove it to start anew")

    def _unusable(self, what: str) -> SysmonError:
        return SysmonError("config", f"state_file {self._path!r} {what}.")
