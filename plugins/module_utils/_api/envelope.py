# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's envelope {header, body}: the body, or the failure that the header tells.

Sources: API guide, the tables "Common Error Codes" and "[Error Codes]" of each call. The codes of the gateway in front
of the service begin with the HTTP status that they stand for, and come with that status or with 200.
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
# Bytes of an answer that is not JSON which are looked at.
LONGEST_PLAIN = 4096
PASSING = (429, 500, 502, 503, 504)
HINTS = {
    "auth": "Check the appkey: the console shows it under URL & Appkey.",
    "forbidden": "Check that project_id belongs to the appkey.",
}
# The guide asks for the region on these; an unknown one is answered as bad input.
WITH_REGION = ("list_workspaces", "create_workspace", "list_servers")
CODE_HINTS = {-40004: "The service does not find this host id in this project: check project_id and the region."}
NO_ADDRESS = (
    "Check api_url: it goes without /v1.0 and without /prometheus. A proxy or a page for logging in may also answer in place"
    " of the API."
)
ELSEWHERE = "Check api_url, and whether a proxy or a page for logging in answers in place of the API."


def unwrap(reply: Reply) -> Any:
    """The body of a successful answer, None where there is none. Raises SysmonError for every other answer.

    The service's own words become part of the error, cleaned.
    """
    header, body = _parse(reply)
    if 300 <= reply.status < 400:
        raise _error(reply, "protocol", "the service answered with a redirect, which is not followed", hint=ELSEWHERE)
    if header is None:
        raise _without_envelope(reply)
    if header["isSuccessful"]:
        return body
    raise _failure(reply, header)


def _without_envelope(reply: Reply) -> SysmonError:
    text = plain_text(reply)
    if reply.status >= 400:
        # The service itself says what it does not know with a code: this is about the address.
        hint = {"hint": NO_ADDRESS} if reply.status == 404 else {}
        return by_status(reply, reply.status, result_message=text, **hint)
    if reply.is_html:
        return _error(reply, "protocol", "a web page came instead of JSON", outcome_unknown=True, hint=ELSEWHERE)
    reason = "the answer is cut or not what the guide says"
    return _error(reply, "protocol", reason, retryable=True, outcome_unknown=True, result_message=text)


def plain_text(reply: Reply) -> str | None:
    """What an answer says that is neither JSON nor a web page; None where that is no text."""
    start = reply.content[:LONGEST_PLAIN].lstrip()
    if not start or reply.is_html or start[:1] in b'{["' or b"\0" in start:
        return None
    return cleaned(start.decode("utf-8", "replace"))


def by_status(reply: Reply, status: int, **details: Any) -> SysmonError:
    """The failure that an HTTP status stands for."""
    kind = "server" if status >= 500 else STATUS_KINDS.get(status, "bad_input")
    return _error(
        reply,
        kind,
        {
            "auth": "the appkey was refused",
            "forbidden": "the appkey does not open this project",
            "not_found": "there is nothing at this address",
            "rate_limited": "the service asks for fewer requests",
            "server": "the service or its gateway had an error",
        }.get(kind, "the service refused the request"),
        retryable=status in PASSING,
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
        passing = kind == "server"
        if code == -40002 and reply.call in WITH_REGION:
            details["hint"] = "The region may be an unknown one: check region."
        elif code in CODE_HINTS:
            details["hint"] = CODE_HINTS[code]
        return _error(reply, kind, "the service refused it", retryable=passing, outcome_unknown=passing, **details)
    status = _gateway_status(code) or (reply.status if reply.status >= 400 else None)
    if status:
        return by_status(reply, status, **details)
    return _error(reply, "protocol", "the service refused it with a code that its guide does not have", **details)


def _gateway_status(code: Any) -> int | None:
    """429 and 4291000 both say 429."""
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
