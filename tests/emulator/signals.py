# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGTERM, SIGINT and SIGHUP. Handlers are installed before anything else is imported."""

from __future__ import annotations

import asyncio
import os
import signal

HANDLED = [signal.SIGTERM, signal.SIGINT]
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it on purpose
    HANDLED.append(signal.SIGHUP)


def install(arguments: list[str]) -> None:
    """Until the event loop runs, a signal ends the program at once: nothing has been started that could be left."""

    def end(number, _frame):
        # Not by an exception: where Python is in a callback of its import system, it ignores one.
        os._exit(exit_code(number, "--" in arguments))

    for number in HANDLED:
        signal.signal(number, end)


def collect() -> asyncio.Queue:
    """From now on the signals go into this queue of the running event loop."""
    arrived = asyncio.Queue()
    for number in HANDLED:
        asyncio.get_running_loop().add_signal_handler(number, arrived.put_nowait, number)
    return arrived


def exit_code(number: int, has_command: bool) -> int:
    """A signal is the usual end of an emulator, but not of a command that it was to run."""
    return 128 + number if has_command else 0
