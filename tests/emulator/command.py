# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command beside the emulator, and end whatever it leaves running."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import glob
import os
import signal
import subprocess
import sys
import time

POLL_SECONDS = 0.05
GRACE_SECONDS = 10  # for a command that got a signal
LEFTOVER_SECONDS = 3  # for what a command left running, after SIGTERM
PR_SET_CHILD_SUBREAPER = 36
NOT_EXECUTABLE, NOT_FOUND = 126, 127  # exit codes, as a shell's


class Command:
    """A command in a session of its own: Ctrl-C reaches it only through us, and no terminal can stop it."""

    def __init__(self, words: list[str], variables: dict[str, str]):
        self._words = words
        self._environment = {**os.environ, **variables}
        self._process = None
        self._before: set[int] = set()  # our child processes before the command

    async def run(self, arrived: asyncio.Queue) -> int:
        """Its exit code. Signals that arrive are passed on to it."""
        _adopt_orphans()
        self._before = _children()
        try:
            self._process = subprocess.Popen(self._words, env=self._environment, start_new_session=True)
        except OSError as error:
            print("emulator: cannot run %s: %s" % (self._words[0], error.strerror), file=sys.stderr)
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        try:
            await self._wait(arrived)
        finally:
            await self._end()
        code = self._process.wait()
        return code if code >= 0 else 128 - code

    async def _wait(self, arrived: asyncio.Queue) -> None:
        """Until it ends; not longer than GRACE_SECONDS after a signal, and not at all after a second one."""
        deadline = None
        while self._process.poll() is None and (deadline is None or time.monotonic() < deadline):
            await asyncio.sleep(POLL_SECONDS)
            self._reap()  # a command may be waiting until a daemon of its own is gone
            if not arrived.empty():
                self._send(arrived.get_nowait(), [])
                deadline = time.monotonic() + GRACE_SECONDS if deadline is None else 0

    async def _end(self) -> None:
        """End the process group and the daemons that left it, and reap them."""
        for number, seconds in ((signal.SIGTERM, LEFTOVER_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
            deadline = time.monotonic() + seconds
            sent = set()
            while time.monotonic() < deadline:
                left = self._reap()
                if not left:
                    return
                if left - sent:
                    self._send(number, left - sent)
                    sent |= left
                await asyncio.sleep(POLL_SECONDS)

    def _send(self, number: int, others: set[int] | list[int]) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
        for pid in others:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def _reap(self) -> set[int]:
        """What is still there: the group, by its first process, and orphans that became our children."""
        left = set()
        if self._process.poll() is None:
            left.add(self._process.pid)
        for pid in _children() - self._before - {self._process.pid}:
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG) == (0, 0):
                    left.add(pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 0)
            left.add(self._process.pid)
        return left


def _adopt_orphans() -> None:
    """On Linux, orphans of the command become children of this process instead of init's."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> set[int]:
    """Ids of this process's children; none where /proc does not tell them."""
    found = set()
    for path in glob.glob("/proc/self/task/*/children"):
        with contextlib.suppress(OSError), open(path, encoding="ascii") as stream:
            found.update(int(pid) for pid in stream.read().split())
    return found
