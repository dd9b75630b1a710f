# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.envelope import by_status, unwrap
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Reply
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import remember

ABSENT = object()


def reply(content, status=200, **more):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return Reply("create_target", status, content, **more)


def envelope(code, body=ABSENT, success=False, message="MESSAGE"):
    document = {"header": {"isSuccessful": success, "resultCode": code, "resultMessage": message}}
    return document if body is ABSENT else {**document, "body": body}


def failure(answer):
    with pytest.raises(SysmonError) as caught:
        unwrap(answer)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 500])
def test_success_is_what_the_header_says(status):
    for body, code in itertools.product((None, [], {}, "targetId", [{"a": 1}], 0), (0, "0", None)):
        assert unwrap(reply(envelope(code, body, success=True), status)) == body


def test_success_without_a_body():
    assert unwrap(reply(envelope(0, success=True))) is None


# kind, repeat, unclear, may_still_commit
PASSING = {
    "rate_limited": ("rate_limited", True, False, False),
    "server": ("server", True, True, False),
    "slow": ("server", True, True, True),
    "final": ("server", False, True, False),
}


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        # the guide's codes
        (200, -40001, ("exists", False, False, False)),
        (200, -40002, ("bad_input", False, False, False)),
        (200, -40004, ("bad_input", False, False, False)),
        (200, -40006, ("not_found", False, False, False)),
        (200, -40007, ("not_found", False, False, False)),
        (200, -40012, ("reserved", False, False, False)),
        (200, -50000, PASSING["server"]),
        # HTTP statuses, with the gateway's codes
        (400, 4000003, ("bad_input", False, False, False)),
        (401, 4011001, ("auth", False, False, False)),
        (403, 4031007, ("forbidden", False, False, False)),
        (404, 4041007, ("not_found", False, False, False)),
        (413, 4131000, ("bad_input", False, False, False)),
        (429, 4291000, PASSING["rate_limited"]),
        (500, 5000000, PASSING["server"]),
        (502, 5020001, PASSING["server"]),
        (503, 5030001, PASSING["server"]),
        (504, 5040001, PASSING["slow"]),
        (501, 5010001, PASSING["final"]),
        # the gateway's codes with HTTP 200
        (200, 401, ("auth", False, False, False)),
        (200, 4012001, ("auth", False, False, False)),
        (200, 4031010, ("forbidden", False, False, False)),
        (200, 429, PASSING["rate_limited"]),
        (200, 4291000, PASSING["rate_limited"]),
        (200, 4291001, PASSING["rate_limited"]),
        (200, 5030001, PASSING["server"]),
        (200, 5040001, PASSING["slow"]),
        # the guide's codes beat the status; the gateway's code beats the status too
        (404, -40002, ("bad_input", False, False, False)),
        (500, 4291000, PASSING["rate_limited"]),
        # another code with a status that says something
        (401, -1, ("auth", False, False, False)),
        (503, 0, PASSING["server"]),
        (503, None, PASSING["server"]),
        # unknown codes are final
        (200, -49999, ("protocol", False, False, False)),
        (200, 0, ("protocol", False, False, False)),
        (200, 42, ("protocol", False, False, False)),
        (200, 299, ("protocol", False, False, False)),
        (200, 600, ("protocol", False, False, False)),
        (200, 42900, ("protocol", False, False, False)),
        (200, 2001234, ("protocol", False, False, False)),
    ],
)
def test_refusals(status, code, expected):
    for spelling, body in itertools.product({code, None if code is None else str(code)}, (ABSENT, None, [])):
        error = failure(reply(envelope(spelling, body), status))
        assert (error.kind, error.retryable, error.outcome_unknown, error.may_still_commit) == expected
        assert (error.call, error.http_status, error.result_code, error.result_message) == (
            "create_target",
            status,
            code,
            "MESSAGE",
        )
        assert str(error).startswith("create target failed: ")
        for fact in (f"HTTP {status}", "MESSAGE", "" if code is None else f"code {code}"):
            assert fact in str(error)


@pytest.mark.parametrize(
    ("code", "shown"), [("ODD", "ODD"), ("x" * 99, "x" * 50), (True, None), (1.5, None), ([1], None), ({}, None)]
)
def test_odd_codes(code, shown):
    error = failure(reply(envelope(code)))
    assert (error.kind, error.result_code) == ("protocol", shown)


@pytest.mark.parametrize(("message", "shown"), [(" a\n b ", "a b"), (None, None), (5, None), ("x" * 999, "x" * 300)])
def test_messages(message, shown):
    assert failure(reply(envelope(-40002, message=message))).result_message == shown


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, "auth", "appkey"),
        (403, "forbidden", "project_id"),
        (404, "not_found", "api_url"),
        (400, "bad_input", None),
    ],
)
def test_statuses_without_an_envelope(status, kind, hint):
    for content in (b"", b"<html>no</html>", b"[]", b'{"message": "x"}', b"\xff\xfe"):
        error = failure(reply(content, status))
        assert (error.kind, error.http_status, error.result_code) == (kind, status, None)
        assert (hint in error.hint) if hint else error.hint is None


@pytest.mark.parametrize("content", [b"", envelope(0, [], success=True)])
def test_redirects_are_never_an_answer(content):
    for status in (300, 301, 302, 304, 307, 308):
        error = failure(reply(content, status))
        assert (error.kind, error.retryable) == ("protocol", False)
        assert "redirect" in str(error)
        assert "api_url" in error.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"header": {"isSuccessful": true, "resul',
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{}",
        b"\xff\xfe\x00",
        {"header": None, "body": []},
        {"header": [], "body": []},
        {"header": {}, "body": []},
        {"header": {"isSuccessful": "true"}, "body": []},
        {"header": {"isSuccessful": 1}, "body": []},
        {"body": []},
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_envelope(content):
    error = failure(reply(content))
    assert (error.kind, error.retryable, error.outcome_unknown) == ("protocol", True, True)


def test_a_web_page():
    error = failure(reply(b"\n <!DOCTYPE html><html>"))
    assert (error.kind, error.retryable, error.outcome_unknown) == ("protocol", False, True)
    assert "web page" in str(error)
    assert "api_url" in error.hint


def test_the_wait_that_was_asked_for_is_kept():
    assert failure(reply(envelope(4291000), 429, retry_after=7.0)).retry_after == 7.0


def test_by_status_takes_details():
    error = by_status(reply(b"", 503), 503, result_message="why")
    assert (error.kind, error.result_message) == ("server", "why")


@pytest.mark.parametrize("said", ["s3cret+key", "s3cret%2Bkey", "czNjcmV0K2tleQ=="])
@pytest.mark.parametrize("before", [0, 45, 295])
def test_a_secret_that_is_said_back_is_hidden_whole_also_where_the_text_is_cut(said, before):
    remember("s3cret+key")
    text = "x" * before + said
    error = failure(reply(envelope(text, message=text), 401))
    shown = json.dumps([str(error), error.as_result()])
    assert "s3cret" not in shown
    assert "czNj" not in shown
    assert error.result_message == ("x" * before + "********")[:300]


def test_the_words_of_the_service_do_not_steer_a_terminal():
    error = failure(reply(envelope("a\nb", message="red \x1b[31m\r\n\x07 text\u2028"), 401))
    assert (error.result_code, error.result_message) == ("a b", "red [31m text")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"upstream connect error\x1b[31m\nreset", "upstream connect error [31m reset"),
        (b"  404 page not found\n", "404 page not found"),
        (b"x" * 99_999, "x" * 300),
        ("없음".encode(), "없음"),
        (b"caf\xe9", "caf\ufffd"),
        (b"<html>no</html>", None),
        (b'{"cut": ', None),
        (b"[1, 2", None),
        (b"a\0b", None),
        (b"", None),
    ],
)
@pytest.mark.parametrize(("status", "kind"), [(200, "protocol"), (404, "not_found"), (503, "server")])
def test_plain_text_is_shown_cleaned(content, shown, status, kind):
    error = failure(reply(content, status))
    assert (error.kind, error.result_message) == (kind, shown)
    assert shown is None or shown in str(error)


def test_the_address_is_wrong():
    error = failure(reply(b"", 404))
    assert "nothing exists at this URL" in str(error)
    assert "must not include /v1.0" in error.hint


@pytest.mark.parametrize("call", ["list_workspaces", "create_workspace", "list_servers", "create_target"])
def test_bad_input_may_be_the_region(call):
    error = failure(Reply(call, 200, reply(envelope(-40002)).content))
    assert ("region" in (error.hint or "")) is (call != "create_target")


def test_an_unknown_host_is_told_as_such():
    assert "host id" in failure(reply(envelope(-40004))).hint
