# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories, variables and plays as people have them: each must not get in the way of the role."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from conftest import ROLE

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import VARIABLES

REGISTER = "nhncloud.sysmon.register"
FLEET = ("-e", "register_hosts=web", "-e", "register_targets_workspace=shop", "-e", "register_targets_server_timeout=0")
LOCAL = {"local": {"hosts": {"127.0.0.1": {"ansible_connection": "local"}}}}
LOCAL6 = {"local": {"hosts": {"::1": {"ansible_connection": "local"}}}}
SUDO = {"ansible_become": True, "ansible_become_exe": "/nonexistent"}


def shop(*numbers):
    return [("shop", f"host-{number:05}", 9100) for number in numbers]


@pytest.mark.parametrize("local", [LOCAL, LOCAL6])
def test_an_explicit_localhost(ansible, hosts, apply, emulator, registered, local):
    assert ansible([apply()], hosts(2), **local).code == 0
    assert registered(emulator) == shop(1, 2)
    assert ansible("nhncloud.sysmon.deregister", hosts(2), *FLEET, **local).code == 0
    assert registered(emulator) == []
    assert ansible(REGISTER, hosts(2), *FLEET, **local).code == 0
    assert registered(emulator) == shop(1, 2)


def test_never_with_become(ansible, hosts, apply, emulator, registered):
    play = apply(vars=SUDO)
    assert ansible([play], hosts(2)).code == 0
    assert ansible(REGISTER, hosts(3, **SUDO), *FLEET, "-e", "ansible_become=true").code == 0
    assert registered(emulator) == shop(1, 2, 3)


def test_whatever_interpreter_is_set(ansible, hosts, apply, emulator, registered):
    run = ansible([apply()], hosts(2), "-e", "ansible_python_interpreter=/nonexistent/python")
    assert run.code == 0
    assert registered(emulator) == shop(1, 2)


def test_check_mode_as_a_keyword(ansible, hosts, apply, emulator, writes):
    run = ansible([apply({"register_targets_verify": "query"}, check_mode=True)], hosts(2))
    assert run.code == 0
    assert writes(emulator) == []
    assert run.says("2 would be registered (2 changed)")


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_strategies(ansible, hosts, apply, emulator, registered, strategy):
    for _turn in range(3):
        assert ansible([apply(strategy=strategy)], hosts(4)).code == 0
    assert registered(emulator) == shop(1, 2, 3, 4)


def test_module_defaults_of_the_play(ansible, hosts, apply, emulator, registered):
    group = {
        "app_key": emulator.app_key,
        "project_id": emulator.project_id,
        "region": "kr",
        "api_url": emulator.url,
    }
    play = apply(module_defaults={"group/nhncloud.sysmon.sysmon": group})
    assert ansible([play], hosts(2), env={}).code == 0
    assert registered(emulator) == shop(1, 2)


@pytest.mark.parametrize("form", ["applied", "fleet"])
def test_omit_counts_as_not_set(ansible, hosts, apply, emulator, registered, form):
    """In every variable but the two that this play has to give."""
    given = {"workspace", "hosts"} if form == "fleet" else {"workspace"}
    unset = {f"register_targets_{name}": "{{ nothing | default(omit) }}" for name in set(VARIABLES) - given}
    if form == "applied":
        run = ansible([apply(unset)], hosts(2))
    else:
        named = {"register_targets_workspace": "shop", "register_targets_hosts": ["web1", "web2"]}
        task = {"name": "Fleet", "ansible.builtin.include_role": {"name": ROLE}, "vars": {**unset, **named}}
        run = ansible([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}], hosts(2))
    assert run.code == 0
    assert registered(emulator) == shop(1, 2)


def test_empty_text_counts_as_not_set(ansible, hosts, apply, emulator, registered):
    """As AWX gives it."""
    empty = [f"register_targets_{name}=" for name in sorted(set(VARIABLES) - {"workspace", "hosts", "description"})]
    run = ansible([apply()], hosts(2), *(argument for one in empty for argument in ("-e", one)))
    assert run.code == 0
    assert registered(emulator) == shop(1, 2)


def test_healthy_hosts_go_on(ansible, hosts, emulator, registered):
    after = {
        "hosts": "web",
        "gather_facts": False,
        "tasks": [{"name": "Carry on", "ansible.builtin.debug": {"msg": "after {{ inventory_hostname }}"}}],
    }
    web = hosts(3)
    web["web2"]["ansible_host"] = "10.99.0.2"
    run = ansible([{"name": "Register", "ansible.builtin.import_playbook": REGISTER}, after], web, *FLEET)
    assert run.code != 0
    assert [host for host in web if f'"after {host}"' in run.output] == ["web1", "web3"]
    assert registered(emulator) == shop(1, 3)


@pytest.mark.parametrize(
    "key",
    ["nhncloud_sysmon_api_url", "register_targets_delegate_to", "register_targets_hosts", "register_targets_state"],
)
def test_facts_are_no_options(ansible, hosts, apply, emulator, registered, key):
    fact = {
        "name": "A host lies about itself",
        "ansible.builtin.set_fact": {key: "http://127.0.0.1:9", "cacheable": True},
        "when": "inventory_hostname == 'web2'",
    }
    run = ansible([apply(pre_tasks=[fact])], hosts(3))
    assert set(run.failed) == {"web2"}
    assert key in run.failed["web2"][0]
    assert registered(emulator) == shop(1, 3)


def test_an_unknown_variable(ansible, hosts, apply, emulator):
    run = ansible([apply(vars={"register_targets_prot": 9999})], hosts(2))
    assert set(run.failed) == {"web1", "web2"}
    assert "did you mean register_targets_port?" in run.failed["web1"][0]
    assert emulator.requests() == []


def test_the_result_of_each_host(ansible, hosts, emulator):
    tasks = [
        {
            "name": "Register",
            "ansible.builtin.include_role": {"name": ROLE},
            "vars": {"register_targets_workspace": "shop"},
        },
        {
            "name": "Show",
            "ansible.builtin.debug": {
                "msg": "{{ inventory_hostname }}={{ register_targets_result.targets[0].hostname }}"
            },
        },
    ]
    run = ansible([{"hosts": "web", "gather_facts": False, "tasks": tasks}], hosts(2))
    assert '"msg": "web2=host-00002"' in run.output


def test_no_source_of_the_instance_id(ansible, hosts, apply, emulator):
    """Each source is named with its reason, and no empty workspace is made."""
    role = {
        "register_targets_match": "instance_id",
        "register_targets_metadata_url": "http://127.0.0.1:9/meta_data.json",
    }
    run = ansible([apply(role)], hosts(2, ansible_python_interpreter="/nonexistent/python"))
    assert set(run.failed) == {"web1", "web2"}
    (reason,) = run.failed["web1"]
    tried = "Tried: the metadata service at http://127.0.0.1:9/meta_data"
    assert reason.startswith(f"web1: its instance id is not known. {tried}")
    for source in ("cloud-init (/var/lib/cloud/data/instance-id): ", "the firmware (/sys/class/dmi/id/product_uuid): "):
        assert source in reason
    assert reason.endswith("Set register_targets_identity, or choose another register_targets_match.")
    assert emulator.requests() == []


@pytest.mark.parametrize("form", ["applied", "fleet"])
def test_a_run_that_was_killed(ansible, hosts, apply, emulate, credentials, registered, form):
    """The next one finishes its work: everything is there once."""
    service = emulate(servers=20, latency_ms=400)
    play, arguments = ([apply()], ()) if form == "applied" else (REGISTER, FLEET)
    killed = threading.Thread(target=_kill_after, args=(service, 2, ansible.folder))
    killed.start()
    first = ansible(play, hosts(20), *arguments, "-e", "register_targets_max_workers=1", env=credentials(service))
    killed.join()
    assert first.code != 0
    assert 0 < len(registered(service)) < 20
    again = ansible(play, hosts(20), *arguments, env=credentials(service))
    assert again.code == 0
    assert registered(service) == shop(*range(1, 21))


def _kill_after(service, creates, folder):
    """Kill the run in this folder, with all its workers, once it has sent so many."""
    while len(service.requests("create_target")) < creates:
        time.sleep(0.05)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "cwd") == str(folder) and b"ansible" in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def test_a_server_that_was_made_anew(ansible, hosts, apply, emulator, registered, writes):
    """Deregistering it also removes the target of the server that had its name and address before."""
    assert ansible([apply()], hosts(2)).code == 0
    old = next(server for server in emulator.state["servers"] if server["hostNm"] == "host-00001")
    emulator.remove("servers", old["hostId"])
    emulator.add_server(hostId="anew", hostNm=old["hostNm"], svrIp=old["svrIp"])
    assert ansible([apply()], hosts(1)).code == 0
    assert [target["hostId"] for target in emulator.state["targets"]].count("anew") == 1
    assert len(emulator.state["targets"]) == 3
    emulator.clear()
    run = ansible("nhncloud.sysmon.deregister", hosts(1), *FLEET)
    assert run.code == 0
    assert writes(emulator) == ["delete_target"] * 2
    assert registered(emulator) == shop(2)


def test_more_ports_than_a_server_may_have(ansible, hosts, apply, emulate, credentials, registered):
    """The dry run predicts what the service will refuse."""
    service = emulate(servers=1, targets_per_server=5)
    play = [apply({"register_targets_port": list(range(1, 8)), "register_targets_max_workers": 1})]
    counts = "1 host: 0 {} registered (1 changed), 1 failed."
    check = ansible(play, hosts(1), "--check", env=credentials(service))
    assert check.says(counts.format("would be"))
    do = ansible(play, hosts(1), env=credentials(service))
    assert do.says(counts.format("are"))
    assert registered(service) == [("shop", "host-00001", port) for port in range(1, 6)]
    for run in (check, do):
        (reason,) = run.failed["web1"]
        assert [port for port in range(1, 8) if f"port {port}:" in reason] == [6, 7]
        assert "At most five collection targets" in reason
