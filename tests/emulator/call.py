# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request for one of the calls, and what it says."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from functools import cached_property

from . import codes
from .codes import Refusal
from .servers import REGIONS

NAME = re.compile(r"[A-Za-z0-9_-]+")
PORT = re.compile(r"[0-9]{1,5}")


@dataclass
class Call:
    """What does not suit the guide raises -40002."""

    name: str
    headers: dict
    body: bytes = b""
    app_key: str | None = None
    project_id: str | None = None
    workspace_id: str | None = None
    target_id: str | None = None
    raw_path: str = ""

    @cached_property
    def json(self):
        """The object in the body."""
        if self.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refusal(codes.BAD_INPUT_VALUE)
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Refusal(codes.BAD_INPUT_VALUE) from None
        if not isinstance(value, dict):
            raise Refusal(codes.BAD_INPUT_VALUE)
        return value

    @property
    def modifier(self) -> str:
        """The UUID of who modifies: an appkey has none, so one follows from it."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, "modifier/%s" % self.project_id))

    def region(self) -> str:
        region = self.headers.get("X-SYSMON-REGION")
        if region not in REGIONS:
            raise Refusal(codes.BAD_INPUT_VALUE)
        return region

    def new_name(self) -> str:
        name = self.json.get("jobName")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise Refusal(codes.BAD_INPUT_VALUE)
        return name

    def path_and_description(self) -> tuple[str, str | None]:
        path, description = self.json.get("metricsPath"), self.json.get("description")
        if not isinstance(path, str) or not path.startswith("/"):
            raise Refusal(codes.BAD_INPUT_VALUE)
        if description is not None and not isinstance(description, str):
            raise Refusal(codes.BAD_INPUT_VALUE)
        return path, description

    def port(self) -> int:
        """A number, or a string of digits as in the guide's example."""
        value = self.json.get("port")
        if isinstance(value, str) and PORT.fullmatch(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 65535:
            raise Refusal(codes.BAD_INPUT_VALUE)
        return value
