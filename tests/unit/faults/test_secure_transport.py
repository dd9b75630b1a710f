# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the appkey is shown to: certificates, proxies, redirects, and text that tries to get out of its place."""

from __future__ import annotations

import contextlib
import datetime
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time

import pytest
import trustme
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator
from ansible_collections.nhncloud.sysmon.tests.unit.faults.raw import raw_server

KEY = "Emulator+Key/1"


def options(url, **more):
    return {
        "app_key": KEY,
        "project_id": "emulator",
        "region": "kr",
        "api_url": url,
        "validate_certs": True,
        "ca_path": None,
        "timeout": 5,
        "retries": 0,
        **more,
    }


def ask(url, **more):
    """How many servers are listed."""
    return len(connect(options(url, **more)).list_servers())


def failure(url, **more):
    with pytest.raises(SysmonError) as caught:
        ask(url, **more)
    return caught.value


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


@pytest.fixture
def other_ca_file(tmp_path):
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    return str(tmp_path / "other.pem")


@pytest.fixture
def serve(authority, tmp_path):
    """Start an emulator with a certificate of the authority for this host."""
    with contextlib.ExitStack() as stack:

        def start(host="localhost", **certificate):
            issued = authority.issue_cert(host, **certificate)
            issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
            files = dict.fromkeys(("tls_cert", "tls_key"), str(tmp_path / "server.pem"))
            return stack.enter_context(Emulator(servers=2, app_keys={KEY: ["emulator"]}, **files))

        yield start


def on_localhost(emulator):
    return emulator.url.replace("127.0.0.1", "localhost")


# certificates


def test_unknown_authority(serve):
    emulator = serve()
    error = failure(on_localhost(emulator), retries=3)
    assert (error.kind, error.retryable) == ("transport", False)
    assert "certificate" in str(error)
    assert str(error).endswith(
        "Name the certificate authority in ca_path: a PEM file, or a folder prepared by openssl rehash."
    )
    assert emulator.requests() == []


def test_expired(serve, ca_file):
    emulator = serve(not_after=datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))
    error = failure(on_localhost(emulator), ca_path=ca_file)
    assert error.kind == "transport"
    assert "expired" in str(error)
    assert str(error).endswith("The service has to renew it; also check the clock of this machine.")
    assert emulator.requests() == []


@pytest.mark.parametrize("host", ["sysmon.example", "192.0.2.1"])
def test_wrong_host(serve, ca_file, host):
    emulator = serve(host)
    for url in (emulator.url, on_localhost(emulator)):
        error = failure(url, ca_path=ca_file)
        assert error.kind == "transport"
        assert str(error).endswith("correct the host in api_url.")
    assert emulator.requests() == []


def test_own_authority_as_a_file(serve, ca_file):
    assert ask(on_localhost(serve()), ca_path=ca_file) == 2


def test_own_authority_as_a_folder(serve, authority, tmp_path):
    emulator, folder = serve(), tmp_path / "authorities"
    folder.mkdir()
    authority.cert_pem.write_to_path(folder / "ours.pem")
    error = failure(on_localhost(emulator), ca_path=str(folder))
    assert "prepared by openssl rehash" in str(error)
    subprocess.run(["openssl", "rehash", str(folder)], check=True)
    assert ask(on_localhost(emulator), ca_path=str(folder)) == 2


def test_an_explicit_choice_beats_the_environment(serve, ca_file, other_ca_file, monkeypatch):
    url = on_localhost(serve())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
    assert ask(url) == 2
    assert failure(url, ca_path=other_ca_file).kind == "transport"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_ca_file)
    assert failure(url).kind == "transport"
    assert ask(url, ca_path=ca_file) == 2
    assert ask(url, validate_certs=False) == 2


def test_authorities_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "empty.pem").write_text("nothing here")
    error = failure("https://localhost:1", ca_path=str(tmp_path / "empty.pem"))
    assert (error.kind, "PEM" in str(error)) == ("config", True)
    assert failure("https://localhost:1", ca_path=str(tmp_path / "none.pem")).kind == "config"
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "none.pem"))
    error = failure("https://localhost:1")
    assert error.kind == "config"
    assert str(error).startswith("The environment variable CURL_CA_BUNDLE names")


# proxies


@pytest.fixture
def tinyproxy(tmp_path):
    """A running tinyproxy: its URL, and what it has logged so far."""
    binary = shutil.which("tinyproxy", path=os.environ["PATH"] + ":/usr/sbin")
    if not binary:
        pytest.skip("tinyproxy is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "proxy.log"
    (tmp_path / "proxy.conf").write_text(
        f'Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 20\nLogFile "{log}"\nLogLevel Connect\n'
    )
    process = subprocess.Popen([binary, "-d", "-c", str(tmp_path / "proxy.conf")], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", log.read_text
    finally:
        process.terminate()
        process.wait(10)


def test_https_goes_through_the_proxy_of_the_environment(serve, ca_file, tinyproxy, monkeypatch):
    proxy, log = tinyproxy
    url = on_localhost(serve())
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert ask(url, ca_path=ca_file) == 2
    assert f"CONNECT {url.partition('//')[2]}" in log()
    assert KEY not in log()
    connections = log().count("CONNECT")
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert ask(url, ca_path=ca_file) == 2
    assert log().count("CONNECT") == connections


def test_http_elsewhere_goes_through_the_proxy_and_to_this_machine_never(tinyproxy, monkeypatch):
    proxy, log = tinyproxy
    monkeypatch.setenv("http_proxy", proxy)
    with Emulator(servers=2, app_keys={KEY: ["emulator"]}) as emulator:
        assert ask(emulator.url) == 2
        assert "Request" not in log()
        # This machine under a name that does not look like it.
        assert ask(emulator.url.replace("127.0.0.1", "127.1"), validate_certs=False) == 2
        assert "GET http://127.1:" in log()


def test_a_proxy_does_not_see_the_appkey(monkeypatch, ca_file):
    with raw_server() as proxy:
        proxy.body(b"", "403 Forbidden")
        monkeypatch.setenv("https_proxy", proxy.url)
        error = failure("https://sysmon.invalid", ca_path=ca_file)
        [request] = proxy.requests
    assert request.startswith(b"CONNECT sysmon.invalid:443 ")
    assert KEY.encode() not in request
    assert error.kind == "transport"
    assert "the proxy for https://sysmon.invalid did not let the request through" in str(error)


def test_a_proxy_that_is_not_there(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    error = failure("https://sysmon.invalid")
    assert "no connection to the proxy for https://sysmon.invalid (Connection refused)" in str(error)


@pytest.mark.parametrize(
    "proxy",
    [
        "not a url",
        "http://a b:1",
        "ftp://127.0.0.1:1",
        "http://",
        "http://[bad",
        "http://127.0.0.1:99999",
        "http://:s3cret@:1",
    ],
)
def test_a_proxy_that_is_none(monkeypatch, proxy):
    monkeypatch.setenv("https_proxy", proxy)
    error = failure("https://sysmon.invalid", retries=3)
    assert (error.kind, error.outcome_unknown) == ("config", False)
    assert "The proxy that the environment names for https://sysmon.invalid is not a URL" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.skipif(importlib.util.find_spec("socks") is not None, reason="PySocks is installed")
def test_a_socks_proxy_without_its_library(monkeypatch):
    monkeypatch.setenv("all_proxy", "socks5://user:s3cret@127.0.0.1:1")
    error = failure("https://sysmon.invalid", retries=3)
    assert (error.kind, "PySocks" in str(error), "s3cret" in str(error)) == ("config", True, False)


def test_a_host_that_cannot_be_one():
    error = failure("https://sysmon..invalid", retries=3)
    assert (error.kind, "api_url is wrong" in str(error)) == ("config", True)


# text that tries to get out of its place

WILD = st.text(max_size=12) | st.sampled_from(
    [
        "..",
        ".",
        "%2e%2e",
        "a/b",
        "a?b",
        "a#b",
        "a\r\nX-Evil: 1",
        "a b",
        "a%0d%0aX-Evil: 1",
        "é",
        "",
        "a\x00",
        "a\n",
        "@x",
        "//x",
    ]
)


@pytest.fixture(scope="module")
def raw():
    with raw_server() as server:
        server.body(b'{"header": {"isSuccessful": true, "resultCode": 0}, "body": {"jobId": "x"}}')
        yield server


@settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(project_id=WILD, workspace_id=WILD, target_id=WILD, region=WILD, app_key=WILD)
@example(project_id="p", workspace_id="..", target_id="t", region="kr", app_key="k")
@example(project_id="p", workspace_id="w", target_id="t\r\nX-Evil: 1", region="kr", app_key="k")
@example(project_id="p", workspace_id="w", target_id="t", region="kr\r\nX-Evil: 1", app_key="k")
@example(project_id="p", workspace_id="w", target_id="t", region="kr", app_key="k\r\nX-Evil: 1")
def test_ids_change_neither_the_path_nor_the_headers(raw, project_id, workspace_id, target_id, region, app_key):
    raw.requests.clear()
    try:
        client = connect(options(raw.url, project_id=project_id, region=region, app_key=app_key))
        client.get_workspace(workspace_id)
        client.delete_target(workspace_id, target_id)
        refused = None
    except SysmonError as error:
        refused = error.kind
    assert refused in (None, "config")
    one = "[A-Za-z0-9_-]+"
    for request in raw.requests:
        first, *headers = request.decode("latin-1").rstrip().split("\r\n")
        assert re.fullmatch(f"(GET|DELETE) /v1.0/projects/{one}/jobs/{one}(/targets/{one})? HTTP/1.1", first)
        names = [header.partition(":")[0].lower() for header in headers]
        assert len(names) == len(set(names))
        assert set(names) <= {
            "host",
            "user-agent",
            "accept-encoding",
            "accept",
            "connection",
            "x-tc-app-key",
            "content-length",
        }


@settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=12) | st.sampled_from(["a\r\nX-Evil: 1", "x/../y", "\ud800", "%0d%0a"]))
def test_names_stay_in_the_body(raw, text):
    raw.requests.clear()
    client = connect(options(raw.url))
    with contextlib.suppress(SysmonError):
        client.create_workspace({"jobName": text, "metricsPath": text, "description": text})
    for request in raw.requests:
        head = request.partition(b"\r\n\r\n")[0]
        assert head.startswith(b"POST /v1.0/projects/emulator/jobs HTTP/1.1\r\n")
        assert b"evil" not in head.lower()


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pass@host",
        "https://host/?x=y",
        "https://host/#x",
        "https://host/?",
        "https://host#",
        "https://host\r\nX-Evil: 1",
        "https://ho st",
        "https://[bad",
        "https://host:99999",
        "ftp://host",
        "file:///etc/passwd",
        "//host",
        "host",
        "http://192.0.2.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://2130706433",
        "https:///path",
    ],
)
def test_addresses_that_are_refused_before_a_request(url):
    assert failure(url).kind == "config"


def test_an_answer_without_end_is_given_up(raw, monkeypatch):
    with raw_server() as server:
        server.body(b" " * (1 << 25))
        error = failure(server.url)
    assert (error.kind, "longer than 16 MiB" in str(error)) == ("protocol", True)
