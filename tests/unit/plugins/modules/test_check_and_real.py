# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode predicts what the real run does, and the real run has nothing left to do: one table for all modules."""

from __future__ import annotations

import pytest

WEB1, WEB2, WEB3, OLD = ("web-1", 9100), ("web-2", 9100), ("web-3", 9100), ("old", 9100)
SHOP = {"name": "shop", "metrics_path": "/shop", "description": "The shop"}
ODD = {**SHOP, "name": "odd name!"}
EMPTY = {"name": "empty", "metrics_path": "/metrics", "description": ""}


def workspace(before, after, **arguments):
    return "sysmon_workspace", arguments, before, after


def target(before, after, **arguments):
    return "sysmon_target", {"workspace": "shop", "port": 9100, **arguments}, before, after


def targets(before, after, *entries, **arguments):
    named = {"workspace": "shop", "port": 9100, **arguments}
    return "sysmon_targets", {**named, "targets": [dict([entry]) for entry in entries]}, before, after


CASES = [
    # what there is before and after, of what is changed
    workspace({}, {**EMPTY, "name": "new"}, name="new"),
    workspace(
        {}, {"name": "new", "metrics_path": "/m", "description": "d"}, name="new", metrics_path="/m", description="d"
    ),
    workspace({}, {}, name="shop"),
    workspace({}, {}, workspace_id="w1"),
    workspace({}, {}, name="shop", workspace_id="w1"),
    workspace({}, {}, name="shop", metrics_path="/shop", description="The shop"),
    workspace(SHOP, {**SHOP, "metrics_path": "/n"}, name="shop", metrics_path="/n"),
    workspace(SHOP, {**SHOP, "description": "n"}, workspace_id="w1", description="n"),
    workspace(SHOP, {**SHOP, "description": ""}, name="shop", description=""),
    workspace(ODD, {**ODD, "description": "n"}, name="odd name!", description="n"),
    workspace({}, {}, name="@Linux", metrics_path="/shop"),
    workspace({}, {}, name="nothing", state="absent"),
    workspace({}, {}, workspace_id="nothing", state="absent"),
    workspace(EMPTY, {}, name="empty", state="absent"),
    workspace(EMPTY, {}, workspace_id="w4", state="absent"),
    workspace(SHOP, {}, name="shop", state="absent", force=True),
    target([], [WEB3], hostname="WEB-3"),
    target([], [WEB3], ip="::ffff:10.0.0.3"),
    target([], [WEB3], host_id="h3"),
    target([], [WEB3], instance_id="i-3", workspace=None, workspace_id="w1"),
    target([], [("web-1", 8080)], hostname="web-1", port=8080),
    target([], [WEB3], hostname="web-3", workspace="odd name!"),
    target([], [], hostname="web-1"),
    target([], [], hostname="web-2"),
    target([], [], hostname="web-1", workspace="@Linux"),
    target([WEB1], [], hostname="Web-1", state="absent"),
    target([WEB2, WEB2], [], ip="10.0.0.2", state="absent"),
    target([OLD], [], hostname="OLD", state="absent"),
    target([OLD], [], ip="10.0.9.9", state="absent"),
    target([OLD], [], host_id="gone", state="absent"),
    target([], [], hostname="nobody", state="absent"),
    target([], [], host_id="nobody", state="absent"),
    target([], [], hostname="web-1", port=1, state="absent"),
    target([], [], hostname="web-1", workspace="nothing", state="absent"),
    target([], [], instance_id="nobody", workspace=None, workspace_id="nothing", state="absent"),
    target([], [], hostname="web-3", workspace="@Linux", state="absent"),
    targets([], []),
    targets([], [WEB3], ("hostname", "web-3"), ("ip", ["10.0.0.3"]), ("host_id", "h3")),
    targets(
        [],
        [WEB3, ("twin", 9100)],
        ("hostname", "web-1"),
        ("instance_id", "i-3"),
        ("host_id", "h5"),
        ("ip", ["10.0.0.2"]),
    ),
    targets([], [WEB3], ("ip", ["192.0.2.1", "10.0.0.3", "fe80::1"])),
    targets([], [], ("hostname", "web-1"), ("hostname", "web-2")),
    targets([WEB2, WEB2, OLD], [], ("hostname", "web-1"), purge=True),
    targets([WEB2, OLD], [], ("hostname", "web-1"), ("hostname", "web-2"), purge=True),
    targets([WEB1, WEB2, WEB2, OLD], [WEB3], ("hostname", "web-3"), purge=True),
    targets([], [], ("host_id", "h1"), purge=True, workspace="odd name!"),
    targets([WEB1, WEB2, WEB2], [], ("hostname", "web-1"), ("hostname", "web-2"), ("ip", ["10.0.0.1"]), state="absent"),
    targets([OLD], [], ("ip", ["192.0.2.1", "10.0.9.9"]), ("hostname", "nobody"), state="absent"),
    targets([], [], ("hostname", "web-1"), ("instance_id", "i"), workspace="nothing", state="absent"),
    targets([], [], state="absent"),
]


def seen(module, diff):
    """The diff in the form of the table."""
    if module == "sysmon_workspace":
        return diff["before"], diff["after"]
    assert diff["before"]["workspace"] == diff["after"]["workspace"]
    for side in diff.values():
        assert set(side) == {"workspace", "targets"}
        assert all(set(shown) == {"hostname", "ip", "port"} for shown in side["targets"])
    return tuple(
        [(shown["hostname"], shown["port"]) for shown in diff[side]["targets"]] for side in ("before", "after")
    )


@pytest.mark.parametrize(("module", "arguments", "before", "after"), CASES)
def test_check_real_again(module, arguments, before, after, world, run_on, writes_of):
    emulator = world()
    arguments = {key: value for key, value in arguments.items() if value is not None}
    state = emulator.state

    check = run_on(emulator, module, arguments, check_mode=True)
    assert writes_of(emulator) == []
    assert emulator.state == state
    assert len(emulator.requests()) <= 3

    emulator.clear()
    real = run_on(emulator, module, arguments)
    assert not real.get("failed")
    assert (check["changed"], check["diff"]) == (real["changed"], real["diff"])
    assert seen(module, real["diff"]) == (before, after)
    assert real["changed"] is (before != after)
    # One write for each difference, and none when nothing is changed.
    count = 1 if module == "sysmon_workspace" else len(before) + len(after)
    assert len(writes_of(emulator)) == (count if real["changed"] else 0)
    reads = len(emulator.requests()) - len(writes_of(emulator))
    assert reads <= 3 + (module != "sysmon_workspace" and bool(after))
    if module == "sysmon_targets":
        assert [entry["action"] for entry in check["targets"]] == [entry["action"] for entry in real["targets"]]
        assert check["summary"] == real["summary"]

    emulator.clear()
    again = run_on(emulator, module, arguments)
    assert again["changed"] is False
    assert writes_of(emulator) == []
    assert len(emulator.requests()) <= 3
    assert seen(module, again["diff"]) in (({}, {}), ([], []))


FAILING = [
    # kind, words of msg
    ("sysmon_workspace", {"name": "odd new"}, "config", "'odd new' is not a name"),
    ("sysmon_workspace", {"name": "a", "metrics_path": "m"}, "config", "metrics_path"),
    ("sysmon_workspace", {"name": " "}, "config", "name is empty"),
    ("sysmon_workspace", {"workspace_id": "a/b"}, "config", "workspace_id"),
    ("sysmon_workspace", {"name": "empty", "workspace_id": "w1"}, "config", "w1 is named shop"),
    ("sysmon_workspace", {"workspace_id": "nothing"}, "not_found", "nothing"),
    ("sysmon_workspace", {"name": "shop", "state": "absent"}, "config", "force: true"),
    ("sysmon_workspace", {"name": "@Linux", "metrics_path": "/n"}, "reserved", "@Linux"),
    ("sysmon_workspace", {"name": "@Linux", "state": "absent", "force": True}, "reserved", "@Linux"),
    ("sysmon_target", {"hostname": "nobody"}, "not_found", "hostname nobody port 9100 in workspace shop"),
    ("sysmon_target", {"hostname": "twin"}, "ambiguous", "h4 (10.0.0.4), h5 (10.0.0.5)"),
    ("sysmon_target", {"hostname": "twin", "state": "absent"}, "ambiguous", "h4 (10.0.0.4), h5 (10.0.0.5)"),
    ("sysmon_target", {"hostname": "web-1.example.com"}, "not_found", "web-1 is listed"),
    ("sysmon_target", {"instance_id": "i-9", "state": "absent"}, "not_found", "host_id"),
    ("sysmon_target", {"hostname": "web-1", "port": 0}, "config", "port 0"),
    ("sysmon_target", {"ip": "web-1"}, "config", "'web-1' is not an IP address"),
    ("sysmon_target", {"hostname": "web-3", "workspace": "@Linux"}, "reserved", "@Linux"),
    ("sysmon_target", {"hostname": "web-1", "workspace": "@Linux", "state": "absent"}, "reserved", "@Linux"),
    ("sysmon_target", {"hostname": "web-1", "workspace": None, "workspace_id": "nothing"}, "not_found", "nothing"),
    ("sysmon_targets", {"targets": [], "purge": True}, "config", "purge"),
    ("sysmon_targets", {"targets": [{"hostname": "web-1"}], "purge": True, "state": "absent"}, "config", "purge"),
    ("sysmon_targets", {"targets": [{"hostname": "web-1"}], "max_workers": 65}, "config", "max_workers"),
    ("sysmon_targets", {"targets": [{"hostname": "web-1"}], "port": None}, "config", "Entry 1: port is missing"),
    ("sysmon_targets", {"targets": [{"hostname": "web-3"}], "workspace": "@Linux"}, "reserved", "@Linux"),
    (
        "sysmon_targets",
        {"targets": [{"hostname": "web-1"}, {"hostname": "nobody"}], "purge": True},
        "not_found",
        "Nothing was purged.",
    ),
    ("sysmon_targets", {"targets": [{"hostname": "web-3"}, {"hostname": "nobody"}]}, "not_found", "1 of 2 targets"),
]


@pytest.mark.parametrize(("module", "arguments", "kind", "words"), FAILING)
def test_check_fails_as_the_real_run_does(module, arguments, kind, words, world, run_on, writes_of):
    emulator = world()
    if module != "sysmon_workspace":
        arguments = {"workspace": "shop", "port": 9100, **arguments}
    arguments = {key: value for key, value in arguments.items() if value is not None}
    check = run_on(emulator, module, arguments, check_mode=True)
    assert writes_of(emulator) == []
    real = run_on(emulator, module, arguments)
    for result in (check, real):
        assert result["failed"] is True
        assert result["error"]["kind"] == kind
        assert words in result["msg"]
        assert set(result["error"]) == {"kind", "call", "http_status", "result_code", "result_message", "hint"}
    assert (check["msg"], check.get("changed"), check.get("diff")) == (
        real["msg"],
        real.get("changed"),
        real.get("diff"),
    )
    assert len(writes_of(emulator)) == (1 if real.get("changed") else 0)
    assert bool(real.get("changed")) is (words == "1 of 2 targets")


@pytest.mark.parametrize("module", ["sysmon_target", "sysmon_targets"])
def test_a_workspace_that_an_earlier_task_would_have_made(module, world, run_on, writes_of):
    emulator = world()
    arguments = {"workspace": "later", "port": 9100, "hostname": "web-1"}
    if module == "sysmon_targets":
        arguments = {"workspace": "later", "port": 9100, "targets": [{"hostname": "web-1"}]}
    check = run_on(emulator, module, arguments, check_mode=True)
    assert check["changed"] is True
    assert ["later" in str(warning) for warning in check["warnings"]] == [True]
    real = run_on(emulator, module, arguments)
    assert real["error"]["kind"] == "not_found"
    assert "later" in real["msg"]

    run_on(emulator, "sysmon_workspace", {"name": "later"})
    real = run_on(emulator, module, arguments)
    assert (real["changed"], real["diff"]) == (True, check["diff"])

    by_id = {**{key: value for key, value in arguments.items() if key != "workspace"}, "workspace_id": "nothing"}
    assert run_on(emulator, module, by_id, check_mode=True)["error"]["kind"] == "not_found"


def test_servers_that_will_be_listed(world, run_on):
    emulator = world()
    hosts = [{"hostname": "new-%d" % number} for number in range(20)]
    arguments = {"workspace": "shop", "port": 9100, "targets": [*hosts, {"hostname": "web-3"}, {"hostname": "NEW-1"}]}
    refused = run_on(emulator, "sysmon_targets", arguments, check_mode=True)
    assert (refused["error"]["kind"], refused["summary"]["failed"]) == ("not_found", 21)

    check = run_on(emulator, "sysmon_targets", {**arguments, "server_timeout": 60}, check_mode=True)
    assert check["summary"] == {"created": 21, "deleted": 0, "unchanged": 1, "failed": 0, "purged": 0}
    assert check["targets"][0]["hostname"] == "new-0"
    assert check["targets"][0]["host_id"] is None
    assert check["targets"][0]["action"] == "created"
    (warning,) = check["warnings"]
    assert "hostname new-4 and 16 more" in str(warning)

    one = {"workspace": "shop", "port": 9100, "ip": "10.1.1.1", "server_timeout": 60, "wait": True}
    check = run_on(emulator, "sysmon_target", one, check_mode=True)
    assert (check["changed"], check["target"]["ip"], check["target"]["target_id"]) == (True, "10.1.1.1", None)
    assert check["diff"]["after"]["targets"] == [{"hostname": None, "ip": "10.1.1.1", "port": 9100}]
    twin = {"workspace": "shop", "port": 9100, "hostname": "twin", "server_timeout": 60}
    twins = run_on(emulator, "sysmon_target", twin, check_mode=True)
    assert twins["error"]["kind"] == "ambiguous"  # that is no matter of time


def test_absent_needs_no_warning_about_servers(world, run_on):
    arguments = {"workspace": "shop", "port": 9100, "hostname": "nobody", "state": "absent", "server_timeout": 60}
    check = run_on(world(), "sysmon_target", arguments, check_mode=True)
    assert (check["changed"], check.get("warnings")) == (False, None)
