# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP: one session, one deadline a request, no redirects. What an answer means is not decided here."""

from __future__ import annotations

import re
import socket
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib.util import find_spec
from time import time
from typing import Any
from urllib.parse import urlsplit

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, NewConnectionError
    from urllib3.exceptions import TimeoutError as Urllib3Timeout
except ImportError:
    requests = None  # type: ignore[assignment]
try:
    from urllib3.util.ssl_match_hostname import CertificateError
except ImportError:  # before urllib3 1.26.8
    from ssl import CertificateError  # type: ignore[assignment]

from .._errors import SysmonError
from .deadline import Deadline, DeadlineAdapter

OLDEST_REQUESTS = (2, 25)
# An answer without end must not take all memory: this is some hundred times what 10,000 targets are.
LARGEST_ANSWER = 1 << 28

UNKNOWN_AUTHORITY = "Name the certificate authority in ca_path: a PEM file, or a folder prepared by openssl rehash."
# By the codes of X509_verify_cert_error_string(3).
CERTIFICATE_HINTS = {
    9: "Check the clock here.",
    10: "The service has to renew it; check the clock here, too.",
    62: "It is for another host: correct the host in api_url.",
    64: "It is for another address: correct the host in api_url.",
}


def require_requests() -> None:
    """Raise ImportError where the library is missing or too old."""
    version = str(getattr(requests, "__version__", ""))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST_REQUESTS:
        raise ImportError("requests (2.25 or newer)")


@dataclass(frozen=True)
class Reply:
    """An HTTP answer: the name of the call that it belongs to, the status, and the body as it came."""

    call: str
    status: int
    content: bytes
    retry_after: float | None = None

    @property
    def is_html(self) -> bool:
        """Whether a web page came instead of data."""
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
    ) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._session = requests.Session()
        self._session.headers.update(headers)
        # Not for base_url alone: requests writes some URLs in another way before it looks for their adapter.
        adapter = DeadlineAdapter(pool_connections=1, pool_maxsize=connections)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)
        # The environment is asked once, for proxies and the CA bundle; trusting it for each request would also
        # read .netrc, and send its password along.
        self._settings = self._session.merge_environment_settings(base_url, {}, True, verify, None)
        self._session.trust_env = False
        # Otherwise requests reads the address of a redirect even if it is not to follow it, and stumbles over bad ones.
        self._session.get_redirect_target = lambda _answer: None  # type: ignore[assignment, method-assign]
        if not use_proxies:
            self._settings["proxies"] = {}
        _check_proxy(requests.utils.select_proxy(base_url, self._settings["proxies"]), base_url)

    def url_length(self, path: str, query: str) -> int:
        """How long the URL of a GET would be."""
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
    ) -> Reply:
        """One request. Raises SysmonError of kind transport when no whole answer came."""
        if form is not None:
            headers = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        try:
            with self._session.request(
                method,
                self._base_url + path,
                headers=headers,
                json=json,
                params=params,
                data=form,
                timeout=Deadline(self._timeout),  # type: ignore[arg-type]
                allow_redirects=False,
                **self._settings,
            ) as answer:
                content = _read(answer)
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            raise self._failure(call, error) from None
        if content is None:
            reason = f"the answer is longer than {LARGEST_ANSWER >> 20} MiB"
            raise SysmonError("protocol", f"{call.replace('_', ' ')} failed: {reason}.", call=call, unclear=True)
        return Reply(call, answer.status_code, content, _retry_after(answer.headers.get("Retry-After")))

    def _failure(self, call: str, error: Exception) -> SysmonError:
        words = call.replace("_", " ")
        causes = _causes(error)
        certificate = _first(causes, (ssl.SSLCertVerificationError, CertificateError))
        if certificate is not None:
            return SysmonError(
                "transport",
                f"{words} failed: the TLS certificate of {self._base_url} was not accepted"
                f" ({getattr(certificate, 'verify_message', 'Hostname mismatch')}).",
                call=call,
                # urllib3 1.26 compares the names itself, without a code.
                hint=CERTIFICATE_HINTS.get(getattr(certificate, "verify_code", 62), UNKNOWN_AUTHORITY),
            )
        if _first(causes, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, LocationValueError)):
            blamed = "the proxy of the environment" if self._settings["proxies"] else "api_url"
            return SysmonError(
                "config", f"{words} failed: {self._base_url} cannot be reached: {blamed} is wrong.", call=call
            )
        if _first(causes, requests.exceptions.ContentDecodingError):
            return SysmonError(
                "protocol",
                f"{words} failed: the answer of {self._base_url} could not be unpacked.",
                call=call,
                repeat=True,
                unclear=True,
            )
        refused = _first(causes, NewConnectionError)
        slow_connect = _first(causes, ConnectTimeoutError)
        never_sent = refused is not None or slow_connect is not None
        timed_out = not never_sent and _first(causes, (Urllib3Timeout, socket.timeout)) is not None
        proxied = _first(causes, requests.exceptions.ProxyError)
        place = f"the proxy for {self._base_url}" if proxied else self._base_url
        if refused is not None:
            reason = f"no connection to {place} ({_system_words(causes)})"
        elif never_sent:
            reason = f"no connection to {place} within {self._timeout:g} s"
        elif timed_out:
            reason = f"no whole answer from {self._base_url} within {self._timeout:g} s"
        elif proxied:
            reason = f"{place} did not let the request through"
        elif _first(causes, requests.exceptions.SSLError):
            reason = f"TLS with {self._base_url} failed"
        else:
            reason = f"the connection to {self._base_url} was lost"
        return SysmonError(
            "transport",
            f"{words} failed: {reason}.",
            call=call,
            repeat=True,
            unclear=not never_sent,
            settling=timed_out,
        )


def _check_proxy(proxy: str | None, base_url: str) -> None:
    """Refuse what requests stumbles over in ways of its own. A proxy's URL may hold a password, and is not shown."""
    if proxy is None:
        return
    scheme, separator, _rest = proxy.partition("://")
    try:
        parts = urlsplit(proxy if separator else f"http://{proxy}")
        usable = bool(parts.hostname) and " " not in parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or (separator and not re.fullmatch("https?|socks[45][ah]?", scheme.lower())):
        raise SysmonError(
            "config", f"The proxy that the environment names for {base_url} is not a URL like http://host:port."
        )
    if scheme.startswith("socks") and find_spec("socks") is None:
        raise SysmonError("config", f"The proxy for {base_url} speaks SOCKS: install PySocks for {sys.executable}.")


def _read(answer: Any) -> bytes | None:
    """The whole body, None where it is too long."""
    answer.raw.enforce_content_length = True  # urllib3 before 2.0 would take a cut body for the whole
    chunks, size = [], 0
    for chunk in answer.iter_content(1 << 16):
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            return None
    return b"".join(chunks)


def _causes(error: Any, found: tuple[BaseException, ...] = ()) -> tuple[BaseException, ...]:
    """The error and all that it wraps: requests and urllib3 keep a cause in args, in reason or as the context."""
    if not isinstance(error, BaseException) or any(error is known for known in found):
        return found
    found = (*found, error)
    for inner in (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__):
        found = _causes(inner, found)
    return found


def _first(causes: tuple[BaseException, ...], kinds: Any) -> Any:
    return next((error for error in causes if isinstance(error, kinds)), None)


def _system_words(causes: tuple[BaseException, ...]) -> str:
    """What the operating system said, in its words."""
    words = (e.strerror for e in causes if isinstance(e, OSError) and not isinstance(e, requests.RequestException))
    return next((text for text in words if text), "no reason given")


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from either form of the header; None where it says nothing usable."""
    if not value:
        return None
    if re.fullmatch(r"\s*[0-9]+\s*", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
