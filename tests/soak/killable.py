# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run event sources in forks of this process, which are killed at random points. No Ansible here.

Each line of standard input is a life: JSON with ``path``, ``args``, ``log``, ``journal``, ``seed`` and ``chance`` (of being
killed at each point). The answer is the process id, and a second line once the process has ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import runpy
import signal
import sys
from pathlib import Path
from types import SimpleNamespace


def load(path: str) -> dict:
    """The names of an event source, its layers imported beforehand."""
    names = runpy.run_path(path)
    for layer in ("event_loop", "event_sources"):
        names["_layer"](layer)
    return names


class Life:
    """One process of a source."""

    def __init__(self, order: dict) -> None:
        self.order, self.chance, self.moment = order, random.Random(order["seed"]), 0

    def point(self) -> None:
        """Perhaps the end."""
        if self.chance.random() < self.order["chance"]:
            os.kill(os.getpid(), signal.SIGKILL)

    async def put(self, event: dict) -> None:
        """Take an event, which is written down before this returns."""
        self.point()
        append(self.order["log"], event)
        self.point()

    def replace(self, new: str, path: str) -> None:
        """In place of os.replace: write down which answer this state comes from."""
        text = Path(new).read_text(encoding="utf-8")
        if not os.path.exists(path):
            Path(path).with_name("first.json").write_text(text, encoding="utf-8")
        state = json.loads(text)["state"] or {}
        append(self.order["journal"], [*answers(state), self.moment])
        self.point()
        os.rename(new, path)
        self.point()

    def run(self, names: dict) -> None:
        """Until it is killed."""
        layer = names["_layer"]
        layer("state_file").os = SimpleNamespace(**{**vars(os), "replace": self.replace, "fsync": self.fsync})
        server_events = sys.modules["nhncloud.sysmon.plugins.module_utils._model.server_events"]
        transport = sys.modules["nhncloud.sysmon.plugins.module_utils._api.transport"].Transport
        send, advance = transport.send, server_events.advance

        def send_and_perhaps_die(*args, **options):
            self.point()
            reply = send(*args, **options)
            self.point()
            return reply

        def advance_and_remember(watch, state, moment, *lists):
            self.moment = moment
            return advance(watch, state, moment, *lists)

        transport.send, server_events.advance = send_and_perhaps_die, advance_and_remember
        asyncio.run(names["main"](self, self.order["args"]))

    def fsync(self, _file: int) -> None:
        """A killed process loses nothing that the kernel has."""
        self.point()


def answers(state: dict) -> list[str | None]:
    """The numbers of the answers that a state comes from: empty for a list of nothing, None for no list."""
    servers, targets = state.get("servers"), state.get("targets")
    return [
        None if servers is None else servers.get("marker", {}).get("record", {}).get("ip", ""),
        None if targets is None else targets.get("marker", {}).get("record", {}).get("last_modified_by", ""),
    ]


def append(path: str, value: object) -> None:
    """One line at the end of a file, at once."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, json.dumps(value).encode() + b"\n")
    os.close(handle)


def main() -> None:
    """One life after another."""
    sources: dict = {}
    for line in sys.stdin:
        order = json.loads(line)
        names = sources.get(order["path"]) or load(order["path"])
        sources[order["path"]] = names
        process = os.fork()
        if not process:
            try:
                Life(order).run(names)
            finally:
                os._exit(3)
        print(process, flush=True)
        _process, status = os.waitpid(process, 0)
        print(status, flush=True)


if __name__ == "__main__":
    main()
