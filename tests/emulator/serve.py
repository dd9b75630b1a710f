# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program: it serves until a signal comes, or while a command runs."""

from __future__ import annotations

import asyncio

from . import signals
from .command import Command
from .options import Options
from .server import Server


async def serve(server: Server, words: list[str]) -> int:
    """The exit code. `words` is the command, empty for none."""
    arrived = signals.collect()
    try:
        number = await _start(server, arrived)
        if number:
            return signals.exit_code(number, bool(words))
        if words:
            return await Command(words, variables(server.url, server.options)).run(arrived)
        print("listening on %s" % server.url, flush=True)
        await arrived.get()
        return 0
    finally:
        await server.stop()


async def _start(server: Server, arrived: asyncio.Queue) -> int:
    """Wait until it is ready; the number of a signal that came before that, else 0."""
    starting = asyncio.ensure_future(server.start())
    signalled = asyncio.ensure_future(arrived.get())
    limit = server.options.start_limit
    await asyncio.wait({starting, signalled}, return_when=asyncio.FIRST_COMPLETED, timeout=limit)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        if signalled.done():
            return signalled.result()
        signalled.cancel()
        raise RuntimeError("it was not ready after %g seconds; --start-limit sets how long to wait" % limit)
    if not signalled.done():
        signalled.cancel()
        starting.result()
        return 0
    return signalled.result()


def variables(url: str, options: Options) -> dict[str, str]:
    """What the collection reads from the environment."""
    app_key, projects = next(iter(options.app_keys.items()))
    return {
        "NHNCLOUD_SYSMON_API_URL": url,
        "NHNCLOUD_SYSMON_APP_KEY": app_key,
        "NHNCLOUD_SYSMON_PROJECT_ID": projects[0],
        "NHNCLOUD_SYSMON_REGION": "kr",
    }
