# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the servers come from: generated, or read from a file. Both give records as the API shows them."""

from __future__ import annotations

import uuid

from .documents import read_objects

FIELDS = ("hostId", "hostNm", "svrIp", "projectId", "instanceId")
REGIONS = ("kr", "kr2", "jp", "us")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "servers.emulator.invalid")


def address(number: int) -> str:
    """10.x.y.z for the server of this number, never ending in 0 or 255."""
    net, last = divmod(number - 1, 254)
    return "10.%d.%d.%d" % (net // 256, net % 256, last + 1)


def complete(record: dict, number: int, project_id: str) -> dict:
    """A whole server from what is given of it; the rest follows from its number, the same every time."""
    project_id = record.get("projectId") or project_id

    def new_id(kind: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, "%s/%s/%d" % (project_id, kind, number)))

    defaults = {
        "hostId": new_id("host"),
        "hostNm": "host-%05d" % number,
        "svrIp": address(number),
        "projectId": project_id,
        "instanceId": new_id("instance"),
    }
    unknown = set(record) - set(FIELDS) - {"appearsAfter", "region"}
    if unknown:
        raise ValueError("a server has no field %s" % ", ".join(sorted(unknown)))
    return {name: record.get(name, defaults[name]) for name in FIELDS}


def region_of(record: dict) -> str:
    region = record.get("region", "kr")
    if region not in REGIONS:
        raise ValueError("region is one of %s, not %s" % (", ".join(REGIONS), region))
    return region


def initial(count: int, path: str | None, projects: list[str]) -> list[tuple[float, dict, str]]:
    """(appears after seconds, server, region): `count` generated ones per project, then those of the file."""
    servers = [(0.0, complete({}, number, project), "kr") for project in projects for number in range(1, count + 1)]
    known = {server["hostId"] for _delay, server, _region in servers}
    for number, (where, record) in enumerate(read_objects(path) if path else [], count + 1):
        try:
            server = _from_file(record, number, projects)
        except (TypeError, ValueError) as error:
            raise ValueError("%s: %s" % (where, error)) from None
        if server[1]["hostId"] in known:
            raise ValueError("%s: there are two servers with hostId %s" % (where, server[1]["hostId"]))
        known.add(server[1]["hostId"])
        servers.append(server)
    return servers


def _from_file(record: dict, number: int, projects: list[str]) -> tuple[float, dict, str]:
    delay = record.get("appearsAfter") or 0
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or delay < 0:
        raise ValueError("appearsAfter is a number of seconds, not %r" % delay)
    server = complete(record, number, projects[0])
    for name, value in server.items():
        if not isinstance(value, str) and not (value is None and name not in ("hostId", "projectId")):
            raise ValueError("%s is a text, not %r" % (name, value))
    if server["projectId"] not in projects:
        raise ValueError("no appkey has a project %s" % server["projectId"])
    return float(delay), server, region_of(record)
