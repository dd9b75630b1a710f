# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.hostnames import host_names


def server(host_id, hostname=None, ip=None):
    return {"host_id": host_id, "hostname": hostname, "ip": ip, "instance_id": None, "project_id": None}


def named(servers, preferences=("hostname", "ip"), taken=()):
    found, appended = host_names(servers, preferences, lambda name, _host_id: name in taken)
    return {name: own["host_id"] for name, own in found.items()}, appended


@pytest.mark.parametrize("name", ["web-1", "web_1.example.com", "웹서버", "fd00::1", "1"])
def test_usable_names(name):
    assert named([server("a", name)]) == ({name: "a"}, [])


@pytest.mark.parametrize(
    "name", [None, "", "-oProxyCommand=x", "two words", "a\nb", "{{x}}", "web[1:3]", "a,b", "!a", "::1"]
)
def test_the_next_name_where_one_cannot_be_used(name):
    assert named([server("a", name, "10.0.0.1")]) == ({"10.0.0.1": "a"}, [])
    assert named([server("a", name)]) == ({"a": "a"}, [])


def test_the_order_of_preference():
    assert named([server("a", "web", "10.0.0.1")], ["ip", "hostname"]) == ({"10.0.0.1": "a"}, [])


def test_every_holder_of_a_name_gets_its_id_whatever_the_order():
    three = [server("a", "web"), server("b", "db"), server("c", "web")]
    expected = ({"db": "b", "web-a": "a", "web-c": "c"}, ["web"])
    assert named(three) == named(three[::-1]) == expected


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_no_server_is_the_controller(name):
    assert named([server("a", name)]) == ({f"{name}-a": "a"}, [name])


def test_taken_names():
    assert named([server("a", "web")], taken=["web"]) == ({"web-a": "a"}, ["web"])
    assert named([server("a", "web")], taken=["web", "web-a"]) == ({"web-a-a": "a"}, ["web"])


def test_no_host_is_lost_to_a_name_that_looks_appended():
    found, _appended = named([server("a", "web"), server("b", "web"), server("c", "web-a")])
    assert sorted(found.values()) == ["a", "b", "c"]
    assert found["web-a"] == "c"


@pytest.mark.parametrize(
    ("host_id", "name"),
    [("-oProxyCommand", "server-oProxyCommand"), ("--", "server--"), ("********", "server--------")],
)
def test_no_name_begins_with_a_sign(host_id, name):
    assert named([server(host_id)]) == ({name: host_id}, [])
