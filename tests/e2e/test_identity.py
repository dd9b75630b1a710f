# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host is recognised: by its addresses, or by the instance id that it finds out."""

from __future__ import annotations

CLOUD_INIT = "/var/lib/cloud/data/instance-id"
FIRMWARE = "/sys/class/dmi/id/product_uuid"
HANGS = "import socket, time; server = socket.create_server(('169.254.169.254', 80)); time.sleep(600)"


def test_a_floating_address_that_the_service_does_not_know(stage):
    host = stage.host("web-1", exporter=False)
    floating = "10.213.200.1"
    host.answer_to(floating)
    inventory = stage.inventory(f"web-1 ansible_host={floating}")

    bare = stage.register(inventory)
    assert bare.failed == ["web-1"]
    assert f"No server with ip {floating} is listed" in bare.reason("web-1")
    assert "gather facts, match by instance_id, or set register_targets_identity" in bare.reason("web-1")
    assert stage.targets() == []

    for how in (
        {"play": {"gather_facts": True, "gather_subset": ["!all", "network"]}},
        {"match": "instance_id"},
        {"identity": host.address},
    ):
        run = stage.register(inventory, **how)
        assert run.code == 0, how
        assert stage.targets() == [(host.address, 9100)]
        removed = stage.register(inventory, state="absent", **how)
        assert removed.code == 0, how
        assert stage.targets() == []


def test_each_source_of_the_instance_id_falls_softly_to_the_next(stage):
    names = ("meta", "cloud-init", "firmware", "hangs", "nowhere")
    meta, cloud_init, firmware, hangs, nowhere = hosts = stage.hosts(*names, exporter=False, metadata=False)
    meta.serve_metadata()
    meta.write(CLOUD_INIT, "00000000-0000-4000-8000-000000000000")
    # An address that no host has, and cloud-init's own record.
    cloud_init.write(CLOUD_INIT, cloud_init.instance_id + "\n")
    cloud_init.write(FIRMWARE, "00000000-0000-4000-8000-000000000000")
    # Records in the manner of EC2 are no ids of Compute; the firmware writes upper case.
    firmware.serve_metadata({"uuid": "i-0000000a"})
    firmware.write(CLOUD_INIT, "i-0000000a")
    firmware.write(FIRMWARE, firmware.instance_id.upper() + "\n")
    # A service that takes the connection and says nothing.
    hangs.run("ip", "address", "add", "169.254.169.254/32", "dev", "lo")
    hangs.start("python3", "-c", HANGS)
    hangs.write(CLOUD_INIT, hangs.instance_id)
    # A web server that knows no such page, and nothing else.
    nowhere.serve_metadata()
    nowhere.run("rm", "-r", "/srv/metadata/openstack", FIRMWARE)

    proxies = {"http_proxy": "http://192.0.2.1:3128", "no_proxy": "127.0.0.1"}
    facts = {"ansible.builtin.assert": {"that": "'all_ipv4_addresses' not in ansible_facts"}}
    play = {"become": True, "environment": proxies, "post_tasks": [facts]}
    run = stage.register(stage.inventory(*hosts), "-v", match="instance_id", play=play)
    assert run.failed == ["nowhere"]
    assert "nowhere: its instance id is not known" in run.reason("nowhere")
    assert stage.targets() == sorted((host.address, 9100) for host in hosts[:4])
    for host, source in (
        (meta, "the metadata service"),
        (cloud_init, "cloud-init"),
        (firmware, "the firmware"),
        (hangs, "cloud-init"),
    ):
        told = host.instance_id.upper() if host is firmware else host.instance_id
        assert f"{host.name}: instance id {told} from {source}" in run.output
    for source in ("the metadata service at ", "cloud-init (", "the firmware ("):
        assert source in run.reason("nowhere")
    assert "Gathering Facts" not in run.output

    silent = stage.register(stage.inventory(meta), match="instance_id")
    assert silent.code == 0
    assert meta.instance_id not in silent.output
