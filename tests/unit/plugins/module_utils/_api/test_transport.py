# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP over real sockets: connections, redirects, environment, and words for what goes wrong."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
import time
from email.utils import formatdate

import pytest
import trustme

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import transport, transport_errors
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


def make(url, timeout=2.0, **settings):
    return Transport(url, {"X-TC-APP-KEY": "key"}, timeout=timeout, **settings)


def failure(url, timeout=2.0, **settings):
    with pytest.raises(SysmonError) as caught:
        make(url, timeout, **settings).send("list_servers", "GET", "/")
    return caught.value


@pytest.fixture
def server():
    """A server that remembers requests; its answers may be replaced."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.seen.append((self.command, self.path, dict(self.headers), body))
            status, headers, content = self.answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any

        def log_message(self, *_arguments):
            pass

    Handler.seen, Handler.answer = [], (200, {}, b"ok")
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    Handler.url = f"http://127.0.0.1:{running.server_port}"
    yield Handler
    running.shutdown()
    running.server_close()


@pytest.fixture
def tls_server(server):
    """The address of a TLS server with an unknown certificate authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    running = http.server.HTTPServer(("127.0.0.1", 0), server)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield f"https://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_reply(server):
    server.answer = (418, {"Retry-After": "7"}, b" <html>")
    reply = make(server.url).send("get_target", "GET", "/a/b", headers={"X-More": "1"})
    assert (reply.call, reply.status, reply.content, reply.retry_after) == ("get_target", 418, b" <html>", 7.0)
    assert reply.is_html
    _method, path, headers, _body = server.seen[0]
    assert path == "/a/b"
    assert (headers["X-TC-APP-KEY"], headers["X-More"]) == ("key", "1")


def test_a_base_url_with_a_path(server):
    make(server.url + "/gateway").send("list_servers", "GET", "/v1.0/x")
    assert server.seen[0][1] == "/gateway/v1.0/x"


def test_json_and_forms(server):
    sender = make(server.url)
    sender.send("create_target", "POST", "/", json={"a": 1})
    sender.send("query", "POST", "/", form="query=up")
    sender.send("query", "GET", "/", params="query=up")
    assert json.loads(server.seen[0][3]) == {"a": 1}
    assert server.seen[0][2]["Content-Type"] == "application/json"
    assert (server.seen[1][2]["Content-Type"], server.seen[1][3]) == ("application/x-www-form-urlencoded", b"query=up")
    assert server.seen[2][1] == "/?query=up"
    assert sender.url_length("/p", "query=up") == len(server.url + "/p?query=up")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(server, status, emulate):
    other = emulate()
    server.answer = (status, {"Location": other.url + "/v1.0/projects/emulator/servers"}, b"")
    assert make(server.url).send("list_servers", "GET", "/").status == status
    assert len(server.seen) == 1
    assert other.requests() == []


def test_netrc_is_not_read(server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    make(server.url).send("list_servers", "GET", "/")
    assert "Authorization" not in server.seen[0][2]


@pytest.mark.parametrize("used", [True, False])
def test_proxies_of_the_environment(server, monkeypatch, used):
    monkeypatch.setenv("http_proxy", server.url)
    if used:
        make("http://gateway.invalid").send("list_servers", "GET", "/x")
        assert server.seen[0][1] == "http://gateway.invalid/x"
    else:
        make(server.url, use_proxies=False).send("list_servers", "GET", "/x")
        assert server.seen[0][1] == "/x"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_bundle_of_the_environment_is_for_those_who_name_none(monkeypatch, variable):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv(variable, "/bundle.pem")
    assert make("https://gateway")._settings["verify"] == "/bundle.pem"
    assert make("https://gateway", verify="/own.pem")._settings["verify"] == "/own.pem"
    assert make("https://gateway", verify=False)._settings["verify"] is False


def test_refused():
    error = failure("http://127.0.0.1:1")
    assert (error.kind, error.call, error.retryable, error.outcome_unknown, error.may_still_commit) == (
        "transport",
        "list_servers",
        True,
        False,
        False,
    )
    assert "http://127.0.0.1:1" in str(error)
    assert "refused" in str(error).lower()


def test_unknown_host():
    error = failure("http://nowhere.invalid")
    assert (error.kind, error.outcome_unknown) == ("transport", False)
    assert "nowhere.invalid" in str(error)


@pytest.mark.parametrize(
    ("fault", "outcome_unknown", "may_still_commit", "words"),
    [
        ({"drop_before": True}, True, False, "was lost"),
        ({"drop_before": "reset"}, True, False, "was lost"),
        ({"timeout": 5}, True, True, "within 0.5 s"),
        ({"slow": 5}, True, True, "within 0.5 s"),
        ({"cut": "length"}, True, False, "was lost"),
        ({"cut": "chunked"}, True, False, "was lost"),
    ],
)
def test_no_whole_answer(fault, outcome_unknown, may_still_commit, words, emulate):
    emulator = emulate(servers=3, faults=[{"call": "*", **fault}])
    with pytest.raises(SysmonError) as caught:
        make(emulator.url, 0.5 if may_still_commit else 20).send(
            "list_servers", "GET", "/v1.0/projects/emulator/servers", headers={"X-SYSMON-REGION": "kr"}
        )
    error = caught.value
    assert (error.kind, error.retryable, error.outcome_unknown, error.may_still_commit) == (
        "transport",
        True,
        outcome_unknown,
        may_still_commit,
    )
    assert words in str(error)


def test_compressed_answers(emulate):
    path = "/v1.0/projects/emulator/servers"
    whole = emulate(servers=3, faults=[{"call": "*", "gzip": True}])
    assert json.loads(make(whole.url).send("list_servers", "GET", path).content)["header"]
    broken = emulate(servers=3, faults=[{"call": "*", "gzip": "broken"}])
    with pytest.raises(SysmonError) as caught:
        make(broken.url).send("list_servers", "GET", path)
    assert (caught.value.kind, caught.value.retryable, caught.value.outcome_unknown) == ("protocol", True, True)


def test_a_proxy_that_refuses(monkeypatch, server):
    server.answer = (403, {}, b"")
    monkeypatch.setenv("https_proxy", server.url)
    error = failure("https://gateway.invalid")
    assert error.kind == "transport"
    assert "proxy" in str(error)


def test_tls_to_a_port_that_does_not_speak_it(server):
    error = failure(server.url.replace("http:", "https:"))
    assert error.kind == "transport"
    assert "TLS" in str(error)


def test_an_unknown_authority(tls_server):
    error = failure(tls_server)
    assert (error.kind, error.retryable, error.hint) == ("transport", False, transport_errors.UNKNOWN_AUTHORITY)
    assert "certificate" in str(error)


def test_no_certificate_is_asked_for_and_no_warning_given(tls_server, recwarn):
    assert make(tls_server, verify=False).send("list_servers", "GET", "/").content == b"ok"
    assert list(recwarn) == []


def test_an_answer_that_is_too_long(server):
    server.answer = (200, {}, b"x" * (1 << 20))
    assert len(make(server.url, largest=1 << 20).send("list_servers", "GET", "/").content) == 1 << 20
    server.answer = (200, {}, b"x" * ((1 << 20) + 1))
    error = failure(server.url, largest=1 << 20)
    assert (error.kind, error.retryable, error.outcome_unknown) == ("protocol", False, True)
    assert "longer than 1 MiB" in str(error)


@pytest.mark.parametrize("taken", [False, True])
def test_no_connection_in_time(taken, monkeypatch):
    """A port whose queue is full accepts no connection; one that accepts and stays silent is another failure."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _number in range(0 if taken else 3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        error = failure(f"http://127.0.0.1:{listener.getsockname()[1]}", 0.5)
    assert ("no connection to" in str(error)) is not taken
    assert "within 0.5 s" in str(error)
    assert (error.retryable, error.outcome_unknown, error.may_still_commit) == (True, taken, taken)


def test_connections_are_kept(emulate):
    emulator = emulate(latency_ms=30)
    sender = make(emulator.url, connections=4)
    for _turn in range(3):
        threads = [threading.Thread(target=sender.send, args=("list_servers", "GET", "/x")) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert emulator.stats()["requests"] == 12
    assert emulator.stats()["connections"] <= 4


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("٣", None),
        ("\xb2", None),
        ("1" * 400, float("inf")),
    ],
)
def test_retry_after(header, seconds):
    assert transport._retry_after(header) == seconds


def test_retry_after_as_a_date():
    assert 8 < transport._retry_after(formatdate(time.time() + 10, usegmt=True)) <= 11
