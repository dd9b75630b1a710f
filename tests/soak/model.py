# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent model of what the three modules that write should do: the oracle of the soak."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from dataclasses import dataclass, field

Write = tuple  # (call, what it is about ...)
Record = dict


@dataclass
class World:
    """What the service holds, as the admin API of the emulator shows it."""

    workspaces: list[Record]
    targets: list[Record]
    servers: list[Record]

    def shape(self) -> tuple:
        """All that a user could see of it, without ids and times."""
        names = {record["jobId"]: record["jobName"] for record in self.workspaces}
        settings = frozenset((w["jobName"], w["metricsPath"], w["description"] or "") for w in self.workspaces)
        spots = Counter((names.get(t["jobId"]), t["hostId"], t["port"]) for t in self.targets)
        return settings, frozenset(spots.items())

    def doubles(self) -> Counter:
        """How many targets there are at each spot that has more than one."""
        spots = Counter((t["jobId"], t["hostId"], t["port"]) for t in self.targets)
        return Counter({spot: count for spot, count in spots.items() if count > 1})

    def workspace(self, name: str | None, workspace_id: str | None) -> Record | None:
        found = [w for w in self.workspaces if name in (None, w["jobName"]) and workspace_id in (None, w["jobId"])]
        return found[0] if found else None

    def targets_of(self, workspace: Record) -> list[Record]:
        return [target for target in self.targets if target["jobId"] == workspace["jobId"]]


@dataclass
class Expected:
    """The expected writes, and the kinds of failure that are right on a service without faults."""

    writes: list[Write] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    spots: set[tuple] = field(default_factory=set)  # of the targets that are asked for

    def apply(self, world: World) -> tuple:
        """The shape of the world after the writes."""
        workspaces = {record["jobId"]: dict(record) for record in world.workspaces}
        targets = {record["targetId"]: record for record in world.targets}
        for number, (call, *about) in enumerate(self.writes):
            if call == "create_workspace":
                name, path, description = about
                fresh = {"jobId": f"new {number}", "jobName": name, "metricsPath": path, "description": description}
                workspaces[fresh["jobId"]] = fresh
            elif call == "update_workspace":
                workspaces[about[0]].update(metricsPath=about[1], description=about[2])
            elif call == "delete_workspace":
                del workspaces[about[0]]
                targets = {key: record for key, record in targets.items() if record["jobId"] != about[0]}
            elif call == "create_target":
                targets[f"new {number}"] = {"jobId": about[0], "hostId": about[1], "port": about[2]}
            else:
                del targets[about[1]]
        return World(list(workspaces.values()), list(targets.values()), world.servers).shape()


def expect(world: World, module: str, params: Record, check_mode: bool = False) -> Expected:
    """What is right for this task in this world. For check mode only the kinds of failure are meant."""
    if module == "sysmon_workspace":
        return _workspace(world, params)
    return _targets(world, params, check_mode)


def misses_workspace(world: World, module: str, params: Record) -> bool:
    """Whether check mode takes the workspace for one that an earlier task would have made."""
    return module != "sysmon_workspace" and bool(params["workspace"]) and not world.workspace(params["workspace"], None)


def _workspace(world: World, params: Record) -> Expected:
    name, workspace_id = params["name"], params["workspace_id"]
    found = world.workspace(None, workspace_id) if workspace_id else world.workspace(name, None)
    if workspace_id and found and name not in (None, found["jobName"]):
        return Expected(kinds={"config"})
    if params["state"] == "absent":
        return _absent_workspace(world, found, params["force"])
    if found:
        return _updated_workspace(found, params["metrics_path"], params["description"])
    if workspace_id:
        return Expected(kinds={"not_found"})
    if not re.fullmatch("[A-Za-z0-9_-]+", name):
        return Expected(kinds={"config"})
    path = "/metrics" if params["metrics_path"] is None else params["metrics_path"]
    return Expected([("create_workspace", name, path, params["description"])])


def _absent_workspace(world: World, found: Record | None, force: bool) -> Expected:
    if not found:
        return Expected()
    if found["reservedJobCd"]:
        return Expected(kinds={"reserved"})
    if world.targets_of(found) and not force:
        return Expected(kinds={"config"})
    return Expected([("delete_workspace", found["jobId"])])


def _updated_workspace(found: Record, path: str | None, description: str | None) -> Expected:
    path = found["metricsPath"] if path is None else path
    description = found["description"] if description is None else description
    if (path, description or "") == (found["metricsPath"], found["description"] or ""):
        return Expected()
    if found["reservedJobCd"]:
        return Expected(kinds={"reserved"})
    return Expected([("update_workspace", found["jobId"], path, description)])


def _targets(world: World, params: Record, check_mode: bool) -> Expected:
    absent = params["state"] == "absent"
    entries = params.get("targets", [params])
    if params.get("purge") and (absent or not entries):
        return Expected(kinds={"config"})
    workspace = world.workspace(params["workspace"], params["workspace_id"])
    if workspace is None and check_mode and params["workspace"] and not absent:
        workspace = {"jobId": "new", "reservedJobCd": None}
    if workspace is None:
        return Expected() if absent else Expected(kinds={"not_found"})
    result = _resolved(world, workspace, entries, absent)
    at: dict[tuple, list[str]] = {}
    for target in world.targets_of(workspace):
        at.setdefault((target["jobId"], target["hostId"], target["port"]), []).append(target["targetId"])
    if absent:
        gone = [target_id for spot in result.spots for target_id in at.get(spot, [])]
    else:
        result.writes = [("create_target", *spot) for spot in result.spots if spot not in at]
        purge = params.get("purge") and not result.kinds
        gone = [target_id for spot, ids in at.items() for target_id in ids[spot in result.spots :] if purge]
    result.writes += [("delete_target", workspace["jobId"], target_id) for target_id in gone]
    if result.writes and workspace["reservedJobCd"]:
        return Expected(kinds={"reserved", *result.kinds}, spots=result.spots)
    return result


def _resolved(world: World, workspace: Record, entries: list[Record], absent: bool) -> Expected:
    """The spots that the entries mean, and why some mean none."""
    result = Expected()
    for entry in entries:
        hosts = _matching(entry, world.servers)
        if absent:
            hosts = hosts or _matching(entry, world.targets_of(workspace))
        if len(hosts) > 1:
            result.kinds.add("ambiguous")
        elif hosts:
            result.spots.add((workspace["jobId"], hosts.pop(), entry["port"]))
        elif not absent or entry.get("instance_id"):
            result.kinds.add("not_found")
    return result


def _matching(entry: Record, records: list[Record]) -> set[str]:
    """The host ids of the servers, or targets, that an entry means."""
    if entry.get("host_id"):
        return {r["hostId"] for r in records if r["hostId"] == entry["host_id"]}
    if entry.get("hostname"):
        return {r["hostId"] for r in records if r["hostNm"].lower() == entry["hostname"].lower()}
    if entry.get("instance_id"):
        return {r["hostId"] for r in records if (r.get("instanceId") or "").lower() == entry["instance_id"].lower()}
    addresses = entry["ip"] if isinstance(entry["ip"], list) else [entry["ip"]]
    wanted = {ipaddress.ip_address(address) for address in addresses}
    return {r["hostId"] for r in records if ipaddress.ip_address(r["svrIp"]) in wanted}


def written(request: Record, body: Record | None) -> Write | None:
    """The write that a logged request is, in the words of ``Expected``; None for a read."""
    if request["method"] == "GET":
        return None
    call = request["call"]
    parts = re.fullmatch(r"/v1\.0/projects/[^/]+/jobs(?:/([^/]+))?(?:/targets)?(?:/([^/]+))?", request["path"])
    workspace_id, target_id = parts.groups() if parts else (None, None)
    body = body or {}
    if call == "create_workspace":
        return (call, body.get("jobName"), body.get("metricsPath"), body.get("description"))
    if call == "update_workspace":
        return (call, workspace_id, body.get("metricsPath"), body.get("description"))
    if call == "delete_workspace":
        return (call, workspace_id)
    if call == "create_target":
        return (call, workspace_id, body.get("hostId"), body.get("port"))
    return (call, workspace_id, target_id)
