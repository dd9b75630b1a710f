# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole emulator: its parts, and how it handles a call."""

from __future__ import annotations

import asyncio
import sys

from . import codes, prometheus, proxy
from .call import Call
from .calls import Calls
from .codes import Answer, GatewayRefusal, Refusal
from .documents import read_objects
from .fault import Fault
from .faults import Plan
from .journal import Journal
from .log import Log
from .options import Options
from .state import State


class Service:
    """Belongs to one event loop; nothing of it may be called from another thread."""

    def __init__(self, options: Options):
        self.options = options
        self.state = State(options, Journal(options.state))
        self.log = Log(options.log)
        self.plan = Plan([], options.seed)
        self._set_first_faults()
        self._calls = Calls(options, self.state)
        self._prometheus: dict[frozenset, prometheus.Prometheus] = {}
        self._client = None
        self._later = set()

    def _set_first_faults(self) -> None:
        given = self.options.faults or []
        if not isinstance(given, str):
            self.plan.set(given)
            return
        found = read_objects(given)
        self.plan.set([rule for _where, rule in found], [where for where, _rule in found])

    async def start(self):
        self._client = proxy.session()
        if not self.options.prometheus:
            return
        binary = prometheus.find(self.options.prometheus)
        if not binary:
            print("no program %s here: /prometheus answers 503" % self.options.prometheus, file=sys.stderr)
            return
        for projects in {frozenset(projects) for projects in self.options.app_keys.values()}:
            process = prometheus.Prometheus(binary, self.options.scrape_interval, projects, self.state)
            await process.start()
            self._prometheus[projects] = process
        self.state.measured = True
        self.state.changed = self._changed

    async def stop(self):
        for task in self._later:
            task.cancel()
        for process in self._prometheus.values():
            await process.stop()
        if self._client:
            await self._client.close()
        self.state.close()
        self.log.close()

    def _changed(self):
        for process in self._prometheus.values():
            process.changed()

    def reset(self):
        """As at the start."""
        for task in self._later:
            task.cancel()
        self.state.reset()
        self._set_first_faults()
        self.log.clear()

    async def answer(self, method: str, call: Call, fault: Fault | None) -> Answer | None:
        """Do the call as the fault, if there is one, lets it be done. None: no answer at all."""
        if fault is None:
            return await self._perform(method, call)
        real = None
        if fault.commit == "before":
            real = await self._perform(method, call)
        elif fault.commit == "late":
            self._perform_later(method, call, fault.late)
        await asyncio.sleep(fault.slow)
        if fault.commit == "after":
            real = await self._perform(method, call)
        return None if fault.drop else fault.answer or real

    def _perform_later(self, method: str, call: Call, seconds: float):
        async def later():
            await asyncio.sleep(seconds)
            await self._perform(method, call)

        task = asyncio.ensure_future(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _perform(self, method: str, call: Call) -> Answer:
        """Check, commit and answer, as the service does when nothing is wrong with it."""
        try:
            projects = self.options.app_keys.get(call.app_key)
            if projects is None:
                raise GatewayRefusal(401)
            if call.name == "prometheus":
                return await self._query(method, call, frozenset(projects))
            if call.project_id not in projects:
                raise GatewayRefusal(403)
            self.state.settle()
            if self._prometheus and call.name in ("list_targets", "get_target"):
                await self._prometheus[frozenset(projects)].look()
            return codes.success(getattr(self._calls, call.name)(call))
        except Refusal as error:
            return codes.refusal(error.code, body=self.options.error_body)
        except GatewayRefusal as error:
            return codes.gateway(error.status, self.options.gateway_body, error.message)

    async def _query(self, method: str, call: Call, projects: frozenset) -> Answer:
        base = self.options.prometheus_url
        if projects in self._prometheus:
            base = self._prometheus[projects].url
        if not base:
            raise GatewayRefusal(503, "the emulator has no Prometheus: start it with --prometheus")
        return await proxy.pass_on(self._client, base.rstrip("/"), method, call)
