# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prometheus' response envelope {status, data, errorType, error}: read the data, or raise the error.

Source: HTTP API of Prometheus, to which the API guide refers ("Prometheus API", 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .envelope import STATUS_KINDS, by_status, unwrap
from .json_body import read_object
from .transport import Reply

# Warning added to a response with isPartial set.
PARTIAL = "The result is partial."


@dataclass(frozen=True)
class Answer:
    """Data of a response, with Prometheus' own warnings and infos."""

    data: Any
    warnings: list[str]
    infos: list[str]


def read_answer(reply: Reply) -> Answer:
    """The data of a successful response, with its warnings. Raises SysmonError for every other response."""
    document = read_object(reply.content)
    status = document.get("status")
    if status == "error" and not 300 <= reply.status < 400:
        raise _refused(reply, _text(document.get("error")), _text(document.get("errorType")))
    if status == "success" and 200 <= reply.status < 300 and "data" in document:
        warnings = _texts(document, "warnings", reply)
        if document.get("isPartial"):
            warnings.append(PARTIAL)
        return Answer(document["data"], warnings, _texts(document, "infos", reply))
    # Any other response is the gateway's: in the service's envelope, or an error by its HTTP status.
    unwrap(reply)
    raise _malformed(reply, "the response is not Prometheus' format")


def _refused(reply: Reply, text: str, error_type: str) -> SysmonError:
    """Error for a response with status "error". Prometheus' own errors are final; a proxy's depend on the HTTP status.

    Prometheus sends 503 for a query that timed out or was cancelled, and also while it starts or stops.
    """
    status = reply.status
    transient = status >= 500 and not (status == 503 and error_type in ("timeout", "canceled"))
    if transient or (status in STATUS_KINDS and status != 400):
        return by_status(reply, status, result_message=text)
    return SysmonError(
        "query",
        f"Prometheus refused the {reply.call.replace('_', ' ')}: {text} ({error_type}).",
        call=reply.call,
        http_status=status,
        result_message=text,
    )


def _text(value: Any) -> str:
    return cleaned(value) if isinstance(value, str) and value else "no reason given"


def _texts(document: dict[str, Any], name: str, reply: Reply) -> list[str]:
    texts = document.get(name) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _malformed(reply, f"{name} is not a list of strings")
    return list(texts)


def _malformed(reply: Reply, what: str) -> SysmonError:
    call = reply.call
    return SysmonError(
        "protocol",
        f"{call.replace('_', ' ')} failed: {what} (HTTP {reply.status}).",
        call=call,
        http_status=reply.status,
    )
