# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors for requests that got no complete response: connection, TLS, proxy and timeout failures."""

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

# OpenSSL's reasons if the server sends plain HTTP.
PLAIN_HTTP = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
UNKNOWN_AUTHORITY = "Name the certificate authority in ca_path: a PEM file, or a folder prepared by openssl rehash."
# Keyed by verification error code, see X509_verify_cert_error_string(3).
CERTIFICATE_HINTS = {
    9: "Check the clock of this machine.",
    10: "The service has to renew it; also check the clock of this machine.",
    62: "It is for another host: correct the host in api_url.",
    64: "It is for another address: correct the host in api_url.",
}


def transport_error(error: Exception, call: str, base_url: str, timeout: float, *, proxied: bool) -> SysmonError:
    """SysmonError for an exception of requests, urllib3 or the socket; its flags say whether the request may have had an effect.

    ``call`` is the name of the call, ``timeout`` in seconds, ``proxied`` whether the environment names a proxy.
    """
    words = call.replace("_", " ")
    causes = _causes(error)
    certificate = _first(causes, (ssl.SSLCertVerificationError, CertificateError))
    if certificate is not None:
        return SysmonError(
            "transport",
            f"{words} failed: the TLS certificate of {base_url} was not accepted"
            f" ({getattr(certificate, 'verify_message', 'Hostname mismatch')}).",
            call=call,
            # urllib3 1.26 compares host names itself and gives no code.
            hint=CERTIFICATE_HINTS.get(getattr(certificate, "verify_code", 62), UNKNOWN_AUTHORITY),
        )
    if _first(causes, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, LocationValueError)):
        blamed = "the proxy of the environment" if proxied else "api_url"
        return SysmonError("config", f"{words} failed: {base_url} cannot be reached: {blamed} is wrong.", call=call)
    if _first(causes, LineTooLong):
        return unreadable(call, f"{base_url} sent an overlong line")
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
        reason = f"no complete response from {base_url} within {timeout:g} s"
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
    """The error and all errors inside it: requests and urllib3 keep a cause in args, reason or the exception context."""
    if not isinstance(error, BaseException) or any(error is known for known in found):
        return found
    found = (*found, error)
    for inner in (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__):
        found = _causes(inner, found)
    return found


def _first(causes: tuple[BaseException, ...], kinds: Any) -> Any:
    return next((error for error in causes if isinstance(error, kinds)), None)


def _tls_words(causes: tuple[BaseException, ...]) -> str:
    """OpenSSL's reason in lower case, with a hint if the server seems to use plain HTTP."""
    reason = next((e.reason for e in causes if isinstance(e, ssl.SSLError) and e.reason), "") or "no reason given"
    words = reason.replace("_", " ").lower()
    return f"{words}: is this port plain http?" if reason in PLAIN_HTTP else words


def _system_words(causes: tuple[BaseException, ...]) -> str:
    """The operating system's error text."""
    words = (e.strerror for e in causes if isinstance(e, OSError) and not isinstance(e, requests.RequestException))
    return next((text for text in words if text), "no reason given")
