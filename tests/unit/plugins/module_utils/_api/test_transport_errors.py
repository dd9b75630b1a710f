# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words for exceptions that are hard to have from a real server; test_transport.py has the others."""

from __future__ import annotations

import ssl

import pytest
from requests import exceptions
from urllib3.exceptions import LocationParseError, MaxRetryError

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import transport_errors


def told(error, proxied=False):
    return transport_errors.transport_error(error, "list_servers", "https://host", 5.0, proxied=proxied)


def certificate(code, words):
    error = ssl.SSLCertVerificationError(1, "refused")
    error.verify_code, error.verify_message = code, words
    return error


@pytest.mark.parametrize(
    ("code", "hint"), [(10, "renew"), (9, "clock"), (62, "api_url"), (64, "api_url"), (18, "ca_path"), (20, "ca_path")]
)
def test_certificates(code, hint):
    error = told(exceptions.SSLError(MaxRetryError(None, "/", certificate(code, "the reason"))))
    assert (error.kind, error.retryable, error.outcome_unknown, error.call) == (
        "transport",
        False,
        False,
        "list_servers",
    )
    assert str(error).startswith(
        "list servers failed: the TLS certificate of https://host was not accepted (the reason). "
    )
    assert hint in error.hint


@pytest.mark.parametrize("kind", [transport_errors.CertificateError, ssl.SSLCertVerificationError])
def test_names_that_urllib3_has_compared_itself(kind):
    error = told(exceptions.SSLError(MaxRetryError(None, "/", kind("hostname 'a' doesn't match 'b'"))))
    assert (error.kind, error.retryable) == ("transport", False)
    assert str(error).endswith("(Hostname mismatch). It is for another host: correct the host in api_url.")


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.parametrize("cause", [exceptions.InvalidURL("x"), exceptions.InvalidSchema("x"), LocationParseError("x")])
def test_what_no_connection_can_be_tried_for(cause, proxied):
    error = told(exceptions.ConnectionError(cause), proxied)
    assert (error.kind, error.retryable, error.outcome_unknown) == ("config", False, False)
    assert ("the proxy of the environment is wrong" in str(error)) is proxied
    assert ("api_url is wrong" in str(error)) is not proxied


def test_causes_in_a_circle():
    first, second = OSError(1, "the words"), ValueError("x")
    first.__context__, second.__context__ = second, first
    error = told(exceptions.ConnectionError(second))
    assert (error.kind, error.retryable, error.outcome_unknown, error.may_still_commit) == (
        "transport",
        True,
        True,
        False,
    )
    assert str(error) == "list servers failed: the connection to https://host was lost."
