# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses in Prometheus' envelope, and in none; test_prometheus.py has them over HTTP."""

from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.prometheus_envelope import (
    PARTIAL,
    Answer,
    read_answer,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Reply
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


def reply(document, status=200):
    return Reply("query", status, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        ({"data": []}, Answer([], [], [])),
        ({"data": None, "warnings": ["w"], "infos": None}, Answer(None, ["w"], [])),
        ({"data": [], "warnings": ["w"], "infos": ["i"], "isPartial": True}, Answer([], ["w", PARTIAL], ["i"])),
        ({"data": [], "isPartial": False}, Answer([], [], [])),
    ],
)
def test_answers(document, answer):
    assert read_answer(reply({"status": "success", **document})) == answer


@pytest.mark.parametrize(
    ("status", "document", "kind", "words"),
    [
        (200, {"status": "success"}, "protocol", "not in the documented format"),
        (200, {"status": "success", "data": [], "warnings": "w"}, "protocol", "warnings is not a list of strings"),
        (200, {"status": "success", "data": [], "infos": [1]}, "protocol", "infos is not a list of strings"),
        (302, {"status": "success", "data": []}, "protocol", "redirect"),
        (302, {"status": "error", "error": "moved", "errorType": "bad_data"}, "protocol", "redirect"),
        (400, {"status": "error", "error": "bad", "errorType": "bad_data"}, "query", "bad (bad_data)"),
        (200, {"status": "error"}, "query", "no reason given"),
        (503, {"status": "error", "error": "slow", "errorType": "timeout"}, "query", "slow (timeout)"),
        (503, {"status": "error", "error": "starting", "errorType": "unavailable"}, "server", "starting"),
        (403, {"status": "error", "error": "no"}, "forbidden", "no"),
        (200, {"header": {"isSuccessful": True}, "body": []}, "protocol", "not Prometheus' format"),
        (200, {"header": {"isSuccessful": False, "resultCode": 401}}, "auth", "401"),
    ],
)
def test_everything_else_is_an_error(status, document, kind, words):
    with pytest.raises(SysmonError) as error:
        read_answer(reply(document, status))
    assert (error.value.kind, words in str(error.value)) == (kind, True)
    assert error.value.call == "query"
