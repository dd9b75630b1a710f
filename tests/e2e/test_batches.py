# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batches of hosts: who is registered, and who is not."""

from __future__ import annotations

NOWHERE = "10.213.255.1"  # no host has it


def test_rerun_changes_nothing(stage):
    web = stage.hosts("web-1", "web-2")
    first = stage.register(stage.inventory(*web))
    assert first.code == 0
    assert first.fine == ["web-1", "web-2"]
    assert stage.targets("shop") == sorted((host.address, 9100) for host in web)
    assert stage.written() == ["create_workspace", "create_target", "create_target"]
    assert first.summary == ["Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed."]

    again = stage.register(stage.inventory(*web))
    assert again.code == 0
    assert not any(counts["changed"] for counts in again.recap.values())
    assert stage.written() == []
    assert again.summary == ["Workspace shop, 2 hosts: 2 are registered (0 changed), 0 failed."]


def test_serial_with_a_first_host_that_ssh_does_not_reach(stage):
    web = stage.hosts("web-1", "web-2", "web-3", "web-4", exporter=False)
    stage.service.add_server(hostNm="web-0", svrIp=NOWHERE)
    inventory = stage.inventory(f"web-0 ansible_host={NOWHERE}", *web)
    run = stage.register(inventory, play={"serial": 2, "gather_facts": True, "gather_subset": ["!all", "network"]})
    assert run.code != 0
    assert (run.unreachable, run.failed) == (["web-0"], [])
    assert run.fine == ["web-1", "web-2", "web-3", "web-4"]
    assert stage.targets() == sorted((host.address, 9100) for host in web)
    assert run.summary == [
        f"Workspace shop, {n} host{'s' if n > 1 else ''}: {n} {'are' if n > 1 else 'is'} registered ({n} changed), 0 failed."
        for n in (1, 2, 1)
    ]
    assert len(stage.service.requests("list_servers")) == 3


def test_limit(stage):
    web = stage.hosts("web-1", "web-2", "web-3", exporter=False)
    run = stage.register(stage.inventory(*web), "--limit", "web-2,web-3")
    assert run.code == 0
    assert sorted(run.recap) == ["web-2", "web-3"]
    assert stage.targets() == sorted((host.address, 9100) for host in web[1:])

    stage.service.clear()
    removed = stage.register(stage.inventory(*web), "--limit", "web-3", state="absent")
    assert removed.code == 0
    assert stage.targets() == [(web[1].address, 9100)]


def test_ports_that_differ_from_host_to_host(stage):
    web = stage.hosts("web-1", "web-2", exporter=False)
    lines = stage.inventory(*web, more="[web:vars]\nregister_targets_port=9200")
    lines = lines.replace(web[0].address, f"{web[0].address} register_targets_port='[9100, 9101]'")
    web[0].start_exporter(9100)
    web[0].start_exporter(9101)
    web[1].start_exporter(9200)
    run = stage.register(lines, probe=True, verify="query", verify_timeout=30)
    assert run.code == 0
    both = sorted([(web[0].address, 9100), (web[0].address, 9101), (web[1].address, 9200)])
    assert stage.targets() == both

    stage.register(lines, "--limit", "web-1", "-e", "register_targets_port=9101", state="absent")
    assert stage.targets() == sorted(set(both) - {(web[0].address, 9101)})


def test_when_on_the_role_and_the_role_twice_in_a_play(stage):
    web = stage.hosts("web-1", "web-2", "web-3", exporter=False)
    role = {"role": "nhncloud.sysmon.register_targets", "register_targets_server_timeout": 0}
    roles = [
        {**role, "register_targets_workspace": "shop", "when": "inventory_hostname != 'web-1'"},
        {
            **role,
            "register_targets_workspace": "databases",
            "register_targets_port": 9104,
            "register_targets_match": "hostname",
            "when": "inventory_hostname in ['web-1', 'web-3']",
        },
    ]
    run = stage.register(stage.inventory(*web), play={"roles": roles})
    assert run.code == 0
    assert stage.targets("shop") == sorted((host.address, 9100) for host in web[1:])
    assert stage.targets("databases") == sorted((host.address, 9104) for host in (web[0], web[2]))
    assert run.summary == [
        "Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed.",
        "Workspace databases, 2 hosts: 2 are registered (2 changed), 0 failed.",
    ]
