# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator in a thread of this process, for tests."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.parse
import urllib.request

from .admin import Admin
from .options import Options
from .server import Server


class Emulator:
    """``with Emulator(servers=3, reserved=["@Linux"]) as emulator: ... emulator.url``

    Takes the fields of Options. Every method may be called from any thread.
    """

    def __init__(self, **options):
        self.options = Options(**options)
        self.url = None
        self._loop = None
        self._thread = None
        self._server = None
        self._admin = None

    def __enter__(self) -> Emulator:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulator", daemon=True)
        self._thread.start()
        try:
            self._run(self._start())
        except BaseException:
            self._end()
            raise
        self.url = self._server.url
        return self

    def __exit__(self, *error) -> None:
        try:
            self._run(self._server.stop())
        finally:
            self._end()

    async def _start(self):
        self._server = Server(self.options)
        await self._server.start()
        self._admin = Admin(self._server.service)

    def _end(self):
        async def cancel_all():
            """Connections that are still answering, or the loop would complain of each when it is closed."""
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            if others:
                await asyncio.wait(others, timeout=5)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(cancel_all(), self._loop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, coroutine, timeout: float = 60):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    def _do(self, function, *args):
        async def act():
            return function(*args)

        return self._run(act())

    @property
    def app_key(self) -> str:
        return next(iter(self.options.app_keys))

    @property
    def project_id(self) -> str:
        return self.options.projects[0]

    @property
    def state(self) -> dict:
        """A copy: lists of workspaces, targets, servers and pending_servers."""
        return self._do(self._server.service.state.snapshot)

    def requests(self, call: str | None = None) -> list[dict]:
        """What was asked so far, or of it what was asked by one call."""
        log = self._server.service.log
        return self._do(lambda: [dict(entry) for entry in log.entries if call in (None, entry["call"])])

    def clear(self) -> None:
        """Forget the requests so far."""
        self._do(self._server.service.log.clear)

    def stats(self) -> dict:
        return self._do(self._server.service.log.stats)

    def query(self, promql: str) -> list[dict]:
        """The result of an instant query, asked over HTTP as any client does."""
        url = f"{self.url}/prometheus/api/v1/query?{urllib.parse.urlencode({'query': promql})}"
        request = urllib.request.Request(url, headers={"X-TC-APP-KEY": self.app_key})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["data"]["result"]

    def faults(self, rules: list[dict] | None = None) -> list[dict]:
        """Set the plan of faults, if one is given; the plan with its counts."""
        plan = self._server.service.plan
        if rules is not None:
            self._do(plan.set, rules)
        return self._do(plan.get)

    def reset(self) -> None:
        self._do(self._server.service.reset)

    def add_server(self, **fields) -> dict:
        return self._do(self._admin.add_server, fields)

    def add_workspace(self, **fields) -> dict:
        return self._do(self._admin.add_workspace, fields)

    def add_target(self, **fields) -> dict:
        return self._do(self._admin.add_target, fields)

    def change(self, kind: str, key: str, **fields) -> dict:
        """`kind` is workspaces, targets or servers."""
        return self._do(self._admin.change, kind, key, fields)

    def remove(self, kind: str, key: str) -> dict:
        return self._do(self._admin.remove, kind, key)
