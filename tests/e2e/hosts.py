# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of their own: a network namespace on a bridge, own processes, own files, own name, sshd and exporters."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path

HOST = Path(__file__).with_name("host.sh")
METADATA = "169.254.169.254"
START_SECONDS = 60


class Network:
    """A bridge in the controller's namespace, with an address for it and for each host."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.key = folder / "key"
        # No address is given twice unasked: a connection kept open by ssh may remember another host.
        self._numbers = itertools.count(2)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True)
        ip("link", "set", "lo", "up")
        ip("link", "add", "hosts", "type", "bridge")
        ip("address", "add", "10.213.0.1/16", "dev", "hosts")
        ip("link", "set", "hosts", "up")

    def number(self) -> int:
        return next(self._numbers)


class Host:
    """A machine, booted. ``server`` is its record at the service, once its agent has reported."""

    def __init__(self, name: str, network: Network, address: str | None = None):
        number = network.number()
        self.name = name
        self.address = address or f"10.213.{number // 250}.{number % 250}"
        self.instance_id = str(uuid.uuid4())
        self.server: dict = {}
        namespaces = ["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child"]
        boot = ["sh", str(HOST), name, self.address, self.instance_id, str(network.folder)]
        self._process = subprocess.Popen(["unshare", *namespaces, *boot], stdout=subprocess.PIPE, text=True)
        try:
            if self._process.stdout.readline() != "ready\n":
                raise RuntimeError(f"{name} does not boot")
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            self._init = children.read_text(encoding="utf-8").split()[0]
            self._connect(f"v{number}")
        except BaseException:
            self.stop()
            raise

    def _connect(self, cable: str) -> None:
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", self._init)
        ip("link", "set", cable, "master", "hosts", "up")
        ip("neighbour", "flush", "dev", "hosts", "to", self.address)
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "link", "set", "eth0", "up")
        self.answer_to(self.address)

    def answer_to(self, address: str) -> None:
        """Take an address of the bridge's network."""
        self.run("ip", "address", "add", f"{address}/16", "dev", "eth0")

    def enter(self, *command: str) -> list[str]:
        """What runs a command as root on the host."""
        return ["nsenter", "-t", self._init, "-m", "-u", "-n", "-p", "-r", "-w", *command]

    def reach(self, *command: str) -> list[str]:
        """What runs a command of the controller, with its files, in the host's network; it ends with the host."""
        return ["nsenter", "-t", self._init, "-n", "-p", *command]

    def run(self, *command: str) -> str:
        """Do it on the host as root; what it says."""
        return subprocess.run(self.enter(*command), check=True, capture_output=True, text=True, timeout=60).stdout

    def start(self, *command: str) -> subprocess.Popen:
        """Leave it running on the host, where it ends with the host at the latest."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self.enter(*command), stdin=quiet, stdout=quiet, stderr=quiet)

    def start_exporter(self, port: int = 9100) -> None:
        self.start("prometheus-node-exporter", f"--web.listen-address=:{port}")
        self.await_port(self.address, port)

    def serve_metadata(self, document: dict | None = None) -> None:
        """Have a metadata service as Nova's, with its document or another one."""
        file = "/srv/metadata/openstack/latest/meta_data.json"
        known = {"uuid": self.instance_id, "name": self.name} if document is None else document
        self.write(file, json.dumps(known))
        self.run("ip", "address", "add", f"{METADATA}/32", "dev", "lo")
        # The host's own: it has a /tmp of its own, where the Python of the tests is not.
        self.start("/usr/bin/python3", "-m", "http.server", "--bind", METADATA, "--directory", "/srv/metadata", "80")

    def write(self, file: str, text: str) -> None:
        self.run("sh", "-c", 'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"', "sh", file, text)

    def await_port(self, address: str, port: int) -> None:
        """Wait until something listens there, as seen from the controller."""

        def answered() -> bool:
            with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
                return True
            return False

        self.await_that(answered, f"somebody listens on {address}:{port}")

    def await_that(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: not within {START_SECONDS} seconds: {what}")
            time.sleep(0.05)

    def stop(self) -> None:
        """The kernel takes its processes, mounts and network away with it."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def ip(*arguments: str) -> None:
    """Ask iproute2 for something in the controller's namespace."""
    subprocess.run(["ip", *arguments], check=True, timeout=60)
