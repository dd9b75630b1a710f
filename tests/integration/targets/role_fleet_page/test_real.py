# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page with a real Prometheus and a real node_exporter behind it."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time

import pytest
from conftest import Emulator

PROGRAMS = ("prometheus", "prometheus-node-exporter")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"{' or '.join(PROGRAMS)} is missing")


@pytest.fixture
def exporter():
    """The port of a node_exporter."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    process.kill()
    process.wait()


def test_a_real_exporter(play, exporter):
    with Emulator(prometheus="prometheus") as emulator:
        job = emulator.add_workspace(jobName="shop")["jobId"]
        for name, port in (("web-1", exporter), ("web-2", 1)):
            server = emulator.add_server(hostNm=name, svrIp="127.0.0.1")
            known = {key: server[key] for key in ("hostId", "hostNm", "svrIp")}
            emulator.add_target(jobId=job, port=port, **known)
        deadline = time.monotonic() + 60
        while not emulator.query("rate(node_cpu_seconds_total[5m])") or len(emulator.query("up")) < 2:
            assert time.monotonic() < deadline, "no samples arrive"
            time.sleep(0.5)
        code, output = play(emulator, fleet_page_path="page.html")
        assert code == 0, output
        text = (play.folder / "page.html").read_text(encoding="utf-8")
        (memory,) = emulator.query("100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)")
    assert "remark" not in text.partition("</style>")[2]
    down, up = text.split("<tr class=")[1:]
    assert "web-2" in down
    assert "connection refused" in down
    assert re.search(r"up in 0 of [12] minutes", down)
    assert re.search(r"up in [12] of [12] minutes", up)
    shown = {name: int(value) for name, value in re.findall(r"data-l=(\w+) style=--v:\d+%>(\d+) %", up)}
    assert set(shown) == {"cpu", "memory", "disk"}
    assert abs(shown["memory"] - float(memory["value"][1])) < 10
    assert "data-l=" not in down
