# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the fleet."""

from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.sampled import SampleQuery
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.fleet import (
    choose_workspaces,
    read_chosen_workspaces,
    read_placed_targets,
    read_sampled_hosts,
    read_server_list,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reads import read_workspaces

QUERY = SampleQuery("up", "instance", 60000)


@pytest.mark.parametrize(
    ("workspace", "workspace_id", "names"),
    [(None, None, ["@Linux", "shop"]), ("shop", None, ["shop"]), (None, "shop-id", ["shop"])],
)
def test_workspaces(workspace, workspace_id, names, emulator, client_of):
    params = {"workspace": workspace, "workspace_id": workspace_id}
    client = client_of(emulator)
    assert [each.name for each in read_chosen_workspaces(client, params)] == names
    assert [each.name for each in choose_workspaces(read_workspaces(client), params)] == names


@pytest.mark.parametrize(
    "params", [{"workspace": "no", "workspace_id": None}, {"workspace": None, "workspace_id": "no"}]
)
def test_no_workspace(params, emulator, client_of):
    client = client_of(emulator)
    for choose in (lambda: read_chosen_workspaces(client, params), lambda: choose_workspaces([], params)):
        with pytest.raises(SysmonError) as error:
            choose()
        assert error.value.kind == "not_found"


def test_a_workspace_that_goes_meanwhile_has_no_targets(emulator, client_of):
    client = client_of(emulator, retries=0)
    emulator.add_target(jobName="shop", hostId=emulator.state["servers"][0]["hostId"])
    workspaces = read_workspaces(client)
    assert len(read_placed_targets(client, workspaces)) == 1
    emulator.faults([{"call": "list_targets", "status": 500}])
    with pytest.raises(SysmonError) as error:
        read_placed_targets(client, workspaces)
    assert (error.value.kind, "Workspace" in str(error.value)) == ("server", True)
    emulator.faults([])
    emulator.remove("workspaces", "shop-id")
    assert read_placed_targets(client, workspaces) == []
    assert len(read_server_list(client)) == 3


def vector(*instances):
    return [{"metric": {"instance": instance}, "value": [1, "2"]} for instance in instances]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"warnings": ["one store is away"]}, "one store is away"),
        ({"isPartial": True}, "partial"),
        ({"data": {"resultType": "scalar", "result": [1, "1"]}}, "not a vector"),
        ({"status": "error", "errorType": "execution", "error": "too many samples"}, "too many samples"),
    ],
)
def test_an_answer_that_is_not_whole_shows_nothing(answer, words, emulate, options_of):
    body = {"status": "success", "data": {"resultType": "vector", "result": vector("a")}, **answer}
    emulator = emulate(faults=[{"call": "prometheus", "body": json.dumps(body)}])
    with pytest.raises(SysmonError, match=words) as error:
        read_sampled_hosts(options_of(emulator), QUERY)
    assert error.value.kind == "query"


def test_samples(emulate, options_of):
    body = {"status": "success", "data": {"resultType": "vector", "result": vector("a:1", "B")}, "infos": ["fine"]}
    emulator = emulate(faults=[{"call": "prometheus", "body": json.dumps(body)}])
    assert {"a", "b"} <= read_sampled_hosts(options_of(emulator), QUERY).names
    assert len(emulator.requests()) == 1
