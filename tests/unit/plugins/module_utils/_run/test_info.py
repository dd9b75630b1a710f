# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.info import (
    list_servers,
    list_targets,
    list_workspaces,
)

SERVER_FILTERS = dict.fromkeys(("host_id", "hostname", "ip", "instance_id"))
TARGET_FILTERS = dict.fromkeys(
    ("workspace", "workspace_id", "hostname", "ip", "host_id", "target_id", "port", "health")
)


@pytest.fixture
def shop(emulator):
    for name, job in (("other", "other-id"), ("empty", "empty-id")):
        emulator.add_workspace(jobName=name, jobId=job)
    for target_id, job, port, result in (("t1", "shop", 1, 0), ("t2", "shop", 2, 1), ("t3", "other", 1, 0)):
        emulator.add_target(targetId=target_id, jobName=job, hostId=f"h{port}", port=port, resultCd=result)
    emulator.clear()
    return emulator


def calls(emulator):
    return [entry["call"] for entry in emulator.requests()]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["host-00001", "host-00002", "host-00003"]),
        ({"hostname": ["HOST-00002"]}, ["host-00002"]),
        ({"ip": ["::ffff:10.0.0.3", "10.0.0.1"]}, ["host-00001", "host-00003"]),
        ({"host_id": ["nobody"]}, []),
        ({"instance_id": ["nobody"], "hostname": ["host-00001"]}, []),
    ],
)
def test_servers(filters, names, emulator, client_of):
    result = list_servers(client_of(emulator), {**SERVER_FILTERS, **filters})
    assert [server["hostname"] for server in result["servers"]] == names
    assert calls(emulator) == ["list_servers"]


@pytest.mark.parametrize(
    ("params", "names", "call"),
    [
        ({}, ["@Linux", "shop", "other", "empty"], "list_workspaces"),
        ({"name": "shop"}, ["shop"], "list_workspaces"),
        ({"name": "nothing"}, [], "list_workspaces"),
        ({"workspace_id": "shop-id"}, ["shop"], "get_workspace"),
        ({"workspace_id": "nothing"}, [], "get_workspace"),
        ({"workspace_id": "shop-id", "name": "shop"}, ["shop"], "get_workspace"),
        ({"workspace_id": "shop-id", "name": "other"}, [], "get_workspace"),
    ],
)
def test_workspaces(params, names, call, shop, client_of):
    result = list_workspaces(client_of(shop), {"name": None, "workspace_id": None, **params})
    assert [workspace["name"] for workspace in result["workspaces"]] == names
    assert calls(shop) == [call]


@pytest.mark.parametrize("params", [{"name": " "}, {"workspace_id": "a/b"}])
def test_workspaces_refused(params, shop, client_of):
    with pytest.raises(SysmonError) as caught:
        list_workspaces(client_of(shop), {"name": None, "workspace_id": None, **params})
    assert (caught.value.kind, calls(shop)) == ("config", [])


ALL = ["list_workspaces", *["list_targets"] * 4]


@pytest.mark.parametrize(
    ("params", "ids", "called"),
    [
        ({}, ["t1", "t2", "t3"], ALL),
        ({"port": [1]}, ["t1", "t3"], ALL),
        ({"health": ["failing"]}, ["t2"], ALL),
        ({"workspace": "shop"}, ["t1", "t2"], ["list_workspaces", "list_targets"]),
        ({"workspace_id": "other-id"}, ["t3"], ["get_workspace", "list_targets"]),
        ({"workspace": "other", "workspace_id": "other-id"}, ["t3"], ["get_workspace", "list_targets"]),
        ({"workspace": "empty"}, [], ["list_workspaces", "list_targets"]),
        ({"workspace": "shop", "target_id": ["t2"]}, ["t2"], ["list_workspaces", "get_target"]),
        ({"workspace_id": "shop-id", "target_id": ["t2"]}, ["t2"], ["get_workspace", "get_target"]),
        ({"workspace": "shop", "target_id": ["t3"]}, [], ["list_workspaces", "get_target"]),
        ({"workspace": "shop", "target_id": ["t2"], "port": [1]}, [], ["list_workspaces", "get_target"]),
        ({"workspace": "shop", "target_id": ["t1", "t2"]}, ["t1", "t2"], ["list_workspaces", "list_targets"]),
    ],
)
def test_targets(params, ids, called, shop, client_of):
    result = list_targets(client_of(shop), {**TARGET_FILTERS, **params})
    assert [target["target_id"] for target in result["targets"]] == ids
    assert calls(shop) == called
    for target in result["targets"]:
        assert target["workspace"] + "-id" == target["workspace_id"]


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"workspace": "nothing"}, "not_found"),
        ({"workspace_id": "nothing"}, "not_found"),
        ({"workspace": "nothing", "target_id": ["t1"]}, "not_found"),
        ({"workspace": "shop", "workspace_id": "other-id"}, "config"),
        ({"workspace": ""}, "config"),
        ({"target_id": ["a/b"]}, "config"),
        ({"ip": ["x"]}, "config"),
    ],
)
def test_targets_refused(params, kind, shop, client_of):
    with pytest.raises(SysmonError) as caught:
        list_targets(client_of(shop), {**TARGET_FILTERS, **params})
    assert caught.value.kind == kind


def test_a_workspace_that_goes_while_all_are_listed(shop, client_of):
    shop.faults([{"call": "list_targets", "match": {"workspace": "shop"}, "result_code": -40006}])
    result = list_targets(client_of(shop), TARGET_FILTERS)
    assert [target["target_id"] for target in result["targets"]] == ["t3"]


@pytest.mark.parametrize("params", [{"workspace": "shop"}, {"workspace_id": "shop-id"}])
def test_a_named_workspace_that_goes_is_not_an_empty_one(params, shop, client_of):
    shop.faults([{"call": "list_targets", "match": {"workspace": "shop"}, "result_code": -40006}])
    with pytest.raises(SysmonError, match="Workspace shop: list targets failed") as caught:
        list_targets(client_of(shop), {**TARGET_FILTERS, **params})
    assert caught.value.kind == "not_found"


def test_failures_name_the_workspace(shop, client_of):
    shop.faults([{"call": "list_targets", "match": {"workspace": "other"}, "status": 403}])
    with pytest.raises(SysmonError, match="Workspace other: list targets failed") as caught:
        list_targets(client_of(shop), TARGET_FILTERS)
    assert caught.value.kind == "forbidden"


def test_targets_are_sorted_by_host_name_and_port(shop, client_of):
    for target_id, host, port in (("b2", "b", 2), ("b1", "b", 1), ("a9", "a", 9)):
        shop.add_target(targetId=target_id, jobName="empty", hostId=host, hostNm=host, port=port)
    result = list_targets(client_of(shop), {**TARGET_FILTERS, "workspace": "empty"})
    assert [target["target_id"] for target in result["targets"]] == ["a9", "b1", "b2"]
