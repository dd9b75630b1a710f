# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the servers come from: generated, or read from a file. Both give records as the API shows them."""

from __future__ import annotations

import json
import uuid

FIELDS = ("hostId", "hostNm", "svrIp", "projectId", "instanceId")
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
    unknown = set(record) - set(FIELDS) - {"appearsAfter"}
    if unknown:
        raise ValueError("a server has no field %s" % ", ".join(sorted(unknown)))
    return {name: record.get(name, defaults[name]) for name in FIELDS}


def initial(count: int, path: str | None, projects: list[str]) -> list[tuple[float, dict]]:
    """Pairs of (appears after seconds, server): `count` generated ones per project, then those of the file."""
    servers = [(0.0, complete({}, number, project)) for project in projects for number in range(1, count + 1)]
    if path:
        with open(path, encoding="utf-8") as stream:
            records = json.load(stream)
        if not isinstance(records, list):
            raise ValueError("%s: a list of servers is needed" % path)
        for number, record in enumerate(records, count + 1):
            servers.append((float(record.get("appearsAfter") or 0), complete(record, number, projects[0])))
    return servers
