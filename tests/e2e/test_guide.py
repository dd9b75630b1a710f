# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plays and commands of the documentation, run unchanged."""

from __future__ import annotations

import pytest
import yaml
from documents import PROVISIONING, ROLE_GUIDE, ROLE_README, block, blocks

SITE = block(PROVISIONING, "# site.yml")


def inventory_of(stage, *hosts) -> str:
    """The guide's inventory, with the addresses of hosts that are there."""
    text = block(PROVISIONING, "# hosts.ini")
    for number, host in enumerate(hosts, 5):
        assert f"{host.name} ansible_host=192.168.0.{number}" in text
        text = text.replace(f"192.168.0.{number}", host.address)
    return text


def test_readme_and_guide_show_the_same_play():
    assert block(ROLE_README, "# site.yml") == SITE
    assert block(ROLE_README, "export") == block(PROVISIONING, "export")


def test_every_play_of_the_documentation_is_known_here():
    named = {text.split()[1] for page in (PROVISIONING, ROLE_GUIDE) for text in blocks(page) if text.startswith("# ")}
    assert named == {
        *("hosts.ini", "site.yml", "new-servers.yml", "agent.yml", "leave.yml"),
        *("fleet.yml", "two-workspaces.yml", "bastion.yml"),
    }


def test_provisioning(stage):
    web = stage.hosts("web-1", "web-2", "web-3", listed=False, exporter=False)
    web[2].start_exporter(9113)
    inventory = inventory_of(stage, *web)
    check = stage.controller.play(SITE, inventory, "--check", "--diff")
    assert check.code == 0
    assert check.fine == ["web-1", "web-2", "web-3"]
    assert stage.written() == []
    added = [line[1:].strip(" ,") for line in check.output.splitlines() if line.startswith("+")]
    assert '"name": "shop"' in added
    assert (added.count('"port": 9100'), added.count('"port": 9113')) == (3, 1)
    assert check.summary == ["Workspace shop, 3 hosts: 3 would be registered (3 changed), 0 failed."]

    stage.report(web[0])
    stage.report(web[1])
    stage.later(6, stage.report, web[2])
    run = stage.controller.play(SITE, inventory)
    assert run.code == 0
    assert run.fine == ["web-1", "web-2", "web-3"]
    wanted = [*((host.address, 9100) for host in web), (web[2].address, 9113)]
    assert stage.targets("shop") == sorted(wanted)
    assert len(stage.written()) == 5

    again = stage.controller.play(SITE, inventory)
    assert again.code == 0
    assert not any(counts["changed"] for counts in again.recap.values())
    assert stage.written() == []


def test_servers_that_go_are_deregistered_by_name(stage):
    web = stage.hosts("web-1", "web-2", "web-3", exporter=False)
    inventory = inventory_of(stage, *web).replace(" register_targets_port='[9100, 9113]'", "")
    (stage.controller.folder / "hosts.ini").write_text(inventory, encoding="utf-8")
    register = block(PROVISIONING, "ansible-playbook -i hosts.ini nhncloud.sysmon.register")
    deregister = block(PROVISIONING, "ansible-playbook -i hosts.ini nhncloud.sysmon.deregister")
    assert stage.controller.command("sh", "-c", register).code == 0
    assert len(stage.targets("shop")) == 3
    for host in web[:2]:
        stage.service.remove("servers", host.server["hostId"])
        host.stop()
    stage.written()

    gone = stage.controller.command(
        "sh", "-c", deregister.replace("register_hosts=web ", "register_hosts=web-1,web-2 ")
    )
    assert gone.code == 0
    assert stage.written() == ["delete_target", "delete_target"]
    assert stage.targets() == [(web[2].address, 9100)]
    assert stage.controller.command("sh", "-c", deregister).code == 0
    assert stage.targets() == []
    stage.written()
    assert stage.controller.command("sh", "-c", deregister).code == 0
    assert stage.written() == []

    failing = stage.controller.command("sh", "-c", f"{register.strip()} -e register_targets_server_timeout=0")
    assert failing.code != 0
    assert set(failing.failed) >= {"web-1", "web-2"}
    assert "web-3" not in failing.failed
    assert failing.reason("web-1").startswith("web-1 port 9100: No server with ip ")


def test_leaving(stage):
    web = stage.hosts("web-1", "web-2", "web-3", exporter=False)
    assert stage.register(inventory_of(stage, *web), match="instance_id").code == 0
    stage.service.add_target(jobName="shop", hostId=web[0].server["hostId"], port=9999)
    assert stage.controller.play(block(PROVISIONING, "# leave.yml"), inventory_of(stage, *web)).code == 0
    assert stage.targets() == [(web[0].address, 9999)]


def test_servers_made_by_cloud_init(stage):
    (user_data,) = [yaml.safe_load(text) for text in blocks(PROVISIONING) if text.startswith("#cloud-config")]
    assert user_data["packages"] == ["prometheus-node-exporter"]
    host = stage.host("web-1", listed=False, exporter=False)

    def first_boot():
        host.run("service", user_data["packages"][0], "start")
        host.write("/var/lib/cloud/instance/boot-finished", "")

    stage.later(5, first_boot)
    stage.later(9, stage.report, host)
    run = stage.controller.play(block(PROVISIONING, "# new-servers.yml"), stage.inventory(host))
    assert run.code == 0
    assert stage.targets("shop") == [(host.address, 9100)]


def test_a_server_that_is_not_listed_gets_its_agent(stage):
    here, missing = stage.host("web-1", exporter=False), stage.host("web-2", listed=False, exporter=False)
    for host in (here, missing):
        host.write("/opt/toast-sysmon-install.sh", "#!/bin/sh\nid -u >/run/agent\n")
        host.run("chmod", "+x", "/opt/toast-sysmon-install.sh")
    run = stage.controller.play(block(PROVISIONING, "# agent.yml"), stage.inventory(here, missing))
    assert run.code == 0
    assert [run.recap[name]["changed"] for name in ("web-1", "web-2")] == [0, 1]
    assert missing.run("cat", "/run/agent") == "0\n"


def test_role_guide(stage):
    web = stage.hosts("web-1", "web-2", exporter=False)
    inventory = stage.inventory(*web, more="\n[databases]\nweb-2\n")
    assert stage.controller.play(block(ROLE_GUIDE, "# fleet.yml"), inventory).code == 0
    assert stage.targets() == sorted((host.address, 9100) for host in web)
    assert stage.controller.play(block(ROLE_GUIDE, "# two-workspaces.yml"), inventory).code == 0
    assert stage.targets("hosts") == sorted((host.address, 9100) for host in web)
    assert stage.targets("databases") == [(web[1].address, 9104)]


@pytest.mark.parametrize("page", [PROVISIONING, ROLE_GUIDE, ROLE_README], ids=lambda page: page.name)
def test_blocks_of_yaml_can_be_read(page):
    for text in blocks(page):
        if text.startswith("# ") and text.split()[1].endswith(".yml"):
            assert yaml.safe_load(text)
