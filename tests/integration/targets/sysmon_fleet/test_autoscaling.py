# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances that come and go: both forms of the guide, from the files of examples/autoscaling."""

from __future__ import annotations

import http.server
import json
import random
import shutil
import sys
import threading

import pytest
from conftest import ROOT

EXAMPLE = ROOT / "ansible_collections/nhncloud/sysmon/examples/autoscaling"


@pytest.fixture
def cycle(play, emulate):
    """One run of the example on a controller. Samples are not asked for: no Prometheus runs here."""
    emulator = emulate(servers=0)
    for name in ("site.yml", "sysmon.yml"):
        shutil.copy(EXAMPLE / name, play.folder)

    def run(**variables):
        wanted = {"prune_silent_for": "0s", "prune_max_share": 100, **variables}
        return play(emulator, "site.yml", "-i", str(play.folder / "sysmon.yml"), inventory={}, **wanted)

    run.emulator = emulator
    return run


def hosts_of(emulator, kind):
    return sorted(each["hostId"] for each in emulator.state[kind])


def test_on_a_controller(cycle, writes):
    emulator = cycle.emulator
    for number in range(5):
        emulator.add_server(hostNm=f"web-{number}", svrIp=f"10.0.0.{number}")
    assert cycle().code == 0
    assert hosts_of(emulator, "targets") == hosts_of(emulator, "servers")
    servers = emulator.state["servers"]
    for server in servers:
        emulator.remove("servers", server["hostId"])
    for server in servers[:2]:  # replaced under the same name and address; three die without goodbye
        emulator.add_server(hostNm=server["hostNm"], svrIp=server["svrIp"])
    emulator.clear()
    run = cycle()
    assert run.code == 0
    assert hosts_of(emulator, "targets") == hosts_of(emulator, "servers")
    assert sorted(writes(emulator)) == ["create_target"] * 2 + ["delete_target"] * 5
    emulator.clear()
    assert cycle().changed == 0
    assert writes(emulator) == []


def test_random_cycles(cycle, writes):
    chance, emulator, count = random.Random(18), cycle.emulator, 0
    for _cycle in range(5):
        for _each in range(chance.randint(1, 4)):
            count += 1
            emulator.add_server(hostNm=f"web-{count}", svrIp=f"10.0.1.{count}")
        listed = hosts_of(emulator, "servers")
        gone = chance.sample(listed, chance.randint(0, len(listed) - 1))
        for host_id in gone:
            emulator.remove("servers", host_id)
        before, after = set(hosts_of(emulator, "targets")), set(hosts_of(emulator, "servers"))
        emulator.clear()
        assert cycle().code == 0
        assert set(hosts_of(emulator, "targets")) == after
        asked = ["create_target"] * len(after - before) + ["delete_target"] * len(before - after)
        assert sorted(call for call in writes(emulator) if call != "create_workspace") == asked


@pytest.fixture
def metadata():
    """The metadata service of one instance; its id is set as ``uuid``."""

    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            body = json.dumps({"uuid": self.server.uuid}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):  # pylint: disable=arguments-differ
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_on_the_instance_itself(play, emulate, metadata):
    emulator = emulate(servers=3)
    shutil.copy(EXAMPLE / "self.yml", play.folder)
    server = emulator.state["servers"][1]
    metadata.uuid = server["instanceId"]
    url = f"http://127.0.0.1:{metadata.server_address[1]}/"
    instance = {"register_targets_metadata_url": url, "ansible_python_interpreter": sys.executable}
    for _boot in range(2):
        assert play(emulator, "self.yml", inventory={}, **instance).code == 0
        assert hosts_of(emulator, "targets") == [server["hostId"]]
    assert play(emulator, "self.yml", inventory={}, register_targets_state="absent", **instance).code == 0
    assert hosts_of(emulator, "targets") == []
