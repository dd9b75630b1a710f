# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's own interface under /_emulator: to look inside and change what the API cannot. Needs no key."""

from __future__ import annotations

from aiohttp import web

from . import servers
from .service import Service
from .state import modified_now
from .tables import KEYS

PREFIX = "/_emulator"


class Admin:
    """What tests do to the service behind its back. Used over HTTP and by ``Emulator``."""

    def __init__(self, service: Service):
        self._service = service
        self._state = service.state

    def add(self, kind: str, records: list[dict]) -> list[dict]:
        """All of them or, if one is refused, none."""
        complete = {"servers": self._server, "workspaces": self._workspace, "targets": self._target}[kind]
        return [self._state.put(kind, **change) for change in [complete(dict(record)) for record in records]]

    def add_server(self, record: dict) -> dict:
        return self.add("servers", [record])[0]

    def add_workspace(self, record: dict) -> dict:
        """Without any check of the service: odd names and reserved ones too."""
        return self.add("workspaces", [record])[0]

    def add_target(self, record: dict) -> dict:
        """Without any check of the service: doubles, gone servers, any result. `jobName` may stand for `jobId`."""
        return self.add("targets", [record])[0]

    def _server(self, record: dict) -> dict:
        known = self._state.known_servers
        number = 1
        while True:  # a host id that was never there: one of a living or a removed server would overwrite or revive it
            server = servers.complete(record, number, self._service.options.projects[0])
            if "hostId" in record or server["hostId"] not in known:
                break
            number = max(number + 1, len(known))
        region = servers.region_of(record)
        _check("servers", server)
        known.add(server["hostId"])
        return {"record": server, "region": region if "region" in record else None}

    def _workspace(self, record: dict) -> dict:
        region = servers.region_of(record)
        record.pop("region", None)
        workspace = _check(
            "workspaces",
            {
                "jobId": self._state.new_id(),
                "projectId": self._service.options.projects[0],
                "jobName": None,
                "metricsPath": "/metrics",
                "description": None,
                "lstModifier": None,
                "lstModYmdt": modified_now(),
                "reservedJobCd": None,
                **record,
            },
        )
        return {"record": workspace, "region": region}

    def _target(self, record: dict) -> dict:
        if "jobName" in record:
            name = record.pop("jobName")
            tables, project = self._state.tables, self._service.options.projects[0]
            named = [tables.workspace_named(project, name, region) for region in servers.REGIONS]
            if not any(named):
                raise ValueError("there is no workspace %s" % name)
            record["jobId"] = next(workspace["jobId"] for workspace in named if workspace)
        server = self._state.tables.servers.get(record["hostId"], {})
        target = _check(
            "targets",
            {
                "targetId": self._state.new_id(),
                "jobId": record["jobId"],
                "hostId": record["hostId"],
                "port": 9100,
                "resultCd": None,
                "failReason": None,
                "mntrnStatCd": None,
                "lstModifier": None,
                "lstModYmdt": modified_now(),
                "hostNm": server.get("hostNm", "gone"),
                "svrIp": server.get("svrIp", "192.0.2.1"),
                **record,
            },
        )
        return {"record": target, "fixed": "resultCd" in record}

    def change(self, kind: str, key: str, fields: dict) -> dict:
        record = self._state.tables.records(kind)[key]
        if set(fields) - set(record) or KEYS[kind] in fields:
            raise ValueError("%s has no such field to change" % kind)
        _check(kind, {**record, **fields})
        return self._state.put(kind, {**record, **fields}, fixed=key in self._state.fixed or "resultCd" in fields)

    def remove(self, kind: str, key: str) -> dict:
        record = self._state.remove(kind, key)
        if record is None:
            raise KeyError(key)
        return record


FIELDS = {
    "servers": set(servers.FIELDS),
    "workspaces": {"jobId", "projectId", "jobName", "metricsPath", "description", "lstModifier", "lstModYmdt"}
    | {"reservedJobCd"},
    "targets": {"targetId", "jobId", "hostId", "port", "resultCd", "failReason", "mntrnStatCd", "lstModifier"}
    | {"lstModYmdt", "hostNm", "svrIp"},
}


def _check(kind: str, record: dict) -> dict:
    """What no table could hold is refused before anything is changed."""
    if set(record) - FIELDS[kind]:
        raise ValueError("%s have no field %s" % (kind, ", ".join(sorted(set(record) - FIELDS[kind]))))
    for name, value in record.items():
        if isinstance(value, (dict, list)):
            raise ValueError("%s is no list and no object" % name)
        if name in ("jobId", "targetId", "hostId", "projectId") and (not isinstance(value, str) or not value):
            raise ValueError("%s is a text, not %r" % (name, value))
    return record


def add_routes(router: web.UrlDispatcher, service: Service) -> None:
    admin = Admin(service)

    def answering(act):
        async def handle(request: web.Request) -> web.Response:
            given = await request.json() if request.can_read_body else None
            return web.json_response(act(request.match_info, given))

        return handle

    def many(kind):
        def add(_info, given):
            return admin.add(kind, given) if isinstance(given, list) else admin.add(kind, [given])[0]

        return add

    def set_faults(_info, given):
        service.plan.set(given)
        return service.plan.get()

    for method, path, act in (
        ("GET", "/requests", lambda info, given: list(service.log.entries)),
        ("DELETE", "/requests", lambda info, given: service.log.clear()),
        ("GET", "/stats", lambda info, given: service.log.stats()),
        ("GET", "/faults", lambda info, given: service.plan.get()),
        ("PUT", "/faults", set_faults),
        ("GET", "/state", lambda info, given: service.state.snapshot()),
        ("POST", "/reset", lambda info, given: service.reset()),
        ("POST", "/servers", many("servers")),
        ("POST", "/workspaces", many("workspaces")),
        ("POST", "/targets", many("targets")),
        (
            "PATCH",
            "/{kind:servers|workspaces|targets}/{key}",
            lambda info, given: admin.change(info["kind"], info["key"], given),
        ),
        (
            "DELETE",
            "/{kind:servers|workspaces|targets}/{key}",
            lambda info, given: admin.remove(info["kind"], info["key"]),
        ),
    ):
        router.add_route(method, PREFIX + path, answering(act))
