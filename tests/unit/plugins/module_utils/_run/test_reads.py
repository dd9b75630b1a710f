# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reads import (
    error_context,
    no_workspace,
    read_names,
    read_targets,
    read_workspace,
    read_workspaces,
)


@pytest.mark.parametrize(
    ("name", "workspace_id", "found", "call"),
    [
        ("shop", None, "shop-id", "list_workspaces"),
        ("Shop", None, None, "list_workspaces"),
        (None, "shop-id", "shop-id", "get_workspace"),
        ("shop", "shop-id", "shop-id", "get_workspace"),
        (None, "other-id", None, "get_workspace"),
        ("shop", "other-id", None, "get_workspace"),
    ],
)
def test_read(name, workspace_id, found, call, emulator, client_of):
    workspace = read_workspace(client_of(emulator), name, workspace_id)
    assert (workspace and workspace.workspace_id) == found
    assert [entry["call"] for entry in emulator.requests()] == [call]


def test_a_record_that_is_listed_twice_is_one(emulator, client_of):
    emulator.add_target(jobName="shop", hostId="h1", port=9100)
    client = client_of(emulator)
    workspaces, targets = client.list_workspaces(), client.list_targets("shop-id")
    client.list_workspaces, client.list_targets = lambda: workspaces * 2, lambda _id: targets * 2
    assert [workspace.name for workspace in read_workspaces(client)] == ["@Linux", "shop"]
    assert len(read_targets(client, "shop-id")) == 1


def test_read_all(emulator, client_of):
    assert [workspace.name for workspace in read_workspaces(client_of(emulator))] == ["@Linux", "shop"]


def test_name_and_id_of_two_things(emulator, client_of):
    with pytest.raises(SysmonError, match=r"shop-id is named shop, not other\..*cannot be renamed") as caught:
        read_workspace(client_of(emulator), "other", "shop-id")
    assert caught.value.kind == "config"


def test_twins(emulator, client_of):
    emulator.add_workspace(jobName="twin", jobId="a")
    emulator.add_workspace(jobName="twin", jobId="b")
    with pytest.raises(SysmonError, match="a, b") as caught:
        read_workspace(client_of(emulator), "twin", None)
    assert caught.value.kind == "ambiguous"


def test_failures_name_the_workspace(emulator, client_of):
    emulator.faults([{"call": "get_workspace", "status": 401}])
    with pytest.raises(SysmonError, match="Workspace shop-id: get workspace failed") as caught:
        read_workspace(client_of(emulator), None, "shop-id")
    assert caught.value.kind == "auth"
    with pytest.raises(SysmonError, match=r"Workspace shop: It broke\."), error_context(Workspace("w1", "shop")):
        raise SysmonError("server", "It broke.")


def test_no_workspace():
    assert str(no_workspace("shpo", None, ["web", "shop"])).startswith(
        "Workspace shpo does not exist. Did you mean shop?"
    )
    assert "Did you mean" not in str(no_workspace("shpo", None, []))
    assert "id w1" in str(no_workspace(None, "w1", []))
    assert no_workspace("shop", None, []).kind == "not_found"


def test_names_for_an_error_message(emulator, client_of):
    assert "shop" in read_names(client_of(emulator))
    emulator.faults([{"call": "list_workspaces", "status": 401}])
    assert read_names(client_of(emulator)) == []
