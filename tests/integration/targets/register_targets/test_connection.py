# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the API calls run, and where the connection is from; no secret in any output."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from conftest import SSH

KEY = "Hx7mQ2vLp9RtZ4wK8sNd"


@pytest.fixture
def bare_python(tmp_path):
    """A Python without requests."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = str(tmp_path / "bare/bin/python")
    assert subprocess.run([python, "-c", "import requests"], stderr=subprocess.DEVNULL, check=False).returncode == 1
    return python


@pytest.fixture
def bastion_python(tmp_path):
    """The Python of the tests under another name, which leaves a trace of being run, without the connection's environment."""
    script = tmp_path / "bastion-python"
    variables = " ".join(f"-u NHNCLOUD_SYSMON_{name}" for name in ("APP_KEY", "PROJECT_ID", "REGION", "API_URL"))
    script.write_text(
        f'#!/bin/sh\ntouch {tmp_path}/used\nexec env {variables} {sys.executable} "$@"\n', encoding="utf-8"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def test_where_the_calls_run(ansible, hosts, apply, emulator, registered, bare_python, bastion_python):
    """Under the controller's Python, never with become; or on a bastion, with the connection of the controller."""
    never = {
        "become": True,
        "vars": {"ansible_become_exe": "/nonexistent", "ansible_become_method": "ansible.builtin.sudo"},
    }
    local = {"ansible_connection": "local", "ansible_python_interpreter": bare_python}
    bastion = {"ansible_connection": "local", "ansible_python_interpreter": bastion_python}
    down = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    web = {name: {**variables, "ansible_python_interpreter": bare_python} for name, variables in hosts(2).items()}
    plays = [
        apply({"register_targets_workspace": "controller"}, **never),
        apply({"register_targets_workspace": "away", "register_targets_delegate_to": "bastion"}, **never),
        apply({"register_targets_workspace": "down", "register_targets_delegate_to": "down"}, **never),
    ]
    more = {"other": {"hosts": {"localhost": local, "bastion": bastion, "down": down}}}
    run = ansible(plays[:1], web, **more)
    assert run.code == 0
    assert not (ansible.folder / "used").exists()
    run = ansible(plays[1:], web, **more)
    assert (ansible.folder / "used").exists()
    assert registered(emulator) == [(w, f"host-0000{n}", 9100) for w in ("away", "controller") for n in (1, 2)]
    assert run.code != 0
    assert set(run.failed) - {"down"} == {"web1", "web2"}
    assert set(run.recap) == {"web1", "web2"}
    for host in ("web1", "web2"):
        assert run.failed[host][-1].startswith(f"{host}: ")
        assert SSH.search(run.failed[host][-1])


def test_where_the_connection_is_from(ansible, hosts, apply, emulator, registered):
    """Variables of the role beat those of the collection, and these the environment, that of the play first."""
    good = {"app_key": emulator.app_key, "project_id": emulator.project_id, "region": "kr", "api_url": emulator.url}
    wrong = {"app_key": "wrong", "project_id": "wrong", "region": "nowhere", "api_url": "http://127.0.0.1:9"}
    environment = {f"NHNCLOUD_SYSMON_{key.upper()}": value for key, value in wrong.items()}

    def variables(prefix, values):
        return {prefix + key: value for key, value in values.items()}

    modules = [f"nhncloud.sysmon.{name}" for name in ("sysmon_workspace", "sysmon_targets")]
    defaults = [dict.fromkeys(["group/nhncloud.sysmon.sysmon", *modules], wrong)]
    plays = [
        apply(
            {"register_targets_workspace": "collection"},
            module_defaults=defaults,
            vars=variables("nhncloud_sysmon_", {**good, "timeout": 20, "retries": 1, "validate_certs": True}),
        ),
        apply(
            {"register_targets_workspace": "role", **variables("register_targets_", {**good, "validate_certs": False})},
            module_defaults=defaults,
            vars=variables("nhncloud_sysmon_", {**wrong, "timeout": 20, "validate_certs": True}),
        ),
        apply(
            {"register_targets_workspace": "environment", "register_targets_app_key": ""},
            vars={"nhncloud_sysmon_region": ""},
            environment={f"NHNCLOUD_SYSMON_{key.upper()}": value for key, value in good.items()},
        ),
    ]
    run = ansible(plays, hosts(1), env=environment)
    assert run.code == 0
    expected = ("collection", "environment", "role")
    assert registered(emulator) == [(workspace, "host-00001", 9100) for workspace in expected]


@pytest.mark.parametrize("given", ["environment", "role", "collection"])
def test_no_secret_in_any_output(ansible, hosts, apply, emulate, credentials, given):
    strict = emulate(servers=1, app_keys={KEY: ["emulator"]})
    strict.faults([{"call": "create_target", "match": {"port": 9300}, "result_code": -40002}])
    env = credentials(strict)
    more = []
    if given != "environment":
        del env["NHNCLOUD_SYSMON_APP_KEY"]
        prefix = {"role": "register_targets", "collection": "nhncloud_sysmon"}[given]
        (ansible.folder / "key.yml").write_text(f"{prefix}_app_key: {KEY}\n", encoding="utf-8")
        more = ["-e", "@key.yml"]
    mistaken = apply({"register_targets_match": "mac"}, ignore_errors=True)
    refused = apply({"register_targets_port": 9300, "register_targets_verify": "health"}, ignore_errors=True)
    run = ansible(
        [mistaken, refused, apply({"register_targets_app_key": KEY + "x"} if not more else {})],
        hosts(2),
        "-vvvv",
        "--diff",
        *more,
        env=env,
    )
    assert run.says("register_targets_match must be one of host_id, hostname, ip, instance_id, not 'mac'")
    assert run.says("No server with ip 10.0.0.2")
    assert len(strict.state["targets"]) == (1 if more else 0)
    assert KEY not in run.output
