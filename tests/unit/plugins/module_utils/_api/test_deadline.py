# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeout bounds the whole request, also one whose answer drips."""

from __future__ import annotations

import io
import socket
import threading
import time
from types import SimpleNamespace

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import deadline
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError

PATH = "/v1.0/projects/emulator/servers"
HEADERS = {"X-TC-APP-KEY": "emulator-appkey", "X-SYSMON-REGION": "kr"}


def timed(emulator, timeout, **settings):
    start = time.monotonic()
    try:
        result = Transport(emulator.url, HEADERS, timeout=timeout, **settings).send("list_servers", "GET", PATH)
    except SysmonError as error:
        result = error
    return result, time.monotonic() - start


@pytest.mark.parametrize("header_too", [False, True])
@pytest.mark.parametrize("gzip", [False, True])
def test_an_answer_that_drips(header_too, gzip, emulate):
    drip = {"bytes_per_second": 20, "header_too": header_too}
    emulator = emulate(servers=5, faults=[{"call": "*", "drip": drip, "gzip": gzip}])
    error, seconds = timed(emulator, 0.5)
    assert isinstance(error, SysmonError)
    assert (error.kind, error.may_still_commit) == ("transport", True)
    assert 0.4 < seconds < 10  # the answer would take 40 s


def test_each_read_has_only_what_is_left(monkeypatch):
    clock = iter([100.0, 101.0, 109.5, 110.0])
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    given = []
    sock = SimpleNamespace(gettimeout=lambda: 10.0, settimeout=given.append)
    reader = deadline._Reader(io.BytesIO(b"abc"), sock)
    assert reader.readable()
    assert [reader.readinto(bytearray(1)), reader.readinto(bytearray(1))] == [1, 1]
    with pytest.raises(socket.timeout):
        reader.readinto(bytearray(1))
    assert given == [9.0, 0.5]


def test_no_timeout_is_no_bound():
    reader = deadline._Reader(io.BytesIO(b"a"), SimpleNamespace(gettimeout=lambda: None))
    assert reader.readinto(bytearray(1)) == 1


@pytest.mark.parametrize("nobody", ["127.8.8.8", "::1"])
def test_the_next_address_where_one_does_not_answer(nobody, emulate, monkeypatch):
    emulator = emulate(servers=1)
    port = int(emulator.url.rpartition(":")[2])
    monkeypatch.setattr(deadline, "_addresses", lambda _connection, _seconds: [nobody, "127.0.0.1"])
    sender = Transport(f"http://several.invalid:{port}", HEADERS, timeout=5)
    assert sender.send("list_servers", "GET", PATH).status == 200
    monkeypatch.setattr(deadline, "_addresses", lambda _connection, _seconds: [nobody, nobody])
    with pytest.raises(SysmonError, match="no connection to http://several.invalid") as caught:
        Transport(f"http://several.invalid:{port}", HEADERS, timeout=5).send("list_servers", "GET", PATH)
    assert caught.value.outcome_unknown is False


def test_through_a_proxy(emulate, monkeypatch):
    emulator = emulate(servers=5, faults=[{"call": "*", "drip": {"bytes_per_second": 20}}])
    monkeypatch.setenv("http_proxy", emulator.url)
    sender = Transport("http://gateway.invalid", HEADERS, timeout=0.5)
    for _turn in range(2):  # the second time the way is known
        start = time.monotonic()
        with pytest.raises(SysmonError) as caught:
            sender.send("list_servers", "GET", PATH)
        assert (caught.value.kind, caught.value.may_still_commit) == ("transport", True)
        assert time.monotonic() - start < 10


def test_each_request_has_its_own_time_on_a_kept_connection(emulate):
    emulator = emulate(servers=1, faults=[{"call": "*", "slow": 0.6}])
    sender = Transport(emulator.url, HEADERS, timeout=1.5)
    for _turn in range(3):
        assert sender.send("list_servers", "GET", PATH).status == 200
    assert emulator.stats()["connections"] == 1


def test_a_slow_answer_within_the_time_is_whole(emulate):
    emulator = emulate(servers=1, faults=[{"call": "*", "drip": {"bytes_per_second": 2000}}])
    reply, _seconds = timed(emulator, 5)
    assert reply.content.endswith(b"}]}")


@pytest.mark.parametrize(
    "answer",
    [
        b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 500_000,
        b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 500_000,
        b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: " + b"y" * 500_000,
        b"X: " + b"y" * 500_000,
    ],
    ids=["size of a chunk", "extension of a chunk", "trailer", "header"],
)
def test_no_line_is_read_without_bound(answer):
    read = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n" + answer)
                    while True:
                        connection.sendall(b"z" * 65536)
                        read.append(65536)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        sender = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", HEADERS, timeout=10)
        start = time.monotonic()
        with pytest.raises(SysmonError, match="an overlong line") as caught:
            sender.send("list_servers", "GET", PATH)
    assert (caught.value.kind, caught.value.retryable) == ("protocol", False)
    assert time.monotonic() - start < 5
    assert sum(read) < 20 << 20


@pytest.mark.parametrize("proxied", [False, True])
def test_looking_up_a_name_counts_into_the_timeout(proxied, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: time.sleep(5) or [])
    if proxied:
        monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    start = time.monotonic()
    with pytest.raises(SysmonError, match="no connection to .*within 0.5 s") as caught:
        Transport("http://gateway.invalid", HEADERS, timeout=0.5).send("list_servers", "GET", PATH)
    assert (caught.value.kind, caught.value.outcome_unknown) == ("transport", False)
    assert 0.4 < time.monotonic() - start < 2


def test_a_name_that_is_none():
    with pytest.raises(SysmonError, match="cannot be reached|no connection"):
        Transport(f"http://{'a' * 70}.invalid", HEADERS, timeout=5).send("list_servers", "GET", PATH)
