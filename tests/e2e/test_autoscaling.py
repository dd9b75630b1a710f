# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances that come and go: both forms of the guide, from the files of examples/autoscaling, on hosts of their own."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from conftest import APP_KEY
from emulator import Emulator

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/autoscaling"
SILENT = 8  # seconds, in place of the example's hour


def ids(service, kind):
    return sorted(each["hostId"] for each in service.state[kind])


def die(stage, *hosts):
    """They are away without goodbye, and so are their agents."""
    for host in hosts:
        host.stop()
        stage.service.remove("servers", host.server["hostId"])


@pytest.fixture
def cycle(stage):
    """One run of the example on the controller."""
    for name in ("site.yml", "sysmon.yml"):
        shutil.copy(EXAMPLE / name, stage.controller.folder)

    def run(**variables):
        settings = [f"-e{name}={value}" for name, value in {"prune_max_share": 90, **variables}.items()]
        return stage.controller.command("ansible-playbook", "-i", "sysmon.yml", "site.yml", *settings)

    return run


def test_on_a_controller(stage, cycle):
    *hosts, staying = stage.hosts(*(f"web-{number}" for number in range(1, 7)))
    assert cycle(prune_silent_for=f"{SILENT}s").code == 0
    assert stage.targets() == sorted((host.address, 9100) for host in [*hosts, staying])
    assert cycle(prune_silent_for=f"{SILENT}s", register_targets_verify="query").code == 0

    # The agents of two die, and come back within the time: their targets stay.
    for host in hosts[:2]:
        stage.service.remove("servers", host.server["hostId"])
    stage.written()
    assert cycle(prune_silent_for="1h").code == 0
    assert stage.written() == []
    for host in hosts[:2]:
        stage.service.add_server(**host.server)

    die(stage, *hosts[:3])
    stage.await_silence(SILENT, *hosts[:3])
    die(stage, *hosts[3:])
    fresh = [stage.host(host.name, address=host.address) for host in hosts[3:]]
    stage.written()
    assert cycle(prune_silent_for=f"{SILENT}s").code == 0
    assert (
        ids(stage.service, "targets")
        == ids(stage.service, "servers")
        == sorted(host.server["hostId"] for host in [*fresh, staying])
    )
    assert sorted(stage.written()) == ["create_target"] * 2 + ["delete_target"] * 5
    assert cycle(prune_silent_for=f"{SILENT}s").code == 0
    assert stage.written() == []


def test_random_cycles_write_nothing_unasked(stage, cycle, pytestconfig):
    """Servers come, go, are replaced under their name and address, and are renamed."""
    seed, count = 18, pytestconfig.getoption("cycles")
    chance, number, writes = random.Random(seed), 0, 0
    for turn in range(count):
        servers = stage.service.state["servers"]
        gone = chance.sample(servers, chance.randint(0, max(len(servers) - 1, 0)))
        kept = [server for server in servers if server not in gone]
        for server in gone:
            stage.service.remove("servers", server["hostId"])
            if chance.random() < 0.3:
                stage.service.add_server(hostNm=server["hostNm"], svrIp=server["svrIp"])
        if kept and chance.random() < 0.3:
            stage.service.change("servers", chance.choice(kept)["hostId"], hostNm=f"renamed-{turn}")
        for _each in range(chance.randint(0 if kept else 1, 3)):
            number += 1
            stage.service.add_server(hostNm=f"web-{number % 7}", svrIp=f"10.1.{number // 250}.{number % 250}")
        before, after = set(ids(stage.service, "targets")), set(ids(stage.service, "servers"))
        stage.written()
        # Without samples every server that is not listed is gone, however many there are.
        run = cycle(prune_silent_for="0s", prune_max_share=100)
        assert run.code == 0, (seed, turn)
        asked = ["create_target"] * len(after - before) + ["delete_target"] * len(before - after)
        done = sorted(call for call in stage.written() if call != "create_workspace")
        assert done == asked, (seed, turn)
        assert ids(stage.service, "targets") == sorted(after), (seed, turn)
        writes += len(done)
    print(f"seed {seed}: {count} cycles, {number} new servers, {writes} writes, none unasked")


class Unit:
    """The unit of the user script: what systemd runs when it is started and when it is stopped."""

    def __init__(self, stage, repository):
        (cloud,) = yaml.safe_load_all((EXAMPLE / "user-data").read_text(encoding="utf-8"))
        files = {each["path"]: each["content"] for each in cloud["write_files"]}
        unit = files["/etc/systemd/system/sysmon-target.service"]
        lines = [line.partition("=")[::2] for line in unit.splitlines() if "=" in line]
        self.commands = dict(lines)
        self.keys = [line.partition("=")[0] for line in files["/etc/sysmon-target.env"].splitlines()]
        self.controller, self.repository = stage.controller, repository
        assert "EnvironmentFile=/etc/sysmon-target.env" in unit

    def run(self, host, command):
        """Run it in the network of a host, with no more environment than the files of the user script give."""
        known = self.controller.environment
        home = self.controller.folder / f"home-{host.address}"
        home.mkdir(exist_ok=True)
        environment = {
            **{key: known[key] for key in self.keys},
            **{key: known[key] for key in ("ANSIBLE_COLLECTIONS_PATH", "PATH")},  # stand in for an installation
            "NHNCLOUD_SYSMON_API_URL": known["NHNCLOUD_SYSMON_API_URL"],
            "NHNCLOUD_SYSMON_VALIDATE_CERTS": "false",
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
        }
        program, *words = shlex.split(self.commands[command])
        assert program == "/usr/bin/ansible-pull"
        words[words.index("-U") + 1] = str(self.repository)
        program = str(Path(sys.executable).with_name("ansible-pull"))
        done = subprocess.run(
            host.reach(program, *words),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(f"{host.name} {command}\n{done.stdout}")
        assert APP_KEY not in done.stdout
        return done.returncode

    def on(self, command, *hosts):
        """Run it on all of them; their exit codes."""
        with ThreadPoolExecutor(2) as pool:
            return set(pool.map(lambda host: self.run(host, command), hosts))


@pytest.fixture
def repository(stage):
    """The repository that instances pull from."""
    folder = stage.controller.folder / "monitoring"
    folder.mkdir()
    shutil.copy(EXAMPLE / "self.yml", folder)
    who = ["-c", "user.name=e2e", "-c", "user.email=e2e@example.com"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "Playbook of an instance"]):
        subprocess.run(["git", *command], cwd=folder, check=True, env={**os.environ, "HOME": str(folder)})
    return folder


def test_on_the_instances_themselves(stage, repository):
    with Emulator(app_keys={APP_KEY: ["e2e"]}, listen="10.213.0.1:0") as service:
        stage.service = service
        stage.controller.environment["NHNCLOUD_SYSMON_API_URL"] = service.url
        stage.controller.environment["NHNCLOUD_SYSMON_VALIDATE_CERTS"] = "false"
        unit = Unit(stage, repository)
        hosts = stage.hosts(*(f"web-{number}" for number in range(1, 6)), exporter=False)
        assert unit.on("ExecStart", *hosts) == {0}
        assert ids(service, "targets") == ids(service, "servers")
        stage.written()
        assert unit.on("ExecStart", hosts[0]) == {0}  # another boot
        assert stage.written() == []

        assert unit.on("ExecStop", *hosts[3:]) == {0}
        assert ids(service, "targets") == sorted(host.server["hostId"] for host in hosts[:3])
        die(stage, *hosts)  # three of them without goodbye
        fresh = [stage.host(host.name, address=host.address, exporter=False) for host in hosts[3:]]
        assert unit.on("ExecStart", *fresh) == {0}
        prune = ["nhncloud.sysmon.prune", "-e", "prune_workspace=shop prune_silent_for=0s prune_max_share=60"]
        stage.written()
        assert stage.controller.command("ansible-playbook", *prune).code == 0
        assert stage.written() == ["delete_target"] * 3
        assert ids(service, "targets") == ids(service, "servers")
