# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP transport: pooled connections, one deadline per request, no redirects. Responses are not interpreted here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from json import dumps
from time import time
from typing import Any

try:
    import requests
    from urllib3.exceptions import HTTPError
except ImportError:
    requests = None  # type: ignore[assignment]

from .deadline import Deadline, DeadlineAdapter
from .proxies import check_proxy
from .unpack import ACCEPTED, UnreadableBody, read_body, unreadable
from .urllib3_logging import silenced

OLDEST_REQUESTS = (2, 25)
# In bytes: about four times the size of 10,000 targets. Bounds the memory that an endless response can take.
LARGEST_ANSWER = 16 << 20


def require_requests() -> None:
    """Raise ImportError if requests is missing or too old."""
    version = str(getattr(requests, "__version__", ""))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST_REQUESTS:
        raise ImportError("requests (2.25 or newer)")


@dataclass(frozen=True)
class Reply:
    """An HTTP response: the name of its call, its status, its raw body and Retry-After in seconds."""

    call: str
    status: int
    content: bytes
    retry_after: float | None = None

    @property
    def is_html(self) -> bool:
        """Whether the body is HTML (or XML) instead of data."""
        return self.content.lstrip()[:1] == b"<"


class Transport:
    """Sends requests to one endpoint."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        timeout: float,
        verify: bool | str = True,
        connections: int = 1,
        use_proxies: bool = True,
        largest: int = LARGEST_ANSWER,
    ) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._largest = largest
        self._root = ""
        self._headers = {**requests.utils.default_headers(), "Accept-Encoding": ACCEPTED, **headers}
        # The adapter without a session: a session merges settings, cookies and headers for each request, which takes as
        # long as sending it. It would also read .netrc and follow redirects.
        self._adapter = DeadlineAdapter(pool_connections=1, pool_maxsize=connections)
        # Read proxies and the CA bundle from the environment once.
        self._settings: Any = requests.Session().merge_environment_settings(base_url, {}, True, verify, None)
        if not use_proxies:
            self._settings["proxies"] = {}
        check_proxy(requests.utils.select_proxy(base_url, self._settings["proxies"]), base_url)

    def url_length(self, path: str, query: str) -> int:
        """Length of the URL of a GET request, in characters."""
        return len(self._base_url) + len(path) + 1 + len(query)

    def send(
        self,
        call: str,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        params: str | None = None,
        form: str | None = None,
        timeout: float | None = None,
    ) -> Reply:
        """Send one request and return its response.

        ``json`` and ``form`` are alternative bodies, ``params`` is an encoded query string, ``timeout`` (seconds)
        overrides that of the transport. Raises SysmonError of kind transport, protocol or config if no complete
        response arrives.
        """
        timeout = self._timeout if timeout is None else timeout
        try:
            request = self._request(method, path, params, headers, json, form)
            deadline: Any = Deadline(timeout)
            with silenced(), self._adapter.send(request, timeout=deadline, **self._settings) as response:
                content = read_body(response.raw, self._largest)
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            from .transport_errors import transport_error  # imported only on failure, to keep modules fast

            proxied = bool(self._settings["proxies"])
            raise transport_error(error, call, self._base_url, round(timeout, 1), proxied=proxied) from None
        except UnreadableBody as error:
            raise unreadable(call, str(error), retryable=error.damaged) from None
        except MemoryError:
            raise unreadable(call, "the response does not fit into memory") from None
        return Reply(call, response.status_code, content, _retry_after(response.headers.get("Retry-After")))

    def _request(
        self, method: str, path: str, params: str | None, headers: Mapping[str, str] | None, json: Any, form: str | None
    ) -> Any:
        request = requests.PreparedRequest()
        if not self._root:
            request.prepare_url(self._base_url, None)
            self._root = str(request.url).rstrip("/")
        request.method, request.hooks = method, {}
        request.url = requests.utils.requote_uri(self._root + path + (f"?{params}" if params else ""))
        request.headers = requests.structures.CaseInsensitiveDict({**self._headers, **(headers or {})})
        if json is not None:
            request.body = dumps(json).encode()
            request.headers["Content-Type"] = "application/json"
        elif form is not None:
            request.body = form.encode()
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        if method != "GET":
            request.headers["Content-Length"] = str(len(request.body or b""))
        return request


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from either form of the Retry-After header; None if it is missing or invalid."""
    if not value:
        return None
    if re.fullmatch(r"\s*[0-9]+\s*", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
