# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporters that are down, and proof that the others are collected."""

from __future__ import annotations


def test_probe_says_before_that_an_exporter_is_down(stage):
    up, down = stage.host("web-1"), stage.host("web-2", exporter=False)
    run = stage.register(stage.inventory(down, up), probe=True)
    assert (run.failed, run.fine) == (["web-2"], ["web-1"])
    assert run.reason("web-2").startswith("web-2: the exporter did not respond on the host itself. Port 9100: ")
    assert "Connection refused" in run.reason("web-2")
    assert stage.targets() == [(up.address, 9100)]


def test_verify_health_gives_the_reason_of_the_service(stage):
    up, down = stage.host("web-1"), stage.host("web-2", exporter=False)
    run = stage.register(stage.inventory(down, up), verify="health", verify_timeout=12)
    assert (run.failed, run.fine) == (["web-2"], ["web-1"])
    (target,) = [target for target in stage.service.state["targets"] if target["svrIp"] == down.address]
    assert "connection refused" in target["failReason"]
    assert run.reason("web-2").startswith("web-2 port 9100: ")
    assert target["failReason"] in run.reason("web-2")
    assert stage.targets() == sorted((host.address, 9100) for host in (up, down))


def test_verify_query_names_the_host_without_samples(stage):
    up, down = stage.host("web-1"), stage.host("web-2", exporter=False)
    run = stage.register(stage.inventory(down, up), verify="query", verify_timeout=15)
    assert (run.failed, run.fine) == (["web-2"], ["web-1"])
    assert run.reason("web-2").startswith(
        'web-2 port 9100 is not verified after 15 s: up{job="shop"}, label instance: Its value is 0.'
    )
    assert run.summary == ["Workspace shop, 2 hosts: 2 are registered (2 changed), 0 failed, 1 not verified."]


def test_verify_query_names_both_ports_of_a_dead_exporter(stage):
    """Each with what the query gives and with the reason of the service."""
    up, down = stage.host("web-1"), stage.host("web-2", exporter=False)
    ports = {"port": [9100, 9200]}
    run = stage.register(stage.inventory(down), verify="query", verify_timeout=15, **ports)
    assert run.failed == ["web-2"]
    reason = run.reason("web-2")
    for port in (9100, 9200):
        assert (
            f'web-2 port {port} is not verified after 15 s: up{{job="shop"}}, label instance: Its value is 0.' in reason
        )
    assert reason.count("connection refused") == 2
    assert stage.targets() == [(down.address, 9100), (down.address, 9200)]
    assert up.address not in run.output
