# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.endpoint import endpoint_from, option_value
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import redact


def options(url, **more):
    return {"app_key": "some-app-key", "api_url": url, "validate_certs": True, **more}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "http://127.8.8.8:80/path",
        "http://localhost:9090",
        "http://LOCALHOST",
        "http://[::1]:9090",
        "http://[::ffff:127.0.0.1]",
        "http://[::ffff:7f00:1]",
        "http://[0:0:0:0:0:ffff:127.0.0.1]:80",
    ],
)
def test_http_to_this_machine(url):
    found = endpoint_from(options(url), None)
    assert (found.url, found.use_proxies) == (url, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::ffff:10.0.0.1]",
        "http://[::2]",
        "http://[::1%25eth0]",
        "http://[::]",
        "http://0.0.0.0",
        "http://localhost.example",
        "http://localhost.",
    ],
)
def test_http_elsewhere_is_refused(url):
    with pytest.raises(SysmonError, match="sent unencrypted|is not a URL") as raised:
        endpoint_from(options(url), None)
    assert raised.value.kind == "config"


def test_the_key_is_redacted_from_then_on():
    endpoint_from(options("https://gateway.example"), None)
    assert redact("some-app-key") == "********"


def test_given(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "us")
    assert option_value({"region": "kr"}, "region") == "kr"
    assert option_value({"region": ""}, "region") == option_value({}, "region") == "us"
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "")
    assert option_value({"region": None}, "region") is None
