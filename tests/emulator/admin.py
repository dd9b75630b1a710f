# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's own door under /_emulator: to look inside and to change what the API cannot. No key is needed."""

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
        self._added = 0

    def add_server(self, record: dict) -> dict:
        self._added += 1
        number = len(self._state.tables.servers) + len(self._state.pending) + self._added
        return self._state.put("servers", servers.complete(record, number, self._service.options.projects[0]))

    def add_workspace(self, record: dict) -> dict:
        """Without any check: odd names and reserved ones too."""
        options = self._service.options
        return self._state.put(
            "workspaces",
            {
                "jobId": self._state.new_id(),
                "projectId": options.projects[0],
                "jobName": None,
                "metricsPath": "/metrics",
                "description": None,
                "lstModifier": None,
                "lstModYmdt": modified_now(),
                "reservedJobCd": None,
                **record,
            },
        )

    def add_target(self, record: dict) -> dict:
        """Without any check: doubles, gone servers, any result. `jobName` may stand for `jobId`."""
        record = dict(record)
        if "jobName" in record:
            name = record.pop("jobName")
            workspace = self._state.tables.workspace_named(self._service.options.projects[0], name)
            if workspace is None:
                raise ValueError("there is no workspace %s" % name)
            record["jobId"] = workspace["jobId"]
        server = self._state.tables.servers.get(record["hostId"], {})
        return self._state.put(
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
            fixed="resultCd" in record,
        )

    def change(self, kind: str, key: str, fields: dict) -> dict:
        record = self._state.tables.records(kind)[key]
        if set(fields) - set(record) or KEYS[kind] in fields:
            raise ValueError("%s has no such field to change" % kind)
        return self._state.put(kind, {**record, **fields}, fixed=key in self._state.fixed or "resultCd" in fields)

    def remove(self, kind: str, key: str) -> dict:
        record = self._state.remove(kind, key)
        if record is None:
            raise KeyError(key)
        return record


def add_routes(router: web.UrlDispatcher, service: Service) -> None:
    admin = Admin(service)

    def answering(act):
        async def handle(request: web.Request) -> web.Response:
            given = await request.json() if request.can_read_body else None
            return web.json_response(act(request.match_info, given))

        return handle

    def many(add):
        return lambda info, given: [add(record) for record in given] if isinstance(given, list) else add(given)

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
        ("POST", "/servers", many(admin.add_server)),
        ("POST", "/workspaces", many(admin.add_workspace)),
        ("POST", "/targets", many(admin.add_target)),
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
