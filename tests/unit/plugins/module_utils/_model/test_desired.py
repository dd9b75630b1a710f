# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.desired import (
    checked_id,
    checked_name,
    desired_targets_from,
)

BASE = {
    "workspace": "shop",
    "workspace_id": None,
    "state": "present",
    "server_timeout": 0,
    "wait": False,
    "wait_timeout": 300,
    "retries": 4,
}
BULK = {**BASE, "port": None, "purge": False, "max_workers": 8, "rate_limit": None}


def entry(**given):
    return {"host_id": None, "hostname": None, "ip": None, "instance_id": None, "port": None, **given}


def test_one_target():
    desired = desired_targets_from({**BASE, **entry(hostname=" web-1 ", port=9100), "state": "absent", "wait": True})
    assert [str(one) for one in desired.entries] == ["hostname web-1 port 9100"]
    assert (desired.workspace, desired.absent, desired.purge, desired.workers, desired.wait) == (
        "shop",
        True,
        False,
        1,
        True,
    )


def test_many_targets():
    targets = [entry(ip=["10.0.0.1", "::1"]), entry(host_id="h", port=1), entry(instance_id="i", port=65535)]
    desired = desired_targets_from({**BULK, "targets": targets, "port": 9100, "purge": True, "max_workers": 64})
    assert [str(one) for one in desired.entries] == [
        "ip 10.0.0.1, ::1 port 9100",
        "host_id h port 1",
        "instance_id i port 65535",
    ]
    assert (desired.absent, desired.purge, desired.workers) == (False, True, 64)


def test_no_targets_are_an_order_too():
    assert desired_targets_from({**BULK, "targets": []}).entries == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"purge": True, "state": "absent"}, "state: present"),
        ({"purge": True, "targets": []}, "empty list"),
        ({"max_workers": 0}, "max_workers"),
        ({"max_workers": 65}, "max_workers"),
        ({"rate_limit": 0.0}, "rate_limit"),
        ({"rate_limit": -1.0}, "rate_limit"),
        ({"rate_limit": float("nan")}, "rate_limit"),
        ({"server_timeout": -1}, "server_timeout"),
        ({"wait_timeout": -1}, "wait_timeout"),
        ({"wait_timeout": 10**400}, "wait_timeout must be 0 or more, and at most a year"),
        ({"server_timeout": 366 * 86400 + 1}, "server_timeout"),
        ({"workspace": " "}, "workspace is empty"),
        ({"workspace": None, "workspace_id": "a/b"}, "workspace_id"),
        ({"workspace": None, "workspace_id": ""}, "workspace_id"),
        ({"targets": [entry(hostname="a", port=1), entry(hostname="b")]}, "Entry 2: port is missing"),
        ({"targets": [entry(hostname="a", port=0)]}, "port 0"),
        ({"targets": [entry(hostname="a", port=65536)]}, "port 65536"),
        ({"port": 0}, "port 0"),
        ({"targets": [entry(hostname=" ", port=1)]}, "hostname is empty"),
        ({"targets": [entry(instance_id="", port=1)]}, "instance_id is empty"),
        ({"targets": [entry(ip=[], port=1)]}, "ip is empty"),
        ({"targets": [entry(ip=["10.0.0.1", ""], port=1)]}, "ip is empty"),
        ({"targets": [entry(ip=["10.0.0.1", "web-1"], port=1)]}, "'web-1' is not an IP address"),
        ({"targets": [entry(host_id="../x", port=1)]}, "host_id '../x'"),
    ],
)
def test_refused(changed, words):
    with pytest.raises(SysmonError) as caught:
        desired_targets_from({**BULK, "targets": [entry(hostname="a")], "port": None, **changed})
    assert caught.value.kind == "config"
    assert words in str(caught.value)


@pytest.mark.parametrize("port", [1, 9100, 65535])
def test_ports(port):
    assert desired_targets_from({**BASE, **entry(host_id="h", port=port)}).entries[0].port == port


def test_what_is_not_given_is_not_checked():
    assert checked_id(None, "x") is None
    assert checked_name(None, "x") is None
    assert checked_id("aB_-9", "x") == "aB_-9"
    assert checked_name("@Linux", "x") == "@Linux"
