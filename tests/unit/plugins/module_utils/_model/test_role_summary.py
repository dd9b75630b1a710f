# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary of all hosts: shared hints, groups of reasons, and the result of a fleet."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import FLOATING
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_results import failed, failed_host
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_summary import (
    fleet_result,
    grouped_reasons,
    summary,
    without_shared_hints,
)

ERROR = {"kind": "not_found", "message": "No server is listed. Wait.", "hint": "Wait."}


@pytest.mark.parametrize(("count", "shared"), [(5, False), (6, True)])
def test_hints_that_many_hosts_share(count, shared):
    one = failed({"changed": False, "targets": []}, f"webN: lost. Wait. {FLOATING}", ERROR)
    results = {**{f"web{number}": one for number in range(count)}, "good": {"changed": True}}
    results["other"] = failed({"changed": False, "targets": []}, "other: wrong.", None)
    short, hints = without_shared_hints(results)
    assert hints == (["Wait.", FLOATING] if shared else [])
    assert short["web0"]["msg"] == ("webN: lost." if shared else one["msg"])
    assert short["web0"]["error"]["hint"] == (None if shared else "Wait.")
    assert (short["good"], short["other"]) == (results["good"], results["other"])
    text = summary("shop", short, hints, absent=False, check=False, created=False)
    assert text.count("Wait.") == 1


def test_summary():
    results = {
        "web1": {"changed": True},
        "web2": {"changed": False, "failed": True, "msg": "web2: no", "failed_in": "registration"},
        "web3": {"changed": True, "failed": True, "msg": "web3: dead", "failed_in": "verification"},
    }
    told = summary("shop", results, absent=False, check=False, created=True).splitlines()
    assert (
        told[0]
        == "Workspace shop, 3 hosts: 2 are registered (2 changed), 1 failed, 1 not verified. The workspace was created."
    )
    assert told[1:] == ["  1 host (web2): web2: no", "  1 host (web3): web3: dead"]
    told = summary("shop", {"web1": {"changed": True}}, absent=True, check=True, created=False)
    one = summary("shop", {"web1": {"changed": True}}, absent=False, check=False, created=False)
    assert one == "Workspace shop, 1 host: 1 is registered (1 changed), 0 failed."
    assert told == "Workspace shop, 1 host: 1 would be not registered (any more) (1 changed), 0 failed."


def test_reasons_are_grouped():
    broken = {f"web{n}": {"msg": f"web{n}: No server with ip 10.0.0.{n} is listed."} for n in range(1000)}
    (line,) = grouped_reasons(broken)
    assert line.startswith(
        "  1,000 hosts (web0, web1, web2, web3, web4 and 995 more): web0: No server with ip 10.0.0.0"
    )
    many = {name: {"msg": f"{name}: {name * 2} is wrong"} for name in "abcdefgh"}
    assert grouped_reasons(many)[-1] == "  3 more reasons."
    assert len(grouped_reasons(many)) == 6


def test_fleet_result():
    good = {"web1": {"changed": True, "diff": {"after": 1}}}
    assert fleet_result(good, "text") == {
        "changed": True,
        "failed_hosts": {},
        "diff": [{"after": 1}],
    }
    lost = {name: failed_host(SysmonError("auth", f"{name}: refused")) for name in ("web1", "web2")}
    result = fleet_result(lost, "text")
    assert (result["failed"], result["refused"], result["msg"]) == (True, True, "text")
    assert result["failed_hosts"] == {"web1": "web1: refused", "web2": "web2: refused"}
    assert fleet_result({**lost, **good}, "text")["refused"] is False
