# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client for the Prometheus API of the service.

Source: API guide, "Prometheus API", 1, and the HTTP API of Prometheus, to which it refers.
"""

from __future__ import annotations

import time
from copy import copy
from typing import Any
from urllib.parse import urlencode

from .._errors import SysmonError
from .label_names import escape_label
from .prometheus_envelope import Answer, read_answer
from .rate_limit import RateLimiter
from .retry import with_retries
from .transport import Transport
from .unpack import unreadable

LONGEST_URL = 1500
SHORTEST = 0.001
FORBIDDEN = (
    "Check that the appkey belongs to System Monitoring in this region, and that api_url is its endpoint. PromQL does not"
    " use project_id."
)
# In bytes: about 300 series of 11,000 points.
LARGEST_ANSWER = 64 << 20


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
                return read_answer(self._transport.send(call, method, path, params=params, form=form, timeout=timeout))
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
