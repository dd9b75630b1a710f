# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's response envelope {header, body}: unwrap the body, or raise the error in the header.

Sources: API guide, the tables "Common Error Codes" and "[Error Codes]" of each call. Result codes of the gateway in
front of the service begin with an HTTP status, and are sent with that status or with 200.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .json_body import read_object
from .transport import Reply

GUIDE_CODES = {
    -40001: "exists",
    -40002: "bad_input",
    -40004: "bad_input",
    -40006: "not_found",
    -40007: "not_found",
    -40012: "reserved",
    -50000: "server",
}
STATUS_KINDS = {400: "bad_input", 401: "auth", 403: "forbidden", 404: "not_found", 429: "rate_limited"}
# Bytes of a non-JSON response that are shown.
LONGEST_PLAIN = 4096
RETRYABLE_STATUSES = (429, 500, 502, 503, 504)
HINTS = {
    "auth": "Check the appkey: the console shows it under URL & Appkey.",
    "forbidden": "Check that project_id belongs to the appkey.",
}
# Calls that take the region. For an unknown region the service returns -40002 (bad input).
WITH_REGION = ("list_workspaces", "create_workspace", "list_servers")
CODE_HINTS = {-40004: "The service does not find this host id in this project: check project_id and the region."}
WRONG_PATH = (
    "Check api_url: it must not include /v1.0 or /prometheus. A proxy or login page may also have answered instead of the"
    " API."
)
WRONG_HOST = "Check api_url, and whether a proxy or login page answers instead of the API."


def unwrap(reply: Reply) -> Any:
    """Return the body of a successful response, None if it has none. Raises SysmonError for every other response.

    The error includes the service's own message, cleaned.
    """
    header, body = _parse(reply)
    if 300 <= reply.status < 400:
        raise _error(reply, "protocol", "the service sent a redirect, which is not followed", hint=WRONG_HOST)
    if header is None:
        raise _without_envelope(reply)
    if header["isSuccessful"]:
        return body
    raise _failure(reply, header)


def _without_envelope(reply: Reply) -> SysmonError:
    text = plain_text(reply)
    if reply.status >= 400:
        return by_status(reply, reply.status, result_message=text)
    if reply.is_html:
        return _error(reply, "protocol", "the response is a web page, not JSON", outcome_unknown=True, hint=WRONG_HOST)
    reason = "the response is truncated or not in the documented format"
    return _error(reply, "protocol", reason, retryable=True, outcome_unknown=True, result_message=text)


def plain_text(reply: Reply) -> str | None:
    """Text of a response that is neither JSON nor HTML, cleaned; None if it is not text."""
    start = reply.content[:LONGEST_PLAIN].lstrip()
    if not start or reply.is_html or start[:1] in b'{["' or b"\0" in start:
        return None
    return cleaned(start.decode("utf-8", "replace"))


def by_status(reply: Reply, status: int, **details: Any) -> SysmonError:
    """Error for an HTTP status. ``details`` are arguments of SysmonError."""
    kind = "server" if status >= 500 else STATUS_KINDS.get(status, "bad_input")
    if status == 404:
        # The service reports unknown ids with a result code, so 404 means a wrong URL, whoever answers.
        details.setdefault("hint", WRONG_PATH)
    return _error(
        reply,
        kind,
        {
            "auth": "the appkey was refused",
            "forbidden": "the appkey is not authorized for this project",
            "not_found": "nothing exists at this URL",
            "rate_limited": "the service limits the request rate",
            "server": "the service or its gateway had an error",
        }.get(kind, "the service refused the request"),
        retryable=status in RETRYABLE_STATUSES,
        outcome_unknown=status >= 500,
        may_still_commit=status == 504,
        **details,
    )


def _parse(reply: Reply) -> tuple[dict[str, Any] | None, Any]:
    document = read_object(reply.content)
    header = document.get("header")
    if not isinstance(header, dict) or not isinstance(header.get("isSuccessful"), bool):
        return None, None
    return header, document.get("body")


def _failure(reply: Reply, header: dict[str, Any]) -> SysmonError:
    code = _number(header.get("resultCode"))
    text = _text(header.get("resultMessage"))
    details: dict[str, Any] = {"result_code": code, "result_message": text}
    if isinstance(code, int) and code in GUIDE_CODES:
        kind = GUIDE_CODES[code]
        is_server_error = kind == "server"
        if code == -40002 and reply.call in WITH_REGION:
            details["hint"] = "The region may be unknown: check region."
        elif code in CODE_HINTS:
            details["hint"] = CODE_HINTS[code]
        return _error(
            reply,
            kind,
            "the service refused it",
            retryable=is_server_error,
            outcome_unknown=is_server_error,
            **details,
        )
    status = _gateway_status(code) or (reply.status if reply.status >= 400 else None)
    if status:
        return by_status(reply, status, **details)
    return _error(reply, "protocol", "the service refused it with an undocumented code", **details)


def _gateway_status(code: Any) -> int | None:
    """HTTP status in a result code of the gateway: 429 for both 429 and 4291000."""
    if not isinstance(code, int) or not re.fullmatch("[0-9]{3}([0-9]{4})?", str(code)):
        return None
    status = int(str(code)[:3])
    return status if 400 <= status < 600 else None


def _number(code: Any) -> int | str | None:
    if isinstance(code, bool) or not isinstance(code, (int, str)):
        return None
    digits = str(code)
    return int(digits) if re.fullmatch("-?[0-9]{1,18}", digits) else cleaned(digits, 50)


def _text(message: Any) -> str | None:
    return cleaned(message) if isinstance(message, str) else None


def _error(reply: Reply, kind: str, reason: str, **details: Any) -> SysmonError:
    code, text = details.get("result_code"), details.get("result_message")
    facts = [f"HTTP {reply.status}"]
    if code is not None:
        facts.append(f"code {code}")
    if text:
        facts.append(text)
    return SysmonError(
        kind,
        f"{reply.call.replace('_', ' ')} failed: {reason} ({', '.join(facts)}).",
        call=reply.call,
        http_status=reply.status,
        retry_after=reply.retry_after,
        **{"hint": HINTS.get(kind), **details},
    )
