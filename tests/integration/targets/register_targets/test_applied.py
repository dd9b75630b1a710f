# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role applied to hosts: exactly those that run it are registered, each with its own result."""

from __future__ import annotations

import sys

import pytest
from conftest import ROLE, SSH

# Nothing listens there.
DOWN = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
LOST = {
    "ansible_connection": "local",
    "ansible_host": "10.99.0.1",
    "ansible_python_interpreter": sys.executable,
}


def include(workspace, **more):
    variables = {"register_targets_workspace": workspace, "register_targets_server_timeout": 0}
    return {
        "name": f"Include for {workspace}",
        "ansible.builtin.include_role": {"name": ROLE},
        "vars": {**variables, **more.pop("vars", {})},
        **more,
    }


def names(*numbers, port=9100):
    return [(f"host-{number:05}", port) for number in numbers]


def test_rhythm(ansible, hosts, apply, emulator, registered, writes, diff_of):
    workspace = {"register_targets_metrics_path": "/shop", "register_targets_description": "The shop"}
    play = [apply(workspace)]
    check = ansible(play, hosts(3), "--check", "--diff")
    assert check.code == 0
    assert check.changed == 3
    assert writes(emulator) == []
    assert "+" in diff_of(check)
    assert "host-00003" in diff_of(check)

    # Twice: the second changes nothing.
    do = ansible(play * 2, hosts(3), "--diff")
    assert do.code == 0
    assert do.changed == 3
    # The step of the other form is a task for one host of each play, not for all.
    assert sum(counts["skipped"] for counts in do.recap.values()) == 2
    assert diff_of(do) == diff_of(check)
    assert sorted(writes(emulator)) == ["create_target"] * 3 + ["create_workspace"]
    assert registered(emulator) == [("shop", *target) for target in names(1, 2, 3)]
    shop = emulator.state["workspaces"][0]
    assert (shop["metricsPath"], shop["description"]) == ("/shop", "The shop")

    absent = [apply({"register_targets_state": "absent"})]
    emulator.clear()
    check = ansible(absent, hosts(3), "--check", "--diff", "--limit", "web1,web3")
    assert check.changed == 2
    assert writes(emulator) == []
    do = ansible(absent * 2, hosts(3), "--diff", "--limit", "web1,web3")
    assert do.code == 0
    assert do.changed == 2
    assert diff_of(do) == diff_of(check)
    assert writes(emulator) == ["delete_target"] * 2
    assert registered(emulator) == [("shop", *target) for target in names(2)]


def test_exactly_the_hosts_that_run_it(ansible, hosts, apply, emulator, registered):
    mark = {"name": "Carry on", "ansible.builtin.debug": {"msg": "after {{ inventory_hostname }}"}}
    plays = [
        # The first host of the batch does not run the role; a role that is included twice; ports that differ.
        apply(
            {"when": "inventory_hostname in ['web2', 'web3']", "register_targets_workspace": "second"},
            pre_tasks=[
                include(
                    "first",
                    when="inventory_hostname not in ['web1', 'web5']",
                    vars={"register_targets_port": "{{ [9100, 9000 + inventory_hostname[3:] | int] }}"},
                )
            ],
        ),
        # In batches.
        apply({"register_targets_workspace": "batches"}, serial=2),
        # A mark of the runs before is stale where the host fails before the role.
        {
            "hosts": "web",
            "gather_facts": False,
            "tasks": [
                {
                    "block": [
                        {
                            "name": "Stop some",
                            "ansible.builtin.fail": {"msg": "stopped"},
                            "when": "inventory_hostname in ['web1', 'web4']",
                        },
                        include("rescued"),
                    ],
                    "rescue": [mark],
                }
            ],
        },
        # In a loop, each turn of it a run of its own; imported; under tags.
        {
            "hosts": "web1,web2",
            "gather_facts": False,
            "tasks": [
                include(
                    "{{ item }}",
                    loop=["loop-1", "loop-2"],
                    when="item == 'loop-1' or inventory_hostname == 'web2'",
                ),
                {
                    "name": "Import",
                    "ansible.builtin.import_role": {"name": ROLE},
                    "vars": {"register_targets_workspace": "imported"},
                },
            ],
        },
    ]
    run = ansible(plays, hosts(5))
    assert run.code == 0
    found = registered(emulator)
    of = {workspace: [(host, port) for name, host, port in found if name == workspace] for workspace, _h, _p in found}
    assert of.pop("first") == sorted(names(2, 3, 4) + [(f"host-0000{n}", 9000 + n) for n in (2, 3, 4)])
    assert of.pop("second") == names(2, 3)
    assert of.pop("batches") == names(1, 2, 3, 4, 5)
    assert of.pop("rescued") == names(2, 3, 5)
    assert of.pop("loop-1") == names(1, 2)
    assert of.pop("loop-2") == names(2)
    assert of.pop("imported") == names(1, 2)
    assert not of
    assert run.output.count('"msg": "after') == 2
    assert run.failed == {"web1": ["stopped"], "web4": ["stopped"]}
    assert run.output.count("Workspace batches") == 3


def test_failed_and_unreachable_hosts(ansible, hosts, apply, emulator, registered):
    web = {"web0": DOWN, **hosts(4), "web8": LOST, "web9": {**LOST, "ansible_host": "db.example"}}
    before = [
        {"name": "Reach", "ansible.builtin.ping": {}},
        {"name": "Fail one", "ansible.builtin.fail": {"msg": "own"}, "when": "inventory_hostname == 'web2'"},
    ]
    after = [{"name": "Carry on", "ansible.builtin.debug": {"msg": "after {{ inventory_hostname }}"}}]
    run = ansible([apply(pre_tasks=before, tasks=after)], web)
    assert run.code != 0
    assert run.recap["web0"]["unreachable"] == 1
    assert registered(emulator) == [("shop", *target) for target in names(1, 3, 4)]
    assert [host for host in web if f'"after {host}"' in run.output] == ["web1", "web3", "web4"]
    assert set(run.failed) == {"web0", "web2", "web8", "web9"}
    assert run.failed["web2"] == ["own"]
    (lost,) = run.failed["web8"]
    assert "web8 port 9100: No server with ip 10.99.0.1 is listed" in lost
    assert "gather facts" in lost
    assert "instance_id" in lost
    assert "register_targets_identity" in lost
    (nameless,) = run.failed["web9"]
    assert nameless.startswith("web9: ansible_host 'db.example' is not an IP address")
    assert "gather facts" in nameless
    assert run.says("Workspace shop, 4 hosts: 3 are registered (3 changed), 1 failed.")


def test_failures_as_the_play_wants_them(ansible, hosts, apply, emulator, registered):
    mark = {"name": "Carry on", "ansible.builtin.debug": {"msg": "after {{ inventory_hostname }}"}}
    web = {**hosts(2), "web9": LOST}
    ignored = ansible([apply(ignore_errors=True, tasks=[mark])], web)
    assert ignored.code == 0
    assert ignored.output.count('"msg": "after web') == 3
    fatal = ansible([apply(any_errors_fatal=True, tasks=[mark])], web)
    assert fatal.code != 0
    assert '"msg": "after web' not in fatal.output
    assert registered(emulator) == [("shop", *target) for target in names(1, 2)]


def test_variables_that_cannot_be_templated(ansible, hosts, apply, emulator, registered):
    """Each host fails with its own reason, also where the failure is rescued."""
    tasks = [{"block": [include("shop")], "rescue": [{"name": "Rescue", "ansible.builtin.meta": "noop"}]}]
    rescued = {"hosts": "web", "gather_facts": False, "tasks": tasks}
    run = ansible([rescued, apply()], hosts(3, nhncloud_sysmon_timeout="{{ 1 // 0 }}"))
    assert run.code != 0
    assert registered(emulator) == []
    reasons = [reason for host in ("web1", "web2", "web3") for reason in run.failed[host]]
    assert len(reasons) == 6
    assert all("division" in reason for reason in reasons)


def test_each_host_by_its_own_variables(ansible, hosts, apply, emulator, emulate, registered):
    """Hosts of one batch are registered together only if they want the same from the same service."""
    elsewhere = emulate(servers=9)
    web = hosts(11, register_targets_workspace="shop", register_targets_server_timeout=0)
    play = {"hosts": "web", "gather_facts": False, "roles": [ROLE]}
    assert ansible([play], web, "--limit", "web4,web5").code == 0
    web["web3"]["register_targets_workspace"] = "bank"
    web["web4"]["register_targets_state"] = "absent"
    web["web5"].update(register_targets_verify="health", register_targets_verify_timeout=0)
    broken = next(one["targetId"] for one in emulator.state["targets"] if one["hostNm"] == "host-00005")
    emulator.change("targets", broken, resultCd=7, failReason="HTTP status 503")
    web["web6"]["nhncloud_sysmon_api_url"] = elsewhere.url
    web["web7"]["register_targets_app_key"] = "wrong"
    web["web8"]["nhncloud_sysmon_region"] = "{{ 1 // 0 }}"
    web["web9"]["register_targets_workspace"] = "bank"
    web["web10"]["register_targets_project_id"] = "other"
    web["web11"]["register_targets_delegate_to"] = "down"
    run = ansible([play], web, other={"hosts": {"down": DOWN}})
    shop, bank = [("shop", host, port) for host, port in names(1, 2, 5)], [("bank", *host) for host in names(3, 9)]
    assert registered(emulator) == bank + shop
    assert registered(elsewhere) == [("shop", "host-00006", 9100)]
    assert set(run.failed) - {"down"} == {"web5", "web7", "web8", "web10", "web11"}
    assert "list workspaces failed" in run.failed["web10"][0]
    assert SSH.search(run.failed["web11"][-1])
    assert "HTTP status 503" in run.failed["web5"][0]
    assert "appkey was refused" in run.failed["web7"][0]
    assert "division" in run.failed["web8"][0]
    assert run.says("Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed.")
    assert run.says("Workspace bank, 2 hosts: 2 are registered (2 changed), 0 failed.")


def test_many_hosts_that_skip_it(ansible, hosts, emulator, registered, writes):
    """They cost one condition each, and the one that runs it registers itself alone."""
    play = {"hosts": "web", "gather_facts": False, "tasks": [include("shop", when="inventory_hostname == 'web7'")]}
    run = ansible([play], hosts(60))
    assert run.code == 0
    assert registered(emulator) == [("shop", "host-00007", 9100)]
    assert sorted(writes(emulator)) == ["create_target", "create_workspace"]
    idle = {"ok": 0, "changed": 0, "unreachable": 0, "failed": 0, "skipped": 1, "rescued": 0, "ignored": 0}
    assert [host for host, counts in run.recap.items() if counts != idle] == ["web7"]


def test_check_mode_before_anything_exists(ansible, hosts, apply, emulator, writes):
    run = ansible([apply({"register_targets_server_timeout": 60})], {**hosts(2), "web9": LOST}, "--check", "--diff")
    assert run.code == 0
    assert run.changed == 3
    assert writes(emulator) == []
    assert "10.99.0.1" in run.output
    assert run.says("are not listed yet are assumed to appear: ip 10.99.0.1.")


def test_values_from_the_command_line_are_text(ansible, hosts, apply, emulator, registered):
    text = {
        "port": "9200",
        "create_workspace": "true",
        "server_timeout": "0",
        "probe": "false",
        "verify_timeout": "5",
        "batch": "2",
        "max_workers": "4",
        "timeout": "10",
        "retries": "1",
        "validate_certs": "true",
        "rate_limit": "100",
    }
    extra = [argument for key, value in text.items() for argument in ("-e", f"register_targets_{key}={value}")]
    run = ansible([apply()], hosts(3), *extra)
    assert run.code == 0
    assert registered(emulator) == [("shop", *target) for target in names(1, 2, 3, port=9200)]
    assert "2 targets written." in run.output

    absent = ansible([apply()], hosts(3), *extra, "-e", "register_targets_state=absent")
    assert absent.code == 0
    assert registered(emulator) == []


def test_wrong_values(ansible, hosts, apply, emulator, writes, poison):
    """A wrong port or identity is a matter of its host alone."""
    web = hosts(5)
    poison("web5")
    web["web1"]["register_targets_port"] = 0
    web["web2"]["register_targets_port"] = [9100, "http"]
    web["web3"]["register_targets_identity"] = "10.0.0.300"
    run = ansible([apply()], web)
    assert run.code != 0
    assert sorted(writes(emulator)) == ["create_target", "create_workspace"]
    assert set(run.failed) == {"web1", "web2", "web3", "web5"}
    assert not list(ansible.folder.glob("templated"))
    assert "web1: register_targets_port 0 is not a port" in run.failed["web1"][0]
    assert "web2: register_targets_port" in run.failed["web2"][0]
    assert "http" in run.failed["web2"][0]
    assert "'10.0.0.300' is not an IP address" in run.failed["web3"][0]

    wrong = {"state": "gone", "match": "mac", "verify": "perhaps", "batch": "many", "workspace": "", "timeout": "soon"}
    emulator.clear()
    mark = {"name": "Rescue", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result | string }}"}}
    tasks = [
        {"block": [include("shop", vars={f"register_targets_{key}": value})], "rescue": [mark]}
        for key, value in wrong.items()
    ]
    run = ansible([{"hosts": "web4", "gather_facts": False, "tasks": tasks}], web)
    assert run.recap["web4"]["rescued"] == len(wrong)
    assert writes(emulator) == []
    for key in sorted(set(wrong) - {"workspace"}):
        assert f"register_targets_{key}" in run.output, key
    assert "missing required arguments: register_targets_workspace" in run.output


@pytest.mark.parametrize("unset", ["", "{{ omit }}"])
def test_hosts_that_are_not_set(ansible, hosts, apply, emulator, unset):
    shown = {"ansible.builtin.debug": {"msg": "port {{ register_targets_result.targets[0].port }}"}}
    run = ansible([apply({"register_targets_hosts": unset}, post_tasks=[shown])], hosts(2))
    assert run.code == 0
    assert run.output.count("port 9100") == 2


def test_a_wrong_option_of_one_host(ansible, hosts, apply, emulator, registered):
    """That host fails and is not registered, whichever host is the first."""
    web = hosts(3)
    web["web1"]["register_targets_max_workers"] = "{{ 'abc' }}"
    web["web3"]["register_targets_verify_timeout"] = "{{ nothing.at_all }}"
    run = ansible([apply({})], web)
    assert run.code == 2
    assert set(run.failed) == {"web1", "web3"}
    assert run.says("1 host: 1 is registered (1 changed), 0 failed.")
    assert registered(emulator) == [("shop", "host-00002", 9100)]


def test_an_option_that_changes_between_the_steps(ansible, hosts, apply, emulator, registered):
    """web2 leaves the play in the first step, so the option has another value in the second."""
    web = hosts(3, register_targets_verify_timeout="{{ 1 + ansible_play_hosts | length }}")
    web["web2"]["register_targets_port"] = 0
    run = ansible([apply({})], web)
    assert set(run.failed) == {"web2"}
    assert run.says("2 hosts: 2 are registered (2 changed), 0 failed.")
    assert registered(emulator) == [("shop", f"host-0000{number}", 9100) for number in (1, 3)]
