# Copyright: (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Prometheus part of the API: its calls, with Prometheus' own envelope {status, data, errorType, error}.

Source: API guide, "Prometheus API", 1, and the HTTP API of Prometheus, to which it refers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .._errors import SysmonError
from .envelope import unwrap
from .pace import Pace
from .repeat import repeat
from .transport import Reply, Transport

LONGEST_URL = 1500


@dataclass(frozen=True)
class Answer:
    """What Prometheus found, and what it remarked."""

    data: Any
    warnings: list[str]
    infos: list[str]


class PrometheusClient:
    """Asks PromQL questions. All calls only read, so all are repeated on passing faults."""

    def __init__(self, transport: Transport, *, secret: str, timeout: float, retries: int, pace: Pace) -> None:
        self._transport = transport
        self._secret = secret
        self._timeout = timeout
        self._retries = retries
        self._pace = pace

    def query(self, query: str, **parameters: Any) -> Answer:
        """An instant query."""
        return self._call("query", "/query", {"query": query, **parameters})

    def _call(self, call: str, path: str, parameters: dict[str, Any], *, post: bool = True) -> Answer:
        path = "/prometheus/api/v1" + path
        query = urlencode({key: value for key, value in parameters.items() if value is not None}, doseq=True)
        # The vendor names JSON for POST; Prometheus itself, to which it refers, reads forms.
        if post and self._transport.url_length(path, query) > LONGEST_URL:
            method, content = "POST", {"form": query}
        else:
            method, content = "GET", {"params": query}
        try:
            return repeat(
                lambda: _answer(self._transport.send(call, method, path, **content)),
                pace=self._pace,
                retries=self._retries,
                timeout=self._timeout,
                safe=True,
            )
        except SysmonError as error:
            raise error.redact(self._secret) from None


def _answer(reply: Reply) -> Answer:
    try:
        document = json.loads(reply.content)
    except (ValueError, RecursionError):
        document = None
    status = document.get("status") if isinstance(document, dict) else None
    if isinstance(document, dict) and status == "error":
        raise SysmonError(
            "query",
            f"Prometheus refused the {reply.call}: {document.get('error')} ({document.get('errorType')}).",
            call=reply.call,
            http_status=reply.status,
            result_message=str(document.get("error")),
        )
    if isinstance(document, dict) and status == "success" and "data" in document:
        return Answer(document["data"], _texts(document.get("warnings")), _texts(document.get("infos")))
    unwrap(reply)
    raise SysmonError(
        "protocol",
        f"{reply.call} failed: the answer is not one of Prometheus (HTTP {reply.status}).",
        call=reply.call,
        http_status=reply.status,
    )


def _texts(value: Any) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []
