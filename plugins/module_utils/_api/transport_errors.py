# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a request got no whole answer, in words. What an answer that came means is not decided here."""

from __future__ import annotations

import socket
import ssl
from http.client import LineTooLong
from typing import Any

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, LocationValueError, NewConnectionError
    from urllib3.exceptions import TimeoutError as Urllib3Timeout
except ImportError:
    requests = None  # type: ignore[assignment]  # transport.py tells the user
try:
    from urllib3.util.ssl_match_hostname import CertificateError
except ImportError:  # before urllib3 1.26.8
    from ssl import CertificateError  # type: ignore[assignment]

from .._errors import SysmonError
from .unpack import unreadable

# What OpenSSL takes the answer of a server for that speaks plain HTTP.
PLAIN_HTTP = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
UNKNOWN_AUTHORITY = "Name the certificate authority in ca_path: a PEM file, or a folder prepared by openssl rehash."
# By the codes of X509_verify_cert_error_string(3).
CERTIFICATE_HINTS = {
    9: "Check the clock here.",
    10: "The service has to renew it; check the clock here, too.",
    62: "It is for another host: correct the host in api_url.",
    64: "It is for another address: correct the host in api_url.",
}


def failure_of(error: Exception, call: str, base_url: str, timeout: float, *, proxied: bool) -> SysmonError:
    """Why a request got no whole answer, and whether it may have been carried out."""
    words = call.replace("_", " ")
    causes = _causes(error)
    certificate = _first(causes, (ssl.SSLCertVerificationError, CertificateError))
    if certificate is not None:
        return SysmonError(
            "transport",
            f"{words} failed: the TLS certificate of {base_url} was not accepted"
            f" ({getattr(certificate, 'verify_message', 'Hostname mismatch')}).",
            call=call,
            # urllib3 1.26 compares the names itself, without a code.
            hint=CERTIFICATE_HINTS.get(getattr(certificate, "verify_code", 62), UNKNOWN_AUTHORITY),
        )
    if _first(causes, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, LocationValueError)):
        blamed = "the proxy of the environment" if proxied else "api_url"
        return SysmonError("config", f"{words} failed: {base_url} cannot be reached: {blamed} is wrong.", call=call)
    if _first(causes, LineTooLong):
        return unreadable(call, f"{base_url} sent a line without end")
    refused = _first(causes, NewConnectionError)
    slow_connect = _first(causes, ConnectTimeoutError)
    never_sent = refused is not None or slow_connect is not None
    timed_out = not never_sent and _first(causes, (Urllib3Timeout, socket.timeout)) is not None
    by_proxy = _first(causes, requests.exceptions.ProxyError)
    place = f"the proxy for {base_url}" if by_proxy else base_url
    if refused is not None:
        reason = f"no connection to {place} ({_system_words(causes)})"
    elif never_sent:
        reason = f"no connection to {place} within {timeout:g} s"
    elif timed_out:
        reason = f"no whole answer from {base_url} within {timeout:g} s"
    elif by_proxy:
        reason = f"{place} did not let the request through"
    elif _first(causes, requests.exceptions.SSLError):
        reason = f"TLS with {base_url} failed ({_tls_words(causes)})"
    else:
        reason = f"the connection to {base_url} was lost"
    return SysmonError(
        "transport",
        f"{words} failed: {reason}.",
        call=call,
        retryable=True,
        outcome_unknown=not never_sent,
        may_still_commit=timed_out,
    )


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


def _tls_words(causes: tuple[BaseException, ...]) -> str:
    """What OpenSSL said, in plain words where it has a code only."""
    reason = next((e.reason for e in causes if isinstance(e, ssl.SSLError) and e.reason), "") or "no reason given"
    words = reason.replace("_", " ").lower()
    return f"{words}: does this port speak http?" if reason in PLAIN_HTTP else words


def _system_words(causes: tuple[BaseException, ...]) -> str:
    """What the operating system said, in its words."""
    words = (e.strerror for e in causes if isinstance(e, OSError) and not isinstance(e, requests.RequestException))
    return next((text for text in words if text), "no reason given")
