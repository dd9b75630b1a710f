# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Prometheus part of the API: its calls, with Prometheus' own envelope {status, data, errorType, error}.

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
    "Check that the appkey is one of System Monitoring, of this region, and that api_url is its address. PromQL takes no"
    " project_id."
)
# A range of 11,000 points has some 300 series in it.
LARGEST_ANSWER = 64 << 20
# The remark on an answer that says so of itself (isPartial).
PARTIAL = "The answer is partial."


@dataclass(frozen=True)
class Answer:
    """What Prometheus found, and what it remarked."""

    data: Any
    warnings: list[str]
    infos: list[str]


class PrometheusClient:
    """Asks PromQL questions. All calls only read, so all are repeated on passing faults.

    Parameters are those of Prometheus; what is None is not sent, a list is sent once per item.
    """

    def __init__(self, transport: Transport, *, timeout: float, retries: int, limiter: RateLimiter) -> None:
        self._transport = transport
        self._timeout = timeout
        self._retries = retries
        self._limiter = limiter
        self._end: float | None = None

    def until(self, end: float) -> PrometheusClient:
        """The same client, but no call, repeats included, goes beyond ``end`` of the monotonic clock."""
        bounded = copy(self)
        bounded._end = end
        return bounded

    def stop(self) -> None:
        """Send nothing more, also of what is to be repeated."""
        self._limiter.stop()

    def query(self, query: str, **parameters: Any) -> Answer:
        """An instant query."""
        return self._call("query", "/query", {"query": query, **parameters})

    def query_range(self, query: str, **parameters: Any) -> Answer:
        """A query over a range of time."""
        return self._call("query_range", "/query_range", {"query": query, **parameters})

    def series(self, **parameters: Any) -> Answer:
        """The label sets of series."""
        return self._call("series", "/series", parameters)

    def labels(self, **parameters: Any) -> Answer:
        """The names of labels."""
        return self._call("labels", "/labels", parameters)

    def label_values(self, label: str, **parameters: Any) -> Answer:
        """The values of a label."""
        return self._call("label_values", f"/label/{escape_label(label)}/values", parameters, post=False)

    def metadata(self, **parameters: Any) -> Answer:
        """Type, help and unit of metrics."""
        return self._call("metadata", "/metadata", parameters, post=False)

    def _call(self, call: str, path: str, parameters: dict[str, Any], *, post: bool = True) -> Answer:
        path = "/prometheus/api/v1" + path
        try:
            query = urlencode({key: value for key, value in parameters.items() if value is not None}, doseq=True)
        except UnicodeEncodeError:
            raise SysmonError("config", f"{call.replace('_', ' ')}: a text holds bytes that are not UTF-8.") from None
        # The vendor names JSON for POST; Prometheus itself, to which it refers, reads forms.
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
                raise unreadable(call, "the answer does not fit into memory") from None

        return with_retries(
            send,
            limiter=self._limiter,
            retries=self._retries,
            timeout=self._timeout,
            idempotent=True,
            end=self._end,
        )


def escape_label(name: str) -> str:
    """A label's name as a part of the path.

    This is ValueEncodingEscaping of prometheus/common, model/metric.go, which is what Prometheus (3.0 and newer) reads
    there. The example in Prometheus' documentation (U__http_2e_status_code) leaves an underscore single, and is not read so.
    A plain name is left alone, unless it begins as an escaped one does. Older servers know plain names only, and
    correctly find nothing for an escaped one.
    """
    if not name or any("\ud800" <= letter <= "\udfff" for letter in name):
        raise SysmonError("config", f"{name!r} is not the name of a label.")
    if max(name) > "\U000fffff":
        # UnescapeName gives up at the sixth digit, and so takes the escaped name for the name.
        raise SysmonError("config", f"label {name!r} has a private character of which Prometheus cannot read the code.")
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
    # Whatever else comes is the gateway's: it keeps to the envelope of the service, or is a failure by its status.
    unwrap(reply)
    raise _strange(reply, "the answer is not one of Prometheus")


def _refused(reply: Reply, text: str, error_type: str) -> SysmonError:
    """Prometheus' own errors are final; those that a proxy words like Prometheus count as what their status says.

    Prometheus answers 503 for a query that took too long or was cancelled, and while it starts or ends.
    """
    status = reply.status
    passing = status >= 500 and not (status == 503 and error_type in ("timeout", "canceled"))
    if passing or (status in STATUS_KINDS and status != 400):
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
        raise _strange(reply, f"the {name} are not a list of texts")
    return list(texts)


def _strange(reply: Reply, what: str) -> SysmonError:
    call = reply.call
    return SysmonError(
        "protocol",
        f"{call.replace('_', ' ')} failed: {what} (HTTP {reply.status}).",
        call=call,
        http_status=reply.status,
    )
