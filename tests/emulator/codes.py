# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's envelope and result codes, and those of the gateway in front of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

ALREADY_EXIST = -40001
BAD_INPUT_VALUE = -40002
INVALID_HOST_OR_PROJECT = -40004
NOT_FOUND_JOB = -40006
NOT_FOUND_TARGET = -40007
SYSTEM_RESERVED_JOB = -40012
INTERNAL_SERVER_ERROR = -50000

MESSAGES = {
    ALREADY_EXIST: "ALREADY_EXIST",
    BAD_INPUT_VALUE: "BAD_INPUT_VALUE",
    INVALID_HOST_OR_PROJECT: "INVALID_HOST_OR_PROJECT",
    NOT_FOUND_JOB: "NOT_FOUND_JOB",
    NOT_FOUND_TARGET: "NOT_FOUND_TARGET",
    SYSTEM_RESERVED_JOB: "SYSTEM_RESERVED_JOB",
    INTERNAL_SERVER_ERROR: "INTERNAL_SERVER_ERROR",
}

# HTTP status -> the gateway's code and words for it
GATEWAY = {
    400: (4000003, "Bad request"),
    401: (4011001, "Unauthorized"),
    403: (4031007, "Forbidden"),
    404: (4041007, "Not found"),
    405: (4051000, "Method not allowed"),
    413: (4131000, "Request entity too large"),
    429: (4291000, "Too many requests"),
    500: (5000000, "Internal server error"),
    502: (5020001, "Bad gateway"),
    503: (5030001, "Service unavailable"),
    504: (5040001, "Gateway timeout"),
}

JSON_TYPE = "application/json;charset=UTF-8"


class Refusal(Exception):
    """The service says no: HTTP 200 and a result code."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class GatewayRefusal(Exception):
    """The gateway says no: an HTTP status, and words other than the usual ones."""

    def __init__(self, status: int, message: str | None = None):
        super().__init__(status)
        self.status = status
        self.message = message


@dataclass
class Answer:
    """What is going to be sent."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON_TYPE})


_SUCCESS = b'{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"body":%s}'


def encode(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def success(body: bytes) -> Answer:
    """The envelope around a body that is JSON already."""
    return Answer(_SUCCESS % body)


def refusal(code: int | str, message: str | None = None, status: int = 200, body: str = "null") -> Answer:
    """The envelope of a failure. `body` is "null" or "absent": the guide does not say which."""
    if message is None:
        message = MESSAGES.get(code, "ERROR")
    envelope = {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": message}}
    if body == "null":
        envelope["body"] = None
    return Answer(encode(envelope), status)


def gateway(status: int, kind: str = "envelope", message: str | None = None) -> Answer:
    """An answer of the gateway. `kind` is envelope, html or empty."""
    code, usual = GATEWAY.get(status, (status * 10000, "Error"))
    message = message or usual
    if kind == "empty":
        return Answer(b"", status, {})
    if kind == "html":
        page = "<html><head><title>%d %s</title></head><body><h1>%s</h1></body></html>" % (status, message, message)
        return Answer(page.encode(), status, {"Content-Type": "text/html"})
    return refusal(code, message, status, "absent")
