# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks prune, drift and export, and the variables that register refuses."""

from __future__ import annotations

import json
import random

import pytest
import yaml

PRUNE, DRIFT, EXPORT, REGISTER = (f"nhncloud.sysmon.{name}" for name in ("prune", "drift", "export", "register"))
DESIRED = {"register_hosts": "web", "register_targets_workspace": "shop"}


def vanish(emulator, *names):
    for server in emulator.state["servers"]:
        if server["hostNm"] in names:
            emulator.remove("servers", server["hostId"])


def purge(file):
    """A play that applies an export."""
    exported = {"ansible.builtin.include_vars": {"file": str(file), "name": "exported"}}
    applied = {
        "nhncloud.sysmon.sysmon_targets": {
            "workspace": "{{ exported.workspace }}",
            "targets": "{{ exported.targets }}",
            "purge": True,
        }
    }
    return [{"hosts": "localhost", "gather_facts": False, "tasks": [exported, applied]}]


@pytest.mark.parametrize(
    ("playbook", "variables", "near"),
    [
        (PRUNE, {"prune_workspaces": "shop"}, "prune_workspace?"),
        (PRUNE, {"prune_query": "up"}, "did you mean prune_"),
        (DRIFT, {"drift_failing": True}, "drift_fail?"),
        (DRIFT, {"register_host": "web"}, "register_hosts?"),
        (DRIFT, {"register_targets_ports": 1}, "register_targets_port?"),
        (EXPORT, {"export_file": "x"}, "did you mean export_file_sd?"),
        (REGISTER, {"register_host": "web"}, "register_hosts?"),
        (REGISTER, {"register_port": 9999, **DESIRED}, "register_targets_port?"),
        (REGISTER, {"deregister_workspace": "shop", **DESIRED}, "register_targets_workspace?"),
    ],
)
def test_unknown_variables_are_refused(play, emulate, playbook, variables, near):
    emulator = emulate(servers=1)
    run = play(emulator, playbook, **variables)
    assert run.code == 2
    assert f"{next(iter(variables))} is not a variable" in run.flat
    assert near in run.flat
    assert emulator.requests() == []


def test_prune(play, registered, writes):
    vanish(registered, "host-00005")
    guarded = play(registered, PRUNE, prune_silent_for="0s", prune_max_share=10)
    assert guarded.code == 2
    assert "more than max_share (10 %)" in guarded.flat
    assert writes(registered) == []

    rules = {"prune_workspace": "shop", "prune_silent_for": "0s", "prune_protect": "db-*,x*"}
    check = play(registered, PRUNE, "--check", **rules)
    assert (check.code, check.changed) == (0, 1)
    assert "5 targets, 1 orphaned, 0 doubled: 1 would be removed" in check.flat
    assert "shop: host-00005 port 9100 would be removed." in check.flat
    assert writes(registered) == []

    done = play(registered, PRUNE, **rules)
    assert (done.code, done.changed) == (0, 1)
    assert writes(registered) == ["delete_target"]
    again = play(registered, PRUNE, **rules)
    assert (again.code, again.changed) == (0, 0)


def test_prune_protects(play, registered, writes):
    vanish(registered, "host-00005")
    run = play(registered, PRUNE, prune_silent_for="0s", prune_protect=["HOST-*"])
    assert (run.code, run.changed) == (0, 0)
    assert "It is protected by HOST-*." in run.flat
    assert writes(registered) == []


def test_drift_of_desired_hosts(play, registered, writes):
    clean = play(registered, DRIFT, drift_fail=True)
    assert (clean.code, clean.changed) == (0, 0)
    assert "No drift." in clean.flat

    found = play(registered, DRIFT, **DESIRED)
    assert (found.code, found.changed) == (0, 0)
    assert "Drift: 4 missing." in found.flat
    assert "shop: 10.0.0.6 port 9100 missing." in found.flat or "host-00006 port 9100 missing." in found.flat
    failed = play(registered, DRIFT, "-e", "drift_fail=true", **DESIRED)
    assert failed.code == 2
    part = play(registered, DRIFT, "--limit", "web1,web9,localhost", **DESIRED)
    assert "Drift: 1 missing." in part.flat
    assert writes(registered) == []


def test_drift_without_a_host_that_cannot_be_compared(play, registered):
    hosts = {"web1": {"ansible_host": "10.0.0.1"}, "web2": {"ansible_host": "name.example"}}
    run = play(registered, DRIFT, inventory={"web": {"hosts": hosts}}, **DESIRED)
    assert run.code == 2
    assert "No drift." in run.flat
    assert "1 hosts were not compared. web2: ansible_host" in run.flat


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"register_hosts": "nobody", "register_targets_workspace": "shop"}, "matches no host"),
        ({"register_hosts": "web"}, "Set register_targets_workspace"),
        ({"register_targets_workspace": "nowhere"}, "Workspace nowhere does not exist"),
        ({"drift_fail": "perhaps"}, "drift_fail"),
        ({"drift_silent_for": "soon"}, "silent_for"),
    ],
)
def test_drift_refuses(play, registered, variables, message):
    run = play(registered, DRIFT, **variables)
    assert run.code == 2
    assert message in run.flat
    assert "Traceback" not in run.output


def test_export(play, registered, writes):
    paths = {"export_path": "shop.yml", "export_file_sd": "shop.json"}
    check = play(registered, EXPORT, "--check", export_workspace="shop", **paths)
    assert (check.code, check.changed) == (0, 1)
    assert not (play.folder / "shop.yml").exists()
    done = play(registered, EXPORT, export_workspace="shop", **paths)
    assert (done.code, done.changed) == (0, 1)
    again = play(registered, EXPORT, export_workspace="shop", **paths)
    assert (again.code, again.changed) == (0, 0)

    exported = yaml.safe_load((play.folder / "shop.yml").read_text(encoding="utf-8"))
    assert exported["workspace"] == "shop"
    targets = {target["hostNm"]: target for target in registered.state["targets"]}
    wanted = [{"host_id": targets[name]["hostId"], "port": 9100} for name in sorted(targets)]
    assert exported["targets"] == wanted
    discovered = json.loads((play.folder / "shop.json").read_text(encoding="utf-8"))
    assert len(discovered) == 5
    assert discovered[0] == {
        "targets": ["10.0.0.1:9100"],
        "labels": {
            "job": "shop",
            "__metrics_path__": "/custom",
            "nodename": "host-00001",
            "openmetrics_id": targets["host-00001"]["targetId"],
        },
    }
    applied = play(registered, purge(play.folder / "shop.yml"))
    assert (applied.code, applied.changed) == (0, 0)
    assert writes(registered) == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"export_path": "a.yml"}, "Set export_workspace"),
        ({"export_workspace": "shop"}, "there is nothing to write"),
        ({"export_workspace": "shop", "export_file_sd": "a.txt"}, "export_file_sd must end in"),
        ({"export_workspace": "nowhere", "export_path": "a.yml"}, "Workspace nowhere does not exist"),
        ({"export_workspace": "shop", "export_path": "no/such/a.yml"}, "no/such does not exist"),
        ({"export_workspace": "shop", "export_path": "."}, "is a folder"),
    ],
)
def test_export_refuses(play, registered, variables, message):
    run = play(registered, EXPORT, **variables)
    assert run.code == 2
    assert message in run.flat
    assert "Traceback" not in run.output


@pytest.mark.parametrize("seed", range(4))
def test_an_export_purges_only_doubles_and_orphans(play, registered, writes, seed):
    chance = random.Random(seed)
    vanish(registered, *(f"host-{number:05}" for number in range(1, 6) if chance.random() < 0.4))
    for target in list(registered.state["targets"]):
        for _each in range(chance.choice([0, 0, 1, 2])):
            registered.add_target(**{name: target[name] for name in ("jobId", "hostId", "hostNm", "svrIp", "port")})
    listed = {server["hostId"] for server in registered.state["servers"]}
    kept = {target["hostId"] for target in registered.state["targets"]} & listed
    extra = len(registered.state["targets"]) - len(kept)
    registered.clear()

    assert play(registered, EXPORT, export_workspace="shop", export_path="shop.yml").code == 0
    applied = play(registered, purge(play.folder / "shop.yml"))
    assert applied.code == 0
    assert writes(registered) == ["delete_target"] * extra
    assert sorted(target["hostId"] for target in registered.state["targets"]) == sorted(kept)
    assert play(registered, purge(play.folder / "shop.yml")).changed == 0


@pytest.mark.parametrize("playbook", [DRIFT, PRUNE, EXPORT])
def test_a_limit_without_localhost_fails(play, registered, playbook):
    run = play(registered, playbook, "--limit", "web1", export_path="targets.yml")
    assert run.code == 2
    assert "Nothing was done: --limit leaves out localhost. Use --limit 'web1,localhost'." in run.flat
    assert registered.requests() == []
