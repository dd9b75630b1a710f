# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests share: the network, the service, and a stage with fresh hosts for each test."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1])]

from emulator import Emulator  # noqa: E402
from hosts import Host, Network  # noqa: E402
from play import Controller, Run  # noqa: E402

ROLE = "nhncloud.sysmon.register_targets"
WRITES = ("create_workspace", "update_workspace", "delete_workspace", "create_target", "delete_target")
APP_KEY = "e2e-appkey-KeepMeSecret"


def pytest_addoption(parser) -> None:
    parser.addoption("--cycles", type=int, default=5, metavar="N", help="cycles of autoscaling (default: 5)")


class Stage:
    """One test: its hosts, the service, and the controller."""

    def __init__(self, network: Network, service: Emulator, controller: Controller):
        self.network = network
        self.service = service
        self.controller = controller
        self._hosts: list[Host] = []
        self._timers: list[threading.Timer] = []

    def host(
        self,
        name: str,
        listed: bool = True,
        exporter: bool = True,
        metadata: bool = True,
        address: str | None = None,
        **server,
    ) -> Host:
        """Boot a host. ``listed``: its agent has reported; ``server``: what the service knows of it instead.

        ``address``: that of a host which is gone.
        """
        host = Host(name, self.network, address)
        self._hosts.append(host)
        if listed:
            self.report(host, **server)
        if metadata:
            host.serve_metadata()
        if exporter:
            host.start_exporter()
        host.await_port(host.address, 22)
        return host

    def hosts(self, *names: str, **how) -> list[Host]:
        return [self.host(name, **how) for name in names]

    def report(self, host: Host, **server) -> None:
        """Its agent reports, so the service lists it."""
        known = {"hostNm": host.name, "svrIp": host.address, "instanceId": host.instance_id, **server}
        host.server = self.service.add_server(**known)

    def later(self, seconds: float, act, *arguments) -> None:
        timer = threading.Timer(seconds, act, arguments)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)

    def inventory(self, *hosts: Host | str, more: str = "") -> str:
        """A group web of hosts; text stands for a line of its own."""
        lines = [host if isinstance(host, str) else f"{host.name} ansible_host={host.address}" for host in hosts]
        return "\n".join(["[web]", *lines, more, ""])

    def register(self, inventory: str, *arguments: str, play: dict | None = None, **variables) -> Run:
        """Apply the role to the group web, as a play of its own."""
        wanted = {"workspace": "shop", "server_timeout": 0, **variables}
        role = {"role": ROLE, **{f"register_targets_{name}": value for name, value in wanted.items()}}
        whole = {"hosts": "web", "gather_facts": False, "roles": [role], **(play or {})}
        return self.controller.play([whole], inventory, *arguments)

    def targets(self, workspace: str | None = None) -> list[tuple[str, int]]:
        """(address, port) of what the service has registered, sorted."""
        state = self.service.state
        names = {record["jobId"]: record["jobName"] for record in state["workspaces"]}
        return sorted(
            (target["svrIp"], target["port"])
            for target in state["targets"]
            if workspace in (None, names[target["jobId"]])
        )

    def written(self) -> list[str]:
        """The calls that changed something, since the last look."""
        calls = [request["call"] for request in self.service.requests() if request["call"] in WRITES]
        self.service.clear()
        return calls

    def await_silence(self, seconds: int, *hosts: Host) -> None:
        """Wait until Prometheus has no sample of the hosts for so long. It scrapes them for some time after they are gone."""
        addresses = "|".join(host.address.replace(".", "[.]") for host in hosts)
        query = f'count_over_time(up{{instance=~"({addresses}):.*"}}[{seconds}s])'
        hosts[0].await_that(lambda: not self.service.query(query), f"{seconds} seconds without samples")

    def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        for host in self._hosts:
            host.stop()


@pytest.fixture(scope="session")
def folder() -> Path:
    """Everything that a run writes is in memory, and disappears with the namespace."""
    for mount in ("/run", "/mnt"):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", mount], check=True)
    # The controller must get by without: whatever wants to be root here fails. The hosts do not see this.
    subprocess.run(["mount", "--bind", "/bin/false", os.path.realpath("/usr/bin/sudo")], check=True)
    tempfile.tempdir = os.environ["TMPDIR"] = "/run"
    return Path("/run")


@pytest.fixture(scope="session")
def network(folder: Path) -> Network:
    return Network(folder)


@pytest.fixture(scope="session")
def running_service(network: Network) -> Iterator[Emulator]:
    with Emulator(app_keys={APP_KEY: ["e2e"]}, prometheus="prometheus") as emulator:
        yield emulator


@pytest.fixture
def service(running_service: Emulator) -> Emulator:
    running_service.reset()
    running_service.clear()
    return running_service


@pytest.fixture
def stage(network: Network, service: Emulator) -> Iterator[Stage]:
    environment = {
        "NHNCLOUD_SYSMON_APP_KEY": APP_KEY,
        "NHNCLOUD_SYSMON_PROJECT_ID": "e2e",
        "NHNCLOUD_SYSMON_REGION": "kr",
        "NHNCLOUD_SYSMON_API_URL": service.url,
    }
    with tempfile.TemporaryDirectory(prefix="e2e-") as folder:
        controller = Controller(Path(folder), network.key, environment)
        with contextlib.closing(Stage(network, service, controller)) as stage:
            yield stage
