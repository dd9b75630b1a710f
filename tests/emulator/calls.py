# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ten calls of the guide's workspace and collection target parts: check, commit, and give the body as JSON."""

from __future__ import annotations

from . import codes
from .call import Call
from .codes import Refusal, encode
from .options import Options
from .state import State, modified_now
from .tables import Tables


class Calls:
    """One method per call of the guide, named by what it does."""

    def __init__(self, options: Options, state: State):
        self._options = options
        self._state = state

    @property
    def _tables(self) -> Tables:
        return self._state.tables

    # workspaces

    def list_workspaces(self, call: Call) -> bytes:
        return self._tables.rendered("workspaces", call.project_id, call.region())

    def create_workspace(self, call: Call) -> bytes:
        region = call.region()
        name = call.new_name()
        path, description = call.path_and_description()
        if not self._options.allow_same_names and self._tables.workspace_named(call.project_id, name, region):
            raise Refusal(codes.ALREADY_EXIST)
        record = self._state.put(
            "workspaces",
            {
                "jobId": self._state.new_id(),
                "projectId": call.project_id,
                "jobName": name,
                "metricsPath": path,
                "description": description,
                "lstModifier": call.modifier,
                "lstModYmdt": modified_now(),
                "reservedJobCd": None,
            },
            region=region,
        )
        return encode({**record, "lstModifier": None})

    def get_workspace(self, call: Call) -> bytes:
        return encode(self._workspace(call))

    def update_workspace(self, call: Call) -> bytes:
        record = self._changeable_workspace(call)
        path, description = call.path_and_description()
        if "description" not in call.json and self._options.put_without_description == "keep":
            description = record["description"]
        record = self._state.put(
            "workspaces",
            {
                **record,
                "metricsPath": path,
                "description": description,
                "lstModifier": call.modifier,
                "lstModYmdt": modified_now(),
            },
        )
        return encode({**record, "lstModifier": None})

    def delete_workspace(self, call: Call) -> bytes:
        self._changeable_workspace(call)
        self._state.remove("workspaces", call.workspace_id)
        return encode(call.workspace_id)

    # collection targets

    def list_targets(self, call: Call) -> bytes:
        self._workspace(call)
        return self._tables.rendered("targets", call.workspace_id)

    def list_servers(self, call: Call) -> bytes:
        return self._tables.rendered("servers", call.project_id, call.region())

    def create_target(self, call: Call) -> bytes:
        self._changeable_workspace(call)
        host_id, port = call.json.get("hostId"), call.port()
        if not isinstance(host_id, str) or not host_id:
            raise Refusal(codes.BAD_INPUT_VALUE)
        server = self._tables.servers.get(host_id)
        if server is None or server["projectId"] != call.project_id:
            raise Refusal(codes.INVALID_HOST_OR_PROJECT)
        if not self._options.allow_doubles and self._tables.has_target(call.workspace_id, host_id, port):
            raise Refusal(codes.BAD_INPUT_VALUE)
        if 0 < self._options.targets_per_server <= len(self._tables.targets_on(host_id)):
            raise Refusal(self._options.sixth_code)
        record = self._state.put(
            "targets",
            {
                "targetId": self._state.new_id(),
                "jobId": call.workspace_id,
                "hostId": host_id,
                "port": port,
                "resultCd": None,
                "failReason": None,
                "mntrnStatCd": None,
                "lstModifier": call.modifier,
                "lstModYmdt": modified_now(),
                "hostNm": server["hostNm"],
                "svrIp": server["svrIp"],
            },
        )
        return encode(record["targetId"])

    def get_target(self, call: Call) -> bytes:
        self._workspace(call)
        return encode(self._target(call))

    def delete_target(self, call: Call) -> bytes:
        self._changeable_workspace(call)
        self._target(call)
        self._state.remove("targets", call.target_id)
        return encode(call.target_id)

    def _workspace(self, call: Call) -> dict:
        record = self._tables.workspace(call.project_id, call.workspace_id)
        if record is None:
            raise Refusal(codes.NOT_FOUND_JOB)
        return record

    def _changeable_workspace(self, call: Call) -> dict:
        record = self._workspace(call)
        if record["reservedJobCd"] is not None:
            raise Refusal(codes.SYSTEM_RESERVED_JOB)
        return record

    def _target(self, call: Call) -> dict:
        record = self._tables.targets.get(call.target_id)
        if record is None or record["jobId"] != call.workspace_id:
            raise Refusal(codes.NOT_FOUND_TARGET)
        return record
