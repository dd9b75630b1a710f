# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client for the Prometheus API of the service, with Prometheus' response envelope {status, data, errorType, error}.

Source: API guide, "Prometheus API", 1, and the HTTP API of Prometheus, to which it refers.
"""

from __future__ import annotations

import re
import time
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .._errors import SysmonError
from .._text import cleaned
from .envelope import STATUS_KINDS, by_status, unwrap
from .json_body import read_object
from .rate_limit import RateLimiter
from .retry import with_retries
from .transport import Reply, Transport
from .unpack import unreadable

LONGEST_URL = 1500
SHORTEST = 0.001
FORBIDDEN = (
    "Check that the appkey belongs to System Monitoring in this region, and that api_url is its endpoint. PromQL does not"
    " use project_id."
)
# In bytes: about 300 series of 11,000 points.
LARGEST_ANSWER = 64 << 20
# Warning added to a response with isPartial set.
PARTIAL = "The result is partial."


@dataclass(frozen=True)
class Answer:
    """Data of a response, with Prometheus' own warnings and infos."""

    data: Any
    warnings: list[str]
    infos: list[str]


class PrometheusClient:
    """Client for PromQL. All calls only read, so all are retried on transient errors.

    Parameters are named as in Prometheus. None is not sent; a list is sent as one parameter per item.
    """

    def __init__(self, transport: Transport, *, timeout: float, retries: int, limiter: RateLimiter) -> None:
        self._transport = transport
        self._timeout = timeout
        self._retries = retries
        self._limiter = limiter
        self._end: float | None = None

    def until(self, end: float) -> PrometheusClient:
        """Return a copy of the client whose calls, retries included, end at ``end`` (``time.monotonic`` seconds)."""
        bounded = copy(self)
        bounded._end = end
        return bounded

    def stop(self) -> None:
        """Stop sending, retries included. Later calls raise SysmonError of kind transport."""
        self._limiter.stop()

    def query(self, query: str, **parameters: Any) -> Answer:
        """Run an instant query."""
        return self._call("query", "/query", {"query": query, **parameters})

    def query_range(self, query: str, **parameters: Any) -> Answer:
        """Run a range query."""
        return self._call("query_range", "/query_range", {"query": query, **parameters})

    def series(self, **parameters: Any) -> Answer:
        """List the label sets of series."""
        return self._call("series", "/series", parameters)

    def labels(self, **parameters: Any) -> Answer:
        """List label names."""
        return self._call("labels", "/labels", parameters)

    def label_values(self, label: str, **parameters: Any) -> Answer:
        """List the values of a label. Raises SysmonError of kind config for a name that Prometheus cannot read."""
        return self._call("label_values", f"/label/{escape_label(label)}/values", parameters, post=False)

    def metadata(self, **parameters: Any) -> Answer:
        """Read type, help and unit of metrics."""
        return self._call("metadata", "/metadata", parameters, post=False)

    def _call(self, call: str, path: str, parameters: dict[str, Any], *, post: bool = True) -> Answer:
        path = "/prometheus/api/v1" + path
        try:
            query = urlencode({key: value for key, value in parameters.items() if value is not None}, doseq=True)
        except UnicodeEncodeError:
            raise SysmonError("config", f"{call.replace('_', ' ')}: a parameter is not valid UTF-8.") from None
        # The guide documents JSON for POST; Prometheus, to which the guide refers, reads forms.
        by_post = post and self._transport.url_length(path, query) > LONGEST_URL
        method = "POST" if by_post else "GET"
        params, form = (None, query) if by_post else (query, None)

        def send() -> Answer:
            try:
                timeout = None if self._end is None else min(self._timeout, max(SHORTEST, self._end - time.monotonic()))
                return _answer(self._transport.send(call, method, path, params=params, form=form, timeout=timeout))
            except SysmonError as error:
                error.hint = FORBIDDEN if error.kind == "forbidden" else error.hint
                raise
            except MemoryError:
                raise unreadable(call, "the response does not fit into memory") from None

        return with_retries(
            send,
            limiter=self._limiter,
            retries=self._retries,
            timeout=self._timeout,
            idempotent=True,
            end=self._end,
        )


def escape_label(name: str) -> str:
    """Escape a label name for a URL path. Raises SysmonError of kind config.

    Source: ValueEncodingEscaping in prometheus/common, model/metric.go, as read by Prometheus 3.0 and newer. The example
    in Prometheus' documentation (U__http_2e_status_code) keeps a single underscore, which Prometheus does not read back.
    Plain names stay unchanged unless they begin with U__. Older servers know only plain names and correctly find
    nothing for an escaped one.
    """
    if not name or any("\ud800" <= letter <= "\udfff" for letter in name):
        raise SysmonError("config", f"{name!r} is not the name of a label.")
    if max(name) > "\U000fffff":
        # UnescapeName reads at most five digits and otherwise keeps the escaped name.
        raise SysmonError("config", f"label {name!r} contains a character above U+FFFFF, which Prometheus cannot read.")
    if re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name) and not name.startswith("U__"):
        return name
    return "U__" + "".join(_escape_letter(letter, first=index == 0) for index, letter in enumerate(name))


def _escape_letter(letter: str, *, first: bool) -> str:
    if letter == "_":
        return "__"
    if re.fullmatch(r"[a-zA-Z:]" if first else r"[a-zA-Z0-9:]", letter):
        return letter
    return f"_{ord(letter):x}_"


def _answer(reply: Reply) -> Answer:
    document = read_object(reply.content)
    status = document.get("status")
    if status == "error":
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
