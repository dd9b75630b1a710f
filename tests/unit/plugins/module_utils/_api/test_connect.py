# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import trustme

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import connect as connecting
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import (
    ENVIRONMENT,
    connect,
    connect_prometheus,
    option_value,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError

GOOD = {
    "app_key": "key",
    "project_id": "project",
    "region": "kr",
    "api_url": None,
    "validate_certs": True,
    "ca_path": None,
    "timeout": 30,
    "retries": 4,
}
EMPTY = {**dict.fromkeys(ENVIRONMENT), "timeout": 30, "retries": 4}


@pytest.fixture
def endpoint(monkeypatch):
    """What a client was made with, and nothing sent."""
    made = {}

    class Recorder:
        def __init__(self, base_url, headers, **settings):
            made.update(settings, base_url=base_url, headers=headers)

    monkeypatch.setattr(connecting, "Transport", Recorder)
    return made


@pytest.mark.parametrize(
    ("changed", "url"),
    [
        ({}, "https://kr1-api-sysmon.cloud.toast.com"),
        ({"region": "KR2"}, "https://kr2-api-sysmon.cloud.toast.com"),
        ({"region": "US1"}, "https://us1-api-sysmon.cloud.toast.com"),
        ({"api_url": ""}, "https://kr1-api-sysmon.cloud.toast.com"),
        ({"api_url": "https://gov-api-sysmon.cloud.toast.com/"}, "https://gov-api-sysmon.cloud.toast.com"),
        ({"api_url": "https://gateway:8443/sysmon/", "region": "de"}, "https://gateway:8443/sysmon"),
        ({"api_url": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"api_url": "http://127.8.8.8"}, "http://127.8.8.8"),
        ({"api_url": "http://[::1]:8080"}, "http://[::1]:8080"),
        ({"api_url": "http://localhost:8080"}, "http://localhost:8080"),
        ({"api_url": "HTTP://LOCALHOST:8080"}, "HTTP://LOCALHOST:8080"),
        ({"api_url": "http://gateway", "validate_certs": False}, "http://gateway"),
    ],
)
def test_endpoint(endpoint, changed, url):
    connect({**GOOD, **changed})
    assert endpoint["base_url"] == url


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway",
        "http://10.0.0.1",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://0.0.0.0",
        "http://[::2]",
        "ftp://gateway",
        "//gateway",
        "gateway",
        "https://",
        "https:///path",
        "https://user:pass@gateway",
        "https://user@gateway",
        "https://gateway?a=b",
        "https://gateway#f",
        "https://gateway:port",
        "https://gateway:99999",
        "https://gate way",
        "https://gateway\r\nX: y",
        "https://[::1",
        "https://게이트웨이",
    ],
)
def test_refused_url(url, endpoint):
    for door in (connect, connect_prometheus):
        with pytest.raises(SysmonError, match="api_url") as caught:
            door({**GOOD, "api_url": url})
        assert caught.value.kind == "config"
    assert not endpoint


@pytest.mark.parametrize("name", ["app_key", "project_id", "region"])
@pytest.mark.parametrize("empty_variable", [False, True])
def test_missing(name, empty_variable, monkeypatch):
    if empty_variable:
        monkeypatch.setenv(ENVIRONMENT[name], "")
    for value in (None, ""):
        with pytest.raises(SysmonError) as caught:
            connect({**GOOD, "api_url": "https://gateway", name: value})
        assert caught.value.kind == "config"
        assert name in str(caught.value)
        assert ENVIRONMENT[name] in str(caught.value)


def test_all_that_is_missing_is_named_at_once():
    nothing = dict.fromkeys(("app_key", "project_id", "region", "api_url"))
    with pytest.raises(SysmonError) as caught:
        connect({**GOOD, **nothing})
    assert str(caught.value) == (
        "app_key, project_id and region are not set: give the options or the environment variables "
        "NHNCLOUD_SYSMON_APP_KEY, NHNCLOUD_SYSMON_PROJECT_ID and NHNCLOUD_SYSMON_REGION."
    )
    with pytest.raises(SysmonError, match="^app_key and region are not set"):
        connect_prometheus({**GOOD, **nothing})
    with pytest.raises(SysmonError, match="^app_key is not set"):
        connect_prometheus({**GOOD, **nothing, "api_url": "https://gateway"})


def test_everything_from_the_environment(monkeypatch, endpoint, tmp_path):
    values = {
        "app_key": "from-env",
        "project_id": "p",
        "region": "JP1",
        "api_url": "https://env",
        "validate_certs": "yes",
        "ca_path": str(tmp_path),
    }
    for name, value in values.items():
        monkeypatch.setenv(ENVIRONMENT[name], value)
    client = connect(EMPTY)
    assert endpoint["base_url"] == "https://env"
    assert endpoint["headers"]["X-TC-APP-KEY"] == "from-env"
    assert endpoint["verify"] == str(tmp_path)
    assert client._region == {"X-SYSMON-REGION": "jp"}
    assert client._root == "/v1.0/projects/p"


def test_an_option_beats_the_environment_and_empty_text_does_not(monkeypatch):
    monkeypatch.setenv(ENVIRONMENT["region"], "us")
    assert option_value({"region": "kr"}, "region") == "kr"
    assert option_value({"region": ""}, "region") == "us"
    assert option_value({}, "region") == "us"
    monkeypatch.setenv(ENVIRONMENT["region"], "")
    assert option_value({}, "region") is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"region": "eu"}, "'eu' is not one of kr, kr2, us, jp"),
        ({"region": "kr3"}, "kr3"),
        ({"region": "k r", "api_url": "https://gateway"}, "region"),
        ({"region": "k\nr", "api_url": "https://gateway"}, "region"),
        ({"project_id": "a/b"}, "project_id"),
        ({"project_id": ".."}, "project_id"),
        ({"project_id": "a\n"}, "project_id"),
        ({"app_key": "a b"}, "app_key"),
        ({"app_key": "a\n"}, "app_key"),
        ({"app_key": "앱키"}, "app_key"),
        ({"app_key": "a\x7f"}, "app_key"),
        ({"ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
        ({"validate_certs": "maybe"}, "NHNCLOUD_SYSMON_VALIDATE_CERTS"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": 10**30}, "timeout"),
        ({"retries": -1}, "retries"),
    ],
)
def test_refused(changed, words, endpoint):
    with pytest.raises(SysmonError) as caught:
        connect({**GOOD, **changed})
    assert caught.value.kind == "config"
    assert words in str(caught.value)
    assert "a b" not in str(caught.value)
    assert not endpoint


@pytest.mark.parametrize(
    ("checked", "ca", "verify"),
    [
        (True, None, True),
        (True, "", True),
        (True, "here", "here"),
        (False, None, False),
        (False, "here", False),
        ("false", None, False),
        ("off", None, False),
        (" No ", None, False),
        ("TRUE", None, True),
        ("1", "here", "here"),
        (None, None, True),
    ],
)
def test_verify(checked, ca, verify, endpoint, tmp_path):
    here = str(tmp_path)
    connect({**GOOD, "validate_certs": checked, "ca_path": here if ca == "here" else ca})
    assert endpoint["verify"] == (here if verify == "here" else verify)


@pytest.mark.parametrize(
    "pem", ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_holds_no_certificates(pem, endpoint, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text(pem)
    with pytest.raises(SysmonError, match="PEM") as caught:
        connect({**GOOD, "ca_path": str(file)})
    assert caught.value.kind == "config"
    assert str(file) in str(caught.value)
    connect({**GOOD, "ca_path": str(file), "validate_certs": False})  # which nobody reads
    assert endpoint["verify"] is False


def test_a_file_of_certificates(endpoint, tmp_path):
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    connect({**GOOD, "ca_path": str(tmp_path / "ca.pem")})
    assert endpoint["verify"] == str(tmp_path / "ca.pem")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_environment_that_is_not_there(variable, endpoint, monkeypatch, tmp_path):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    with pytest.raises(SysmonError, match=variable) as caught:
        connect(GOOD)
    assert caught.value.kind == "config"
    assert str(tmp_path / "none.pem") in str(caught.value)
    for needs_none in ({"validate_certs": False}, {"ca_path": str(tmp_path)}, {"api_url": "http://127.0.0.1:1"}):
        connect({**GOOD, **needs_none})
    monkeypatch.setenv(variable, str(tmp_path))
    connect(GOOD)
    assert endpoint["verify"] is True


@pytest.mark.parametrize(
    ("changed", "proxies"),
    [
        ({}, True),
        ({"api_url": "http://127.0.0.1:1"}, False),
        ({"api_url": "https://127.0.0.1:1"}, True),
        ({"api_url": "http://gateway", "validate_certs": False}, True),
    ],
)
def test_proxies(changed, proxies, endpoint):
    connect({**GOOD, **changed})
    assert endpoint["use_proxies"] is proxies


def test_prometheus_needs_neither_project_nor_with_a_url_a_region(endpoint):
    connect_prometheus({**GOOD, "project_id": None, "region": None, "api_url": "https://prometheus.example"})
    assert endpoint["base_url"] == "https://prometheus.example"
    connect_prometheus({**GOOD, "project_id": None})
    assert endpoint["base_url"] == "https://kr1-api-sysmon.cloud.toast.com"
    with pytest.raises(SysmonError, match="NHNCLOUD_SYSMON_REGION"):
        connect_prometheus({**GOOD, "region": None})


@pytest.mark.parametrize("version", [None, "2.24.9", "1.0", "", "unknown"])
@pytest.mark.parametrize("door", [connect, connect_prometheus])
def test_requests_is_missing_or_too_old(door, version, monkeypatch):
    if version is None:
        monkeypatch.setattr(transport, "requests", None)
    else:
        monkeypatch.setattr(transport.requests, "__version__", version)
    with pytest.raises(ImportError, match=r"requests \(2.25 or newer\)"):
        door(GOOD)


@pytest.mark.parametrize("version", ["2.25.0", "2.34.2", "3.0", "10.1.1"])
def test_requests_is_new_enough(version, monkeypatch, endpoint):
    monkeypatch.setattr(transport.requests, "__version__", version)
    connect(GOOD)
