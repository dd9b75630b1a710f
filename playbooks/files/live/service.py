# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests as the guide shows them, and their answers as they came."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from .settings import Settings

TIMEOUT = 30
MOST_BYTES = 16 * 1024 * 1024
WITH_REGION = {("GET", "/jobs"), ("POST", "/jobs"), ("GET", "/servers")}


@dataclass
class Reply:
    """`status` 0 is no answer, and `text` is then why."""

    status: int
    text: str
    headers: dict = field(default_factory=dict)

    @property
    def json(self):
        try:
            return json.loads(self.text) if self.status else None
        except (ValueError, RecursionError):
            return None

    @property
    def header(self) -> dict:
        value = self.json
        header = value.get("header") if isinstance(value, dict) else None
        return header if isinstance(header, dict) else {}

    @property
    def ok(self) -> bool:
        return self.header.get("isSuccessful") is True

    @property
    def code(self):
        return self.header.get("resultCode")

    @property
    def body(self):
        return self.json.get("body") if self.ok else None

    @property
    def records(self) -> list[dict]:
        return [record for record in self.body if isinstance(record, dict)] if isinstance(self.body, list) else []

    @property
    def outcome(self) -> str:
        """In a few words."""
        if not self.status:
            return "no answer (%s)" % self.text
        if self.ok:
            return "accepted"
        if self.header:
            where = "" if self.status == 200 else "HTTP %d, " % self.status
            return "refused: %sresultCode %s %s" % (where, self.code, self.header.get("resultMessage"))
        return "HTTP %d, %s" % (self.status, self.headers.get("content-type") or "no content type")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        """The appkey must not travel to another host."""


class Interrupted(BaseException):
    """The run ends here, and what it made is deleted."""


class Service:
    """Sends one request at a time, and counts them."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.interrupted = False  # by a signal: the request in flight still tells what it did, and is the last one
        self.sent = 0
        self.limited: list[Reply] = []  # answers that told of a limit of rate
        self.slowest = 0.0
        handlers = [_NoRedirect]
        if settings.context:
            handlers.append(urllib.request.HTTPSHandler(context=settings.context))
        self._opener = urllib.request.build_opener(*handlers)

    def ask(self, method: str, path: str, body=None, *, region=None, app_key=None, project_id=None) -> Reply:
        """A call of the guide. `region` "" and `app_key` "" leave their header out."""
        settings = self._settings
        headers = {}
        key = settings.app_key if app_key is None else app_key
        if key:
            headers["X-TC-APP-KEY"] = key
        code = settings.region if region is None else region
        if (method, path) in WITH_REGION and code:
            headers["X-SYSMON-REGION"] = code
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        return self._send(method, "/v1.0/projects/%s%s" % (project_id or settings.project_id, path), data, headers)

    def query(self, text: str) -> Reply:
        headers = {"X-TC-APP-KEY": self._settings.app_key}
        return self._send("GET", "/prometheus/api/v1/query?" + urllib.parse.urlencode({"query": text}), None, headers)

    def post_query(self, text: str, content_type: str) -> Reply:
        form = content_type == "application/x-www-form-urlencoded"
        data = urllib.parse.urlencode({"query": text}) if form else json.dumps({"query": text})
        headers = {"X-TC-APP-KEY": self._settings.app_key, "Content-Type": content_type}
        return self._send("POST", "/prometheus/api/v1/query", data.encode(), headers)

    def sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._heed_interruption()
            time.sleep(min(0.1, seconds))

    def _heed_interruption(self) -> None:
        if self.interrupted:
            raise Interrupted

    def _send(self, method: str, path: str, data: bytes | None, headers: dict) -> Reply:
        self._heed_interruption()
        headers["User-Agent"] = "nhncloud.sysmon-live"
        request = urllib.request.Request(self._settings.base + path, data, headers, method=method)
        self.sent += 1
        begun = time.monotonic()
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                reply = _reply(answer)
        except urllib.error.HTTPError as error:
            with error:
                reply = _reply(error)
        except (OSError, http.client.HTTPException) as error:
            reply = Reply(0, "%s: %s" % (type(error).__name__, getattr(error, "reason", error)))
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if reply.status == 429 or str(reply.code) in ("429", "4291000", "4291001"):
            self.limited.append(reply)
        return reply


def _reply(answer) -> Reply:
    try:
        text = answer.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return Reply(0, "%s: %s" % (type(error).__name__, error))
    return Reply(answer.status, text, {name.lower(): value for name, value in answer.headers.items()})
