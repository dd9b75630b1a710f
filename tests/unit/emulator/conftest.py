# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import requests

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator


class Api:
    """Says to an emulator what the guide says, over one connection."""

    def __init__(self, url: str, app_key: str = "emulator-appkey", project_id: str = "emulator"):
        self.url = url
        self.base = "%s/v1.0/projects/%s" % (url, project_id)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"X-TC-APP-KEY": app_key, "X-SYSMON-REGION": "kr"})

    def call(self, method: str, path: str, body=None, stream=False, **options) -> requests.Response:
        settings = {"timeout": 10, "allow_redirects": False, "stream": True}
        answer = self.session.request(method, self.base + path, json=body, **settings, **options)
        answer.raw.enforce_content_length = True  # urllib3 before 2.0 would take a cut body for the whole
        if not stream:
            _whole = answer.content
        return answer

    def body(self, method: str, path: str, body=None):
        """The body of a success."""
        answer = self.call(method, path, body).json()
        assert answer["header"] == {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
        return answer["body"]

    def code(self, method: str, path: str, body=None, **options) -> int:
        """The result code of an answer that comes with HTTP 200."""
        reply = self.call(method, path, body, **options)
        assert reply.status_code == 200
        header = reply.json()["header"]
        assert header["isSuccessful"] is (header["resultCode"] == 0)
        return header["resultCode"]

    def make_workspace(self, name: str = "web") -> str:
        return self.body("POST", "/jobs", {"jobName": name, "metricsPath": "/metrics"})["jobId"]

    def make_target(self, workspace_id: str, number: int = 0, port: int = 9100) -> str:
        host_id = self.body("GET", "/servers")[number]["hostId"]
        return self.body("POST", "/jobs/%s/targets" % workspace_id, {"hostId": host_id, "port": port})


@pytest.fixture
def api_of():
    return Api


@pytest.fixture
def emulator():
    with Emulator(servers=3, reserved=["@Linux"]) as running:
        yield running


@pytest.fixture
def api(emulator):
    return Api(emulator.url)
