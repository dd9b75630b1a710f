# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role for fleets, and the playbooks that are this form."""

from __future__ import annotations

import json
import subprocess
import textwrap

import pytest
from conftest import ROLE

REGISTER, DEREGISTER = "nhncloud.sysmon.register", "nhncloud.sysmon.deregister"
SHOP = ("-e", "register_hosts=web", "-e", "register_targets_workspace=shop", "-e", "register_targets_server_timeout=0")


def fleet(hosts, **variables):
    """A play on localhost that goes on after failures."""
    known = {
        "register_targets_workspace": "shop",
        "register_targets_server_timeout": 0,
        "register_targets_hosts": hosts,
    }
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "block": [
                    {"name": "Fleet", "ansible.builtin.include_role": {"name": ROLE}, "vars": {**known, **variables}},
                ],
                "rescue": [{"name": "Rescue", "ansible.builtin.debug": {"var": "register_targets_failed"}}],
            }
        ],
    }


def test_rhythm_of_60_hosts(ansible, hosts, emulate, emulator, registered, writes, diff_of):
    for number in range(10, 61):
        emulator.add_server(hostNm=f"host-{number:05}", svrIp=f"10.0.0.{number}")
    emulator.clear()
    web = hosts(60)

    check = ansible(REGISTER, web, *SHOP, "--check", "--diff")
    assert check.code == 0
    assert check.changed == 1
    assert writes(emulator) == []

    emulator.clear()
    do = ansible(REGISTER, web, *SHOP, "--diff")
    assert do.code == 0
    assert do.changed == 1
    assert do.says("60 hosts: 60 are registered (60 changed), 0 failed.")
    assert diff_of(do) == diff_of(check)
    assert diff_of(do).count("10.0.0.") == 60
    sent = writes(emulator)
    assert len(sent) == 61
    assert sent.count("create_workspace") == 1
    assert len(emulator.requests()) - len(sent) <= 5
    assert len(registered(emulator)) == 60
    assert set(do.recap) == {"localhost"}

    emulator.clear()
    again = ansible(REGISTER, web, *SHOP, "--diff")
    assert again.code == 0
    assert again.changed == 0
    assert diff_of(again) == ""
    assert writes(emulator) == []
    assert len(emulator.requests()) <= 5

    emulator.remove("servers", emulator.state["servers"][0]["hostId"])
    check = ansible(DEREGISTER, web, *SHOP, "--check", "--diff")
    assert check.code == 0
    assert check.changed == 1
    assert writes(emulator) == []
    # Twice: the second changes nothing.
    do = ansible([{"ansible.builtin.import_playbook": DEREGISTER}] * 2, web, *SHOP, "--diff")
    assert do.code == 0
    assert do.changed == 1
    assert diff_of(do) == diff_of(check)
    assert do.says("60 are not registered (any more) (60 changed)")
    assert writes(emulator) == ["delete_target"] * 60
    assert registered(emulator) == []


def test_hosts_that_fail(ansible, hosts, emulator, registered, poison):
    """They are failed in the last play, that of their group, each with its reason; the others are done."""
    web = hosts(6)
    web["web2"]["ansible_host"] = "10.99.0.2"
    web["web3"]["ansible_host"] = "nowhere.example"
    web["web4"]["register_targets_port"] = [9100, 9200]
    evil = poison("web6")
    emulator.faults([{"call": "create_target", "match": {"port": 9200}, "result_code": -1, "result_message": evil}])
    run = ansible(REGISTER, web, *SHOP)
    assert run.code != 0
    assert registered(emulator) == [("shop", f"host-0000{number}", 9100) for number in (1, 4, 5)]
    assert set(run.recap) == {"localhost", "web2", "web3", "web4", "web6"}
    assert run.recap["localhost"]["rescued"] == 1
    assert "No server with ip 10.99.0.2 is listed" in run.failed["web2"][0]
    assert "'nowhere.example' is not an IP address" in run.failed["web3"][0]
    assert "web4 port 9200: " in run.failed["web4"][0]
    assert evil in run.failed["web4"][0]
    assert "web6: register_targets_identity " in run.failed["web6"][0]
    assert evil in run.failed["web6"][0].replace("\\'", "'")
    assert not list(ansible.folder.glob("templated"))
    assert run.failed["localhost"][0].startswith("Workspace shop, 6 hosts: 2 are registered (3 changed), 4 failed.")


@pytest.mark.parametrize("playbook", [REGISTER, DEREGISTER])
def test_a_failure_that_is_not_about_single_hosts(ansible, hosts, emulator, playbook):
    """Only the play on localhost shows it, once."""
    run = ansible(playbook, hosts(9), *SHOP, "-e", "register_targets_app_key=wrong", "-e", "register_targets_batch=4")
    assert run.code != 0
    assert set(run.recap) == {"localhost"}
    messages = set(run.failed["localhost"])
    assert len(messages) == 1
    assert "the appkey was refused" in messages.pop()
    assert "AnsibleUndefined" not in run.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([*SHOP, "-e", "register_hosts="], "Set the hosts with -e register_hosts=PATTERN"),
        (["-e", "register_targets_workspace=shop"], "Set the hosts with -e register_hosts=PATTERN"),
        ([*SHOP, "-e", "register_hosts=db"], "It matches no host of the inventory"),
        (["-e", "register_hosts=web"], "missing required arguments: register_targets_workspace"),
    ],
)
def test_what_is_missing_is_named(ansible, hosts, emulator, arguments, reason):
    run = ansible(REGISTER, hosts(2), *arguments)
    assert run.code != 0
    assert run.says(reason)
    assert emulator.requests() == []


def test_batches_and_ways_to_fail(ansible, hosts, emulator, registered, writes):
    """Each batch is a line of progress. Also with strategy free."""
    names = [f"web{number}" for number in range(1, 10)]
    plays = [
        fleet(names, register_targets_create_workspace=False, register_targets_workspace="none"),
        {**fleet(names, register_targets_batch=4, register_targets_port=[9100, 9200]), "strategy": "free"},
        fleet("web1,nobody", register_targets_workspace="text", register_targets_batch=0),
        fleet([], register_targets_workspace="empty"),
        fleet(["web1", "web2"], register_targets_workspace="own"),
    ]
    web = hosts(9)
    web["web1"]["register_targets_port"] = 9300
    web["web2"]["register_targets_identity"] = "{{ nothing_of_that_name }}"
    plays[1]["tasks"][0]["block"][0]["vars"]["register_targets_hosts"] = ["web1", *names[2:]]
    run = ansible(plays, web)
    none, unknown, undefined = run.failed["localhost"]
    assert "Workspace none does not exist" in none
    assert writes(emulator).count("create_workspace") == 3
    for count in (4, 8, 12):
        assert f"{count} targets written." in run.output
    assert run.says("Workspace shop, 8 hosts: 8 are registered (8 changed), 0 failed.")
    found = registered(emulator)
    assert [target for target in found if target[0] == "shop"] == sorted(
        [("shop", "host-00001", 9300)]
        + [("shop", f"host-0000{n}", port) for n in range(3, 10) for port in (9100, 9200)]
    )
    assert "nobody: it is not a host of the inventory." in unknown
    assert ("text", "host-00001", 9300) in found
    assert run.says("Workspace empty, 0 hosts: 0 are registered (0 changed), 0 failed.")
    assert "web2" in undefined
    assert ("own", "host-00001", 9300) in found


def test_hosts_that_all_name_the_same(ansible, hosts, emulator, registered, writes):
    """One of them registers the fleet, as where it is localhost alone."""
    play = {**fleet("{{ groups.web }}"), "hosts": "web"}
    run = ansible([play], hosts(3))
    assert run.code == 0
    assert len(registered(emulator)) == 3
    assert len(writes(emulator)) == 4
    assert len(emulator.requests("list_servers")) == 1
    assert run.changed == 1


def test_variables_that_have_to_be_rendered(ansible, hosts, emulator, registered):
    """Templates in the inventory, also in lists, and encrypted values, of each host by its own variables."""
    secret = ansible.folder / "password"
    secret.write_text("vault", encoding="utf-8")
    vault = ("ansible-vault", "encrypt_string", f"--vault-password-file={secret}")
    cipher = subprocess.run([*vault, "10.0.0.3"], capture_output=True, text=True, check=True, timeout=60).stdout
    web = hosts(6, number="{{ inventory_hostname[3:] | int }}")
    web["web2"]["ansible_host"] = "{{ 'HOST-00002' | lower | regex_replace('^host-0000', '10.0.0.') }}"
    web["web4"]["register_targets_port"] = ["{{ port + 1 }}", 9100]
    web["web5"]["ansible_host"] = "{# its name is none #}10.0.0.5"
    web["web6"]["register_targets_identity"] = ["10.9.9.9", "10.0.0.{{ number }}"]
    files = {
        "group_vars/web.yml": 'port: 9400\nregister_targets_port: "{{ port + number | int }}"\n',
        "host_vars/web3.yml": f"register_targets_identity: {cipher}",
    }
    del web["web3"]["ansible_host"]
    for name, text in files.items():
        ansible.folder.joinpath(name).parent.mkdir()
        ansible.folder.joinpath(name).write_text(textwrap.dedent(text), encoding="utf-8")
    run = ansible([fleet("{{ groups.web }}")], web, f"--vault-password-file={secret}")
    assert run.code == 0
    ports = [(1, 9401), (2, 9402), (3, 9403), (4, 9100), (4, 9401), (5, 9405), (6, 9406)]
    assert registered(emulator) == [("shop", f"host-0000{number}", port) for number, port in ports]


def test_many_failures_stay_readable(ansible, emulator):
    web = {f"web{number}": {"ansible_host": f"10.8.{number // 250}.{number % 250}"} for number in range(1300)}
    run = ansible([fleet("{{ groups.web }}")], web)
    (message,) = run.failed["localhost"]
    assert message.startswith("Workspace shop, 1,300 hosts: 0 are registered (0 changed), 1,300 failed.")
    assert message.count("No server") == 1
    assert "1,300 hosts (web0, web1, web2, web3, web4 and 1,295 more): web0 port 9100: No server" in message
    assert message.count("The service knows a server by its own addresses") == 1
    assert len(message) < 1000


def test_a_short_line_for_each_host_that_failed(ansible, emulator):
    """Then a summary, and Ansible's own recap."""
    web = {f"web-{number:04}": {"ansible_host": f"10.8.{number // 250}.{number % 250}"} for number in range(200)}
    run = ansible(REGISTER, web, *SHOP)
    assert len(run.output) / 200 < 400
    assert run.failed["web-0007"] == ["web-0007 port 9100: No server with ip 10.8.0.7 is listed."]
    end = run.output.partition("TASK [Show the summary]")[2].partition("PLAY RECAP")[0]
    assert "Workspace shop, 200 hosts: 0 are registered (0 changed), 200 failed." in end
    assert "wait longer with register_targets_server_timeout" in end
    assert "match by instance_id" in end
    assert len(end.splitlines()) < 20
    assert run.output.count("[ERROR]") <= 3


def test_a_short_line_for_each_host_of_a_play(ansible, apply, emulator):
    web = {
        f"web-{number:04}": {"ansible_host": f"10.8.{number // 250}.{number % 250}", "ansible_connection": "local"}
        for number in range(60)
    }
    run = ansible([apply()], web, "--forks=20")
    assert len(run.output) / 60 < 480
    assert run.failed["web-0007"] == ["web-0007 port 9100: No server with ip 10.8.0.7 is listed."]
    assert run.says("60 hosts: 0 are registered (0 changed), 60 failed. The workspace was created.")
    assert run.output.count("gather facts") == 1


def test_two_imports_in_one_run(ansible, hosts, emulator):
    """Each fails its own hosts, and shows its own summary."""
    web = hosts(3)
    web["web2"]["ansible_host"] = "10.99.0.2"
    register = {"ansible.builtin.import_playbook": REGISTER}
    other = {**register, "vars": {"register_targets_workspace": "api", "register_hosts": "web3"}}
    known = {"register_targets_workspace": "shop", "register_hosts": "web"}
    common = ("-e", "register_targets_server_timeout=0")
    run = ansible([{**register, "vars": known}, other], web, *common)
    assert run.code == 2
    assert run.output.count("fatal: [web2]") == 1
    assert run.output.count('"Workspace shop, 3 hosts: 2 are registered (2 changed), 1 failed.') == 2

    clear = {"hosts": "web", "gather_facts": False, "tasks": [{"ansible.builtin.meta": "clear_host_errors"}]}
    repair = {**clear, "hosts": "web2", "tasks": [{"ansible.builtin.set_fact": {"ansible_host": "10.0.0.2"}}]}
    run = ansible([{**register, "vars": known}, clear, repair, {**register, "vars": known}], web, *common)
    assert run.says("Workspace shop, 3 hosts: 3 are registered (1 changed), 0 failed.")
    assert run.output.count("fatal: [web2]") == 1


def test_a_failed_host_with_a_port_in_its_name(ansible, hosts, emulator):
    """Ansible cannot fail it, so localhost fails."""
    dynamic = {"web": {"hosts": ["db:9200"]}, "_meta": {"hostvars": {"db:9200": {"ansible_host": "10.99.0.2"}}}}
    script = ansible.folder / "dynamic"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(dynamic)}\nEND\n", encoding="utf-8")
    script.chmod(0o755)
    run = ansible(REGISTER, hosts(2), *SHOP, f"--inventory={script}")
    assert run.code == 2
    assert "No server with ip 10.99.0.2 is listed" in run.failed["localhost"][-1]
    assert "Ansible cannot fail a host with this name" in run.failed["localhost"][-1]


def test_an_option_with_another_value_each_time(ansible, hosts, emulator):
    web = hosts(2)
    web["web2"]["ansible_host"] = "10.99.0.2"
    run = ansible(REGISTER, web, *SHOP, "-e", "register_targets_verify_query='up + 0*{{ 99999 | random }}'")
    assert "No server with ip 10.99.0.2 is listed" in run.failed["web2"][0]
    assert run.recap["localhost"]["failed"] == 0


def test_the_controller_by_its_address(ansible, hosts, emulator):
    """With 127.0.0.1 in the inventory, Ansible runs plays of localhost there."""
    web = hosts(2)
    web["web2"]["ansible_host"] = "10.99.0.2"
    run = ansible(REGISTER, web, *SHOP, other={"hosts": {"127.0.0.1": {"ansible_connection": "local"}}})
    assert run.code == 2
    assert "No server with ip 10.99.0.2 is listed" in run.failed["web2"][0]
    assert run.output.count('"Workspace shop, 2 hosts: 1 is registered (1 changed), 1 failed.') == 2


@pytest.mark.parametrize("named", [5, True, {"web1": 1}])
def test_hosts_of_a_wrong_type(ansible, hosts, emulator, named):
    run = ansible([fleet(named)], hosts(2))
    assert run.says("is not a list of hosts")
    assert emulator.requests() == []
