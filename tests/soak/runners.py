# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to run a module: its code in this process, for volume, and the module as a process, as Ansible does."""

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.client import Client
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import (
    reconcile_targets,
    reconcile_workspace,
    waiter,
    writes,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import remember

from .chance import SECRET
from .processes import ModuleProcess, connection


class InProcess:
    """Calls what the module calls, with waits short enough for thousands of runs."""

    timeout = 0.4

    def __init__(self, emulator):
        self._emulator = emulator
        self._waits = {
            (retry, "FIRST_DELAY"): 0.002,
            (writes, "SETTLE"): self.timeout,
            (reconcile_workspace, "SETTLE"): self.timeout,
            (waiter, "FIRST_POLL"): 0.005,
        }
        self._usual = {place: getattr(*place) for place in self._waits}

    def __enter__(self) -> InProcess:
        for (module, name), value in self._waits.items():
            setattr(module, name, value)
        return self

    def __exit__(self, *error) -> None:
        for (module, name), value in self._usual.items():
            setattr(module, name, value)

    def run(self, module: str, params: dict, check_mode: bool) -> dict:
        """The result, as Ansible would see it. Anything but a SysmonError is a ``crash``."""
        ensure = {
            "sysmon_workspace": reconcile_workspace.ensure_workspace,
            "sysmon_target": reconcile_targets.ensure_target,
            "sysmon_targets": reconcile_targets.ensure_targets,
        }[module]
        error = None
        try:
            result, error = ensure(self._client(params), params, check_mode)
        except SysmonError as raised:
            result, error = {}, raised
        except Exception as crash:  # pylint: disable=broad-except
            result = {"crash": f"{type(crash).__name__}: {crash}"}
        told = {"changed": False, **result, "failed": error is not None or "crash" in result}
        if error is not None:
            told.update(msg=str(error), error=error.as_result())
        return {**told, "purge": params.get("purge", False)}

    def _client(self, params: dict) -> Client:
        remember(SECRET)
        headers = {"X-TC-APP-KEY": SECRET, "User-Agent": "nhncloud.sysmon/soak"}
        connections = params.get("max_workers", 1)
        transport = Transport(
            self._emulator.url, headers, timeout=self.timeout, connections=connections, use_proxies=False
        )
        return Client(
            transport,
            project_id="emulator",
            region="kr",
            timeout=self.timeout,
            retries=params["retries"],
            limiter=RateLimiter(),
        )


class AsProcess:
    """Starts the module, as its author would to debug it."""

    timeout = 1

    def __init__(self, emulator):
        self._emulator = emulator

    def run(self, module: str, params: dict, check_mode: bool) -> dict:
        """The result; an end without one is a ``crash``."""
        given = {key: _without_none(value) for key, value in params.items() if value is not None}
        options = connection(self._emulator, timeout=self.timeout, _ansible_check_mode=check_mode)
        return {**ModuleProcess(module, {**given, **options}).result(), "purge": params.get("purge", False)}


def _without_none(value):
    """As a playbook would say it: what is not given is left out."""
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None}
    return value
