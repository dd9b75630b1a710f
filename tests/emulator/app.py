# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: the paths of the guide, and what every request goes through."""

from __future__ import annotations

import asyncio
import contextvars

from aiohttp import web

from . import admin, codes, delivery
from .call import Call
from .service import Service

LIMIT = 10 * 1024 * 1024  # bytes of a body, as at the gateway
ENTRY = contextvars.ContextVar("ENTRY")  # the line of the log for the request being handled

ROUTES = (
    ("GET", "/v1.0/projects/{project_id}/jobs", "list_workspaces"),
    ("POST", "/v1.0/projects/{project_id}/jobs", "create_workspace"),
    ("GET", "/v1.0/projects/{project_id}/jobs/{workspace_id}", "get_workspace"),
    ("PUT", "/v1.0/projects/{project_id}/jobs/{workspace_id}", "update_workspace"),
    ("DELETE", "/v1.0/projects/{project_id}/jobs/{workspace_id}", "delete_workspace"),
    ("GET", "/v1.0/projects/{project_id}/jobs/{workspace_id}/targets", "list_targets"),
    ("POST", "/v1.0/projects/{project_id}/jobs/{workspace_id}/targets", "create_target"),
    ("GET", "/v1.0/projects/{project_id}/jobs/{workspace_id}/targets/{target_id}", "get_target"),
    ("DELETE", "/v1.0/projects/{project_id}/jobs/{workspace_id}/targets/{target_id}", "delete_target"),
    ("GET", "/v1.0/projects/{project_id}/servers", "list_servers"),
    ("GET", "/prometheus/api/v1/query", "prometheus"),
    ("POST", "/prometheus/api/v1/query", "prometheus"),
    ("GET", "/prometheus/api/v1/query_range", "prometheus"),
    ("POST", "/prometheus/api/v1/query_range", "prometheus"),
    ("GET", "/prometheus/api/v1/series", "prometheus"),
    ("POST", "/prometheus/api/v1/series", "prometheus"),
    ("GET", "/prometheus/api/v1/labels", "prometheus"),
    ("POST", "/prometheus/api/v1/labels", "prometheus"),
    ("GET", "/prometheus/api/v1/label/{label_name}/values", "prometheus"),
    ("GET", "/prometheus/api/v1/metadata", "prometheus"),
    # not in the guide's table: what Grafana's "Save & test" asks as well
    ("GET", "/prometheus/api/v1/status/buildinfo", "prometheus"),
)


class App:
    """Logs every request, lets the service answer it, and has the answer sent as the plan of faults wants it."""

    def __init__(self, service: Service):
        self._service = service

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._boundary], client_max_size=LIMIT)
        for method, path, name in ROUTES:
            app.router.add_route(method, path, self._handler(name))
        admin.add_routes(app.router, self._service)
        return app

    @web.middleware
    async def _boundary(self, request: web.Request, handler) -> web.StreamResponse:
        if request.path.startswith(admin.PREFIX):
            return await self._administer(request, handler)
        status, body, allow = None, b"", None
        try:
            body = await request.read()
        except web.HTTPException as error:
            status = error.status
        entry = self._service.log.begin(request, body)
        response = None
        try:
            if self._service.options.latency_ms:
                await asyncio.sleep(self._service.options.latency_ms / 1000)
            ENTRY.set(entry)
            if status is None:
                response = await handler(request)
        except web.HTTPException as error:
            status, allow = error.status, error.headers.get("Allow")
        finally:
            if status is not None:
                response = delivery.whole(codes.gateway(status, self._service.options.gateway_body))
                if allow:
                    response.headers["Allow"] = allow
            self._service.log.end(entry, None if entry.pop("dropped", False) else response)
        return response

    @staticmethod
    async def _administer(request: web.Request, handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            return web.json_response({"error": "%s: %s" % (type(error).__name__, error)}, status=400)

    def _handler(self, name: str):
        service = self._service

        async def handle(request: web.Request) -> web.StreamResponse:
            info, entry = request.match_info, ENTRY.get()
            call = Call(
                name,
                request.headers,
                await request.read(),
                request.headers.get("X-TC-APP-KEY"),
                info.get("project_id"),
                info.get("workspace_id"),
                info.get("target_id"),
                request.raw_path,
            )
            entry["call"] = name
            fault = service.plan.pick(call, service.state.tables)
            answer = await service.answer(request.method, call, fault)
            if fault is None:
                return delivery.whole(answer)
            entry["fault"] = True
            entry["dropped"] = answer is None
            return await delivery.send(request, answer, fault)

        return handle
