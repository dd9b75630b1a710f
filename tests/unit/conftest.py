# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all unit tests share: a clean environment, waits of milliseconds, the emulator, and a way to run modules."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys

import hypothesis
import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _secrets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import reconcile_workspace, waiter, writes
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

WRITES = ("create_workspace", "update_workspace", "delete_workspace", "create_target", "delete_target")


# No test fails for the speed of the machine.
hypothesis.settings.register_profile(
    "any speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any speed")


def pytest_configure(config):
    """ansible-test has a fork for every test, which takes as long as the tests; these clean up after themselves."""
    config.pluginmanager.unregister(name="ansible_forked")


def pytest_unconfigure(config):
    """Keep the coverage of a worker of xdist, as ansible-test does only where a fork ends."""
    coverage = sys.modules.get("coverage")
    running = coverage and coverage.Coverage.current()
    if running and hasattr(config, "workerinput"):
        running.stop()
        running.save()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("NHNCLOUD_SYSMON_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_secrets():
    """A secret of one test would be redacted in all later ones."""
    yield
    _secrets.forget()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(retry, "FIRST_DELAY", 0.002)
    monkeypatch.setattr(writes, "SETTLE", 0.02)
    monkeypatch.setattr(reconcile_workspace, "SETTLE", 0.02)
    monkeypatch.setattr(waiter, "FIRST_POLL", 0.02)
    monkeypatch.setattr(waiter, "LONGEST_POLL", 0.05)


@pytest.fixture
def emulate():
    """Start an emulator with these options; it ends with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(Emulator(**options))


@pytest.fixture
def emulator(emulate):
    """Three servers, a default workspace, and a workspace "shop"."""
    running = emulate(servers=3, reserved=["@Linux"])
    running.add_workspace(jobName="shop", jobId="shop-id", description="The shop", metricsPath="/shop")
    return running


@pytest.fixture
def options_of():
    """The connection options for an emulator."""

    def options(emulator, **more):
        return {
            "app_key": emulator.app_key,
            "project_id": emulator.project_id,
            "region": "kr",
            "api_url": emulator.url,
            "validate_certs": True,
            "ca_path": None,
            "timeout": 5,
            "retries": 4,
            **more,
        }

    return options


@pytest.fixture
def client_of(options_of):
    """A client of an emulator."""
    return lambda emulator, connections=1, rate=None, **more: connect(
        options_of(emulator, **more), connections=connections, rate=rate
    )


@pytest.fixture
def writes_of():
    """The names of the writing calls that an emulator got, in order."""
    return lambda emulator: [entry["call"] for entry in emulator.requests() if entry["call"] in WRITES]


@pytest.fixture
def run_main(monkeypatch, capsys):
    """Run a module's main() in this process with these arguments; its result."""

    def run(name, arguments, check_mode=False):
        known = getattr(module_warnings, "_global_warnings", None)
        if known:
            known.clear()
        wanted = {**arguments, "_ansible_check_mode": check_mode, "_ansible_diff": True, "_ansible_no_log": False}
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": wanted}).encode())
        # Since ansible-core 2.19 a profile says how arguments and results are encoded.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        module = importlib.import_module(f"ansible_collections.nhncloud.sysmon.plugins.modules.{name}")
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            module.main()
        result = json.loads(capsys.readouterr().out)
        # From ansible-core 2.22 on a module tells Ansible, and nobody else, what to mask.
        result.pop("_ansible_new_secrets", None)
        assert bool(end.value.code) == bool(result.get("failed"))
        return result

    return run


@pytest.fixture
def run_on(run_main, options_of):
    """Run a module against an emulator; its result."""

    def run(emulator, name, arguments, check_mode=False, **connection):
        options = {key: value for key, value in options_of(emulator, **connection).items() if value is not None}
        return run_main(name, {**options, **arguments}, check_mode)

    return run
