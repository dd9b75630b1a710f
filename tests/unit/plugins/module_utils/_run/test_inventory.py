# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.inventory import read_inventory


def test_servers_cost_one_request(emulator, client_of):
    found = read_inventory(client_of(emulator), False, 8)
    assert found["workspaces"] is None
    assert [set(server) for server in found["servers"]] == [
        {"host_id", "hostname", "ip", "project_id", "instance_id"}
    ] * 3
    assert [entry["call"] for entry in emulator.requests()] == ["list_servers"]


def test_targets_cost_one_more_and_one_per_workspace(emulator, client_of):
    for number in range(20):
        emulator.add_workspace(jobName=f"w{number}")
    found = read_inventory(client_of(emulator, connections=4), True, 4)
    assert [workspace["name"] for workspace in found["workspaces"]][:2] == ["@Linux", "shop"]
    calls = [entry["call"] for entry in emulator.requests()]
    assert (len(calls), calls.count("list_targets")) == (24, 22)


@pytest.mark.parametrize(("code", "left"), [(-40006, 1), (-50000, None)])
def test_a_workspace_that_is_gone_is_left_out_and_other_failures_are_told(code, left, emulator, client_of):
    emulator.faults([{"call": "list_targets", "match": {"workspace": "shop"}, "result_code": code}])
    client = client_of(emulator, retries=0)
    if left is None:
        with pytest.raises(SysmonError, match=r"^Workspace shop: "):
            read_inventory(client, True, 2)
    else:
        assert len(read_inventory(client, True, 2)["workspaces"]) == left
