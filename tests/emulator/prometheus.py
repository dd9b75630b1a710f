# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Prometheus per set of projects, fed from the targets of the state."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from .ports import free_port
from .state import State

# Runs Prometheus until the pipe closes, which it does however this process ends; then removes its folder.
# The file `ended` shows at once that Prometheus ended by itself.
WATCH = """
folder=$1; shift; exec 3<&0
"$@" >"$folder/log" 2>&1 3<&- & pid=$!
{ cat <&3 >/dev/null; [ -e "$folder/ended" ] || kill -9 $pid; } & reader=$!
wait $pid; : >"$folder/ended"; wait $reader; rm -rf "$folder"
"""
ADDRESS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
START_SECONDS = 30
FRESH_SECONDS = 0.3
STOP_SECONDS = 10


class Prometheus:
    """One process, on a free loopback port, with a folder of its own."""

    def __init__(self, binary: str, scrape_interval: str, projects: frozenset[str], state: State):
        self._binary = binary
        self._interval = scrape_interval
        self._projects = projects
        self._state = state
        self._folder = None
        self._process = None
        self._session = None
        self._dirty = None
        self._feeder = None
        self._looked = 0.0
        self.url = None

    async def start(self):
        self._folder = Path(tempfile.mkdtemp(prefix="sysmon-prometheus-"))
        self._write()
        address = "127.0.0.1:%d" % free_port()
        self.url = "http://" + address
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with
            [
                "sh",
                "-c",
                WATCH,
                "sh",
                str(self._folder),
                self._binary,
                "--config.file=%s" % (self._folder / "config"),
                "--storage.tsdb.path=%s" % (self._folder / "data"),
                "--web.listen-address=" + address,
                "--web.enable-lifecycle",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._session = aiohttp.ClientSession()
        self._dirty = asyncio.Event()
        try:
            await self._until_ready()
        except BaseException:
            await self.stop()
            raise
        self._feeder = asyncio.ensure_future(self._feed())
        self._feeder.add_done_callback(_tell)

    async def _until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        log = ""
        while time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            ended = (self._folder / "ended").exists()
            try:
                log = (self._folder / "log").read_text(encoding="utf-8")
                async with self._session.get(self.url + "/-/ready") as reply:
                    if reply.status == 200:
                        return
            except (OSError, aiohttp.ClientError):
                pass
            if ended:
                break
        raise RuntimeError("prometheus does not start: %s" % (log.strip().splitlines() or ["it says nothing"])[-1])

    async def stop(self):
        if self._feeder:
            self._feeder.cancel()
        if self._session:
            await self._session.close()
        self._process.stdin.close()  # the sign for WATCH to end
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)

    def changed(self):
        """The targets are others now."""
        self._dirty.set()

    async def _feed(self):
        while True:
            await self._dirty.wait()
            await asyncio.sleep(0.05)  # many changes, one reload
            self._dirty.clear()
            self._write()
            try:
                async with self._session.post(self.url + "/-/reload") as reply:
                    if reply.status != 200:
                        print("emulator: prometheus: %s" % (await reply.text()).strip(), file=sys.stderr)
            except aiohttp.ClientError:
                await asyncio.sleep(1)

    def _write(self):
        (self._folder / "config.new").write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": self._interval},
                    "scrape_configs": [
                        {
                            "job_name": "targets",
                            "static_configs": list(self._static_configs()),
                            # node_exporter's own nodename would be renamed so; the guide's series do not show it
                            "metric_relabel_configs": [{"action": "labeldrop", "regex": "exported_nodename"}],
                        }
                    ],
                }
            ),
            encoding="utf-8",
        )
        (self._folder / "config.new").replace(self._folder / "config")

    def _static_configs(self):
        for target in self._state.tables.targets.values():
            workspace = self._state.tables.workspaces.get(target["jobId"])
            if workspace and workspace["projectId"] in self._projects and not self._state.is_gone(target["hostId"]):
                host = _host(target["svrIp"])
                if host is None or not isinstance(target["port"], int):
                    reason = "%s:%s is no address to scrape" % (target["svrIp"], target["port"])
                    if target["svrIp"] is None:
                        reason = "the server has no address to scrape"
                    self._state.set_result(target["targetId"], 1, reason)
                    continue
                yield {
                    "targets": ["%s:%d" % (host, target["port"])],
                    "labels": {
                        "job": _label(workspace["jobName"]),
                        "__metrics_path__": _label(workspace["metricsPath"]),
                        "nodename": _label(target["hostNm"]),
                        "openmetrics_id": target["targetId"],
                    },
                }

    async def look(self):
        """Give the targets the results that Prometheus has seen."""
        if time.monotonic() - self._looked < FRESH_SECONDS:
            return
        self._looked = time.monotonic()
        try:
            async with self._session.get(self.url + "/api/v1/targets?state=active") as reply:
                seen = (await reply.json())["data"]["activeTargets"]
        except aiohttp.ClientError:
            return
        for target in seen:
            target_id = target["labels"].get("openmetrics_id")
            if target["health"] == "up":
                self._state.set_result(target_id, 0, None)
            elif target["health"] == "down":
                self._state.set_result(target_id, 1, target["lastError"])


def _host(address: object) -> str | None:
    """As in a URL, or None for what is neither an address nor a name."""
    try:
        bare = str(ipaddress.ip_address(address)) if isinstance(address, str) else None
    except ValueError:
        return address if ADDRESS.fullmatch(address) else None
    return "[%s]" % bare if bare and ":" in bare else bare


def _label(value: object) -> str:
    """A text that Prometheus can read: one that it cannot would keep the whole configuration from being loaded."""
    return ("" if value is None else str(value)).encode("utf-8", "replace").decode()


def _tell(task: asyncio.Future) -> None:
    """A task in the background that failed says so."""
    if not task.cancelled() and task.exception():
        error = task.exception()
        print("emulator: the feed of prometheus ended: %s: %s" % (type(error).__name__, error), file=sys.stderr)


def find(binary: str) -> str | None:
    """The program's path, or None."""
    return shutil.which(binary)
