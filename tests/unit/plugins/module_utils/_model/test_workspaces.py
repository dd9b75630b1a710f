# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import (
    DesiredWorkspace,
    Workspace,
    check_metrics_path,
    find_workspace,
    plan_workspace,
)

SHOP = Workspace("w1", "shop", "p", "/shop", "The shop", None, "someone", "2021-08-17T10:32:09")
ODD = replace(SHOP, name="odd name!")
LINUX = Workspace("w0", "@Linux", "p", "/metrics", None, "LINUX")


def shown(name, path, description):
    return {"name": name, "metrics_path": path, "description": description}


@pytest.mark.parametrize(
    ("desired", "observed", "before", "after"),
    [
        # create
        ({"name": "new"}, None, [], [shown("new", "/metrics", "")]),
        ({"name": "A-b_9", "metrics_path": "/m", "description": "d"}, None, [], [shown("A-b_9", "/m", "d")]),
        ({"name": "new", "description": ""}, None, [], [shown("new", "/metrics", "")]),
        # nothing to do
        ({"name": "shop"}, SHOP, [], []),
        ({"name": "shop", "metrics_path": "/shop", "description": "The shop"}, SHOP, [], []),
        ({"name": "odd name!"}, ODD, [], []),
        ({"name": "@Linux"}, LINUX, [], []),
        ({"name": "@Linux", "metrics_path": "/metrics", "description": ""}, LINUX, [], []),
        # update: what is not given stays
        (
            {"name": "shop", "metrics_path": "/n"},
            SHOP,
            [shown("shop", "/shop", "The shop")],
            [shown("shop", "/n", "The shop")],
        ),
        (
            {"name": "shop", "description": "n"},
            SHOP,
            [shown("shop", "/shop", "The shop")],
            [shown("shop", "/shop", "n")],
        ),
        ({"name": "shop", "description": ""}, SHOP, [shown("shop", "/shop", "The shop")], [shown("shop", "/shop", "")]),
        (
            {"name": "odd name!", "description": ""},
            ODD,
            [shown("odd name!", "/shop", "The shop")],
            [shown("odd name!", "/shop", "")],
        ),
        # absent
        ({"name": "shop", "absent": True}, None, [], []),
        ({"name": "odd name!", "absent": True}, None, [], []),
        ({"name": "shop", "absent": True}, SHOP, [shown("shop", "/shop", "The shop")], []),
    ],
)
def test_plan(desired, observed, before, after):
    plan = plan_workspace(DesiredWorkspace(**desired), observed)
    assert (plan.before(), plan.after()) == (before, after)
    assert plan.changed == (before != after)
    assert plan.kept == ((observed,) if observed and not plan.changed else ())


@pytest.mark.parametrize(
    ("desired", "observed", "targets", "kind"),
    [
        ({"name": "odd name!"}, None, 0, "config"),
        ({"name": "@new"}, None, 0, "config"),
        ({"name": "new\n"}, None, 0, "config"),
        ({"name": "작업"}, None, 0, "config"),
        ({"name": None}, None, 0, "config"),
        ({"name": "@Linux", "metrics_path": "/n"}, LINUX, 0, "reserved"),
        ({"name": "@Linux", "description": "n"}, LINUX, 0, "reserved"),
        ({"name": "@Linux", "absent": True}, LINUX, 0, "reserved"),
        ({"name": "@Linux", "absent": True}, LINUX, 3, "reserved"),
        ({"name": "@Linux", "absent": True, "force": True}, LINUX, 3, "reserved"),
        ({"name": "shop", "absent": True}, SHOP, 1, "config"),
    ],
)
def test_refused(desired, observed, targets, kind):
    with pytest.raises(SysmonError) as caught:
        plan_workspace(DesiredWorkspace(**desired), observed, targets)
    assert caught.value.kind == kind


def test_deleting_targets_wants_force():
    with pytest.raises(SysmonError, match=r"3 collection targets.*cannot be restored.*force: true"):
        plan_workspace(DesiredWorkspace("shop", absent=True), SHOP, 3)
    assert plan_workspace(DesiredWorkspace("shop", absent=True, force=True), SHOP, 3).changed


def test_an_update_sends_the_whole_record():
    plan = plan_workspace(DesiredWorkspace("shop", description="n"), SHOP)
    assert plan.changes[0].after.to_update() == {"metricsPath": "/shop", "description": "n"}
    assert plan.changes[0].after.workspace_id == "w1"
    plan = plan_workspace(DesiredWorkspace("shop", description=""), SHOP)
    assert plan.changes[0].after.to_update() == {"metricsPath": "/shop", "description": ""}


def test_a_create_sends_what_is_given():
    plan = plan_workspace(DesiredWorkspace("new"), None)
    assert plan.changes[0].after.to_create() == {"jobName": "new", "metricsPath": "/metrics"}


@pytest.mark.parametrize("path", [None, "/", "/metrics", "/actuator/prometheus", "/a:b@c;d=e,f", "/a%20b", "/한글"])
def test_metrics_path(path):
    check_metrics_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "metrics",
        " /metrics",
        "/metrics\n",
        "//host/metrics",
        "http://host/metrics",
        "/m?a=b",
        "/m#f",
        "/a b",
        "/\x00",
    ],
)
def test_no_metrics_path(path):
    with pytest.raises(SysmonError) as caught:
        check_metrics_path(path)
    assert caught.value.kind == "config"


def test_find():
    assert find_workspace([LINUX, SHOP], "shop") is SHOP
    assert find_workspace([LINUX, SHOP], "Shop") is None
    assert find_workspace([], "shop") is None
    with pytest.raises(SysmonError, match="w1, w2") as caught:
        find_workspace([SHOP, replace(SHOP, workspace_id="w2")], "shop")
    assert caught.value.kind == "ambiguous"


RESULT = {
    "workspace_id": "w1",
    "name": "shop",
    "project_id": "p",
    "metrics_path": "/shop",
    "description": "The shop",
    "reserved": False,
    "reserved_code": None,
    "last_modified_by": "someone",
    "last_modified_at": "2021-08-17T10:32:09",
}
RECORD = {
    "jobId": "w1",
    "projectId": "p",
    "jobName": "shop",
    "metricsPath": "/shop",
    "description": "The shop",
    "lstModifier": "someone",
    "lstModYmdt": "2021-08-17T10:32:09",
    "reservedJobCd": None,
}


def test_from_api():
    assert Workspace.from_api({**RECORD, "later": {}}).to_result() == RESULT
    assert Workspace.from_api({"jobId": "w1", "jobName": "shop"}).to_result() == {
        **dict.fromkeys(RESULT),
        "workspace_id": "w1",
        "name": "shop",
        "reserved": False,
    }


@pytest.mark.parametrize("code", ["LINUX", 1, 0])
def test_reserved(code):
    workspace = Workspace.from_api({**RECORD, "reservedJobCd": code})
    assert (workspace.reserved, workspace.to_result()["reserved_code"]) == (True, code)


@pytest.mark.parametrize(
    "changed", [{"jobId": "a/b"}, {"jobId": None}, {"jobName": None}, {"jobName": 5}, {"metricsPath": []}]
)
def test_from_a_strange_api(changed):
    with pytest.raises(SysmonError) as caught:
        Workspace.from_api({**RECORD, **changed})
    assert caught.value.kind == "protocol"


def test_diff_has_no_ids_and_no_times():
    assert SHOP.to_diff() == shown("shop", "/shop", "The shop")
    assert replace(SHOP, description=None).to_diff() == shown("shop", "/shop", "")
