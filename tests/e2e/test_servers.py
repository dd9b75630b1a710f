# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that come late, never, or go: the agent and the list of servers."""

from __future__ import annotations


def test_an_agent_that_reports_20_seconds_later(stage):
    here, late = stage.host("web-1"), stage.host("web-2", listed=False)
    stage.later(20, stage.report, late)
    run = stage.register(stage.inventory(here, late), server_timeout=90, verify="query", verify_timeout=30)
    assert run.code == 0
    assert run.fine == ["web-1", "web-2"]
    assert run.seconds > 18
    assert stage.targets() == sorted((host.address, 9100) for host in (here, late))


def test_an_agent_that_never_reports(stage):
    first, never, last = (stage.host(f"web-{n}", listed=n != 2, exporter=False) for n in (1, 2, 3))
    run = stage.register(stage.inventory(first, never, last), server_timeout=4)
    assert run.code != 0
    assert (run.failed, run.fine) == (["web-2"], ["web-1", "web-3"])
    assert run.reason("web-2").startswith("web-2 port 9100: No server with ip " + never.address + " is listed")
    assert stage.targets() == sorted((host.address, 9100) for host in (first, last))
    assert run.summary == ["Workspace shop, 3 hosts: 2 are registered (2 changed), 1 failed."]


def test_a_server_renamed_since_is_found_by_its_instance_id(stage):
    host = stage.host("web-1", exporter=False)
    assert stage.register(stage.inventory(host), match="instance_id").code == 0
    stage.service.change("servers", host.server["hostId"], hostNm="shop-front")
    host.run("hostname", "shop-front")
    stage.written()

    by_name = stage.register(stage.inventory(host), match="hostname")
    assert by_name.failed == ["web-1"]
    assert "No server with hostname web-1 is listed" in by_name.reason("web-1")
    by_id = stage.register(stage.inventory(host), match="instance_id")
    assert by_id.code == 0
    assert stage.written() == []
    assert [target["hostNm"] for target in stage.service.state["targets"]] == ["shop-front"]


def test_two_servers_of_the_same_name(stage):
    twins = stage.hosts("web-a", "web-b", exporter=False, hostNm="web")
    inventory = stage.inventory(*twins)
    by_name = stage.register(inventory, match="hostname", identity="web")
    assert by_name.failed == ["web-a", "web-b"]
    for host in twins:
        reason = by_name.reason(host.name)
        assert reason.startswith(f"{host.name} port 9100: 2 servers match hostname web: ")
        assert all(f"{twin.server['hostId']} ({twin.address})" in reason for twin in twins)
    assert stage.targets() == []

    by_address = stage.register(inventory)
    assert by_address.code == 0
    assert stage.targets() == sorted((host.address, 9100) for host in twins)
