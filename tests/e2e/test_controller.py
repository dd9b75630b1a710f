# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the API is called: the controller under its own Python and never as root, or a bastion."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import APP_KEY

EMULATOR = Path(__file__).resolve().parents[1] / "emulator"
API = "http://127.0.0.1:18080"


@pytest.fixture(autouse=True)
def no_root_on_the_controller():
    """Whatever became root on the controller would fail."""
    assert subprocess.run(["sudo", "-n", "true"], check=False).returncode


def test_become_on_the_play_is_for_the_hosts_only(stage):
    host = stage.host("web-1")
    play = {
        "become": True,
        "tasks": [{"ansible.builtin.command": "id -u", "register": "who"}, {"debug": {"var": "who.stdout"}}],
    }
    run = stage.register(stage.inventory(host), match="instance_id", probe=True, play=play)
    assert run.code == 0
    assert '"who.stdout": "0"' in run.output
    assert stage.targets() == [(host.address, 9100)]


@pytest.fixture
def bare_python(stage):
    """A Python without requests, as a system's often is."""
    folder = stage.controller.folder / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin/python"
    assert subprocess.run([python, "-c", "import requests"], stderr=subprocess.DEVNULL, check=False).returncode
    return python


def test_an_explicit_localhost_without_requests_and_become_for_all(stage, bare_python):
    host = stage.host("web-1")
    local = f"localhost ansible_connection=local ansible_python_interpreter={bare_python}"
    inventory = stage.inventory(host, more=f"\n[local]\n{local}\n\n[all:vars]\nansible_become=true")
    run = stage.register(inventory, verify="query", verify_timeout=30)
    assert run.code == 0
    assert stage.targets() == [(host.address, 9100)]


GET = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=10).read().decode())"


class Behind:
    """An emulator on a host, which only that host can reach."""

    def __init__(self, host, servers, folder: Path):
        self._host = host
        listed, ready = folder / "servers.json", folder / "ready"
        listed.write_text(json.dumps(servers), encoding="utf-8")
        options = ["--listen", API.partition("//")[2], "--app-key", f"{APP_KEY}=e2e", "--servers-file", str(listed)]
        subprocess.Popen(host.reach(sys.executable, str(EMULATOR), *options, "--ready-file", str(ready)))
        host.await_that(ready.exists, "the emulator behind the bastion is ready")

    def get(self, what: str):
        asked = self._host.reach(sys.executable, "-c", GET, f"{API}/_emulator/{what}")
        return json.loads(subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout)


def test_a_bastion_that_reaches_the_api_where_the_controller_does_not(stage):
    web = stage.hosts("web-1", "web-2", listed=False)
    bastion = stage.host("bastion", listed=False, exporter=False, metadata=False)
    listed = [{"hostNm": host.name, "svrIp": host.address, "instanceId": host.instance_id} for host in web]
    behind = Behind(bastion, listed, stage.controller.folder)
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(API, timeout=5)
    stage.controller.environment["NHNCLOUD_SYSMON_API_URL"] = API

    line = f"bastion ansible_host={bastion.address} ansible_user=root ansible_python_interpreter={sys.executable}"
    inventory = stage.inventory(*web, more=f"\n[bastions]\n{line}\n")
    variables = {"delegate_to": "bastion", "match": "instance_id", "probe": True, "verify": "health"}
    run = stage.register(inventory, **variables)
    assert run.code == 0
    assert run.summary == ["Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed."]
    assert sorted(target["svrIp"] for target in behind.get("state")["targets"]) == sorted(host.address for host in web)
    assert {request["call"] for request in behind.get("requests")} >= {"create_workspace", "create_target"}
    assert stage.service.requests() == []

    unset = inventory.replace(f"ansible_host={bastion.address}", "ansible_host=10.213.255.2")
    lost = stage.register(unset, **variables)
    assert lost.failed == ["web-1", "web-2"]
    for name in lost.failed:
        assert lost.reason(name).startswith(f"{name}: ")
        assert "10.213.255.2" in lost.reason(name)
