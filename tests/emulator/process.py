# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a process of its own, for tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
READY_SECONDS = 60
END_SECONDS = 10


class Url(str):
    """Where it listens, and the process that does, as in ``url.process.kill()``."""

    process: subprocess.Popen


@contextlib.contextmanager
def spawn(*arguments: str, python: str = sys.executable):
    """Run it with these arguments of the command line; gives its URL, and ends it."""
    with tempfile.TemporaryDirectory(prefix="sysmon-emulator-") as folder:
        ready = os.path.join(folder, "ready")
        process = subprocess.Popen([python, HERE, "--ready-file", ready, *arguments], stdout=subprocess.DEVNULL)
        try:
            url = Url(_wait(process, ready))
            url.process = process
            yield url
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen, ready: str) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), open(ready, encoding="utf-8") as stream:
            url = stream.read().strip()
            if url:
                return url
        time.sleep(0.02)
    raise RuntimeError("the emulator did not start")
