# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing lasts longer, and takes more memory, than the options say."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
import trustme

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect, connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_targets
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

TIMEOUT = 1
SLACK = 0.9  # for a machine that has other things to do


def options(url, **more):
    return {
        "app_key": "emulator-appkey",
        "project_id": "emulator",
        "region": "kr",
        "api_url": url,
        "validate_certs": url.startswith("http:"),
        "ca_path": None,
        "timeout": TIMEOUT,
        "retries": 0,
        **more,
    }


def seconds_of_failure(call):
    began = time.monotonic()
    with pytest.raises(SysmonError) as caught:
        call()
    return time.monotonic() - began, caught.value


@pytest.fixture
def listener():
    """Listens, and leaves it at that: what happens to connections is up to the test."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield listening


def url_of(listening, scheme="http"):
    return f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def silent(listener):
    """Takes connections and what comes over them, and never answers."""
    return url_of(listener)


@pytest.fixture
def blackhole():
    """Does not even take connections: its backlog is full."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _number in range(2):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        time.sleep(0.1)
        yield url_of(full)


def drip(listener, data):
    """Answer each connection with these bytes, ten in a second, for ever."""

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            for byte in data:
                connection.sendall(bytes((byte,)))
                time.sleep(0.1)
            time.sleep(30)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return url_of(listener)


DRIPPING = {
    "status line": b"HTTP/1.1 200 " + b"O" * 999,
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90,
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b" " * 999,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 99,
    "interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 40,
}


@pytest.mark.parametrize("what", DRIPPING)
def test_an_answer_that_drips(listener, what):
    url = drip(listener, DRIPPING[what])
    lasted, error = seconds_of_failure(connect(options(url)).list_servers)
    assert (error.kind, error.may_still_commit) == ("transport", True)
    assert TIMEOUT * 0.5 < lasted < TIMEOUT + SLACK


def test_a_path_that_requests_writes_in_another_way(listener):
    url = drip(listener, DRIPPING["body"]) + "/%7eolder/../%41"
    lasted, error = seconds_of_failure(connect(options(url)).list_servers)
    assert (error.kind, error.may_still_commit) == ("transport", True)
    assert lasted < TIMEOUT + SLACK


def test_an_answer_that_never_comes(silent):
    lasted, error = seconds_of_failure(connect(options(silent)).list_servers)
    assert error.kind == "transport"
    assert TIMEOUT * 0.9 < lasted < TIMEOUT + SLACK


def test_a_connection_that_is_never_taken(blackhole):
    lasted, error = seconds_of_failure(connect(options(blackhole)).list_servers)
    assert (error.kind, error.outcome_unknown) == ("transport", False)
    assert "no connection to" in str(error)
    assert TIMEOUT * 0.9 < lasted < TIMEOUT + SLACK


def test_a_name_with_several_addresses_none_of_which_answers(blackhole, monkeypatch):
    port = int(blackhole.rpartition(":")[2])
    one = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: [one] * 4)
    url = f"https://sysmon.invalid:{port}"
    lasted, error = seconds_of_failure(connect(options(url)).list_servers)
    assert (error.kind, error.outcome_unknown) == ("transport", False)
    assert lasted < TIMEOUT + SLACK


@pytest.mark.parametrize("data", [b"", b"\x16\x03\x03\x40\x00" + b"\x02" * 999])
def test_tls_that_never_begins(listener, data):
    drip(listener, data)
    lasted, error = seconds_of_failure(connect(options(url_of(listener, "https"))).list_servers)
    assert error.kind == "transport"
    assert lasted < TIMEOUT + SLACK


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 99])
def test_a_proxy_that_is_silent(listener, monkeypatch, data):
    monkeypatch.setenv("https_proxy", drip(listener, data))
    lasted, error = seconds_of_failure(connect(options("https://sysmon.invalid")).list_servers)
    assert error.kind == "transport"
    assert lasted < TIMEOUT + SLACK


def test_a_proxy_that_is_slow_and_tls_behind_it_that_never_begins(listener, monkeypatch):
    def answer(connection):
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            time.sleep(TIMEOUT * 0.8)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            time.sleep(TIMEOUT * 5)

    def accept():
        with contextlib.suppress(OSError):
            answer(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    monkeypatch.setenv("https_proxy", url_of(listener))
    lasted, error = seconds_of_failure(connect(options("https://sysmon.invalid")).list_servers)
    assert error.kind == "transport"
    assert lasted < TIMEOUT * 1.5


def test_a_proxy_and_a_service_that_are_both_slow(listener, monkeypatch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued = authority.issue_cert("sysmon.invalid")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)

    def answer():
        with contextlib.suppress(OSError), listener.accept()[0] as connection:
            connection.recv(65536)
            time.sleep(TIMEOUT * 0.6)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(65536)
                time.sleep(TIMEOUT * 0.8)
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    threading.Thread(target=answer, daemon=True).start()
    monkeypatch.setenv("https_proxy", url_of(listener))
    client = connect(options("https://sysmon.invalid", validate_certs=True, ca_path=str(tmp_path / "ca.pem")))
    lasted, error = seconds_of_failure(client.list_servers)
    assert (error.kind, error.may_still_commit) == ("transport", True)
    assert lasted < TIMEOUT * 1.35


def test_a_question_that_is_never_read(silent):
    client = connect_prometheus(options(silent))
    lasted, error = seconds_of_failure(lambda: client.query("x" * 16_000_000))
    assert error.kind == "transport"
    assert lasted < TIMEOUT + SLACK + 2  # the text is encoded first


# the formulas of the guide "Errors and retries"


def longest_wait(retries):
    return sum(min(retry.LONGEST_DELAY, retry.FIRST_DELAY * 2**attempt) for attempt in range(retries))


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_the_time_of_a_call_follows_from_the_options(silent, retries):
    lasted, _error = seconds_of_failure(connect(options(silent, retries=retries)).list_servers)
    assert (retries + 1) * TIMEOUT * 0.9 < lasted
    assert lasted < (retries + 1) * (TIMEOUT + SLACK) + longest_wait(retries)


def test_retry_after_is_part_of_the_time(monkeypatch):
    fault = {"call": "list_servers", "status": 503, "headers": {"Retry-After": "1"}}
    with Emulator(faults=[fault]) as emulator:
        client = connect(options(emulator.url, retries=2, timeout=5))
        lasted, error = seconds_of_failure(client.list_servers)
        assert error.kind == "server"
        assert 3 <= lasted + 0.05 < 3 + 2 * SLACK or 2 <= lasted < 3 + SLACK
        assert len(emulator.requests()) == 3
        emulator.faults([{**fault, "headers": {"Retry-After": "6"}}])
        lasted, error = seconds_of_failure(client.list_servers)
        assert (error.kind, "wait 6 s" in str(error)) == ("rate_limited", True)
        assert lasted < SLACK + 1


def test_on_429_all_workers_wait_together():
    fault = {"call": "create_target", "after": 12, "times": 1, "status": 429, "headers": {"Retry-After": "2"}}
    with Emulator(servers=60, latency_ms=100, faults=[fault]) as emulator:
        emulator.add_workspace(jobName="shop", jobId="shop")
        hosts = [server["hostId"] for server in emulator.state["servers"]]
        params = task(hosts, max_workers=8, retries=2)
        client = connect(options(emulator.url, timeout=10, retries=2), connections=8)
        result, error = ensure_targets(client, params, False)
        assert error is None
        assert result["summary"]["created"] == 60
        sent = emulator.requests("create_target")
        [refused] = [entry for entry in sent if entry["status"] == 429]
        asked = refused["time"] + refused["seconds"]
        early = [entry["time"] - asked for entry in sent if 0.15 < entry["time"] - asked < 1.95]
        assert early == []
        assert sum(entry["time"] > asked + 1.95 for entry in sent) > 30


def task(hosts, **more):
    entry = {"hostname": None, "ip": None, "instance_id": None, "port": None}
    return {
        "workspace": None,
        "workspace_id": "shop",
        "targets": [{**entry, "host_id": host_id} for host_id in hosts],
        "port": 9100,
        "state": "present",
        "purge": False,
        "max_workers": 4,
        "rate_limit": None,
        "server_timeout": 0,
        "wait": False,
        "wait_timeout": 0,
        "retries": 1,
        **more,
    }


def test_memory_stays_flat():
    # In a process of its own: what measures coverage keeps data of every thread that there ever was.
    root = Path(__file__).resolve().parents[6]
    code = "from ansible_collections.nhncloud.sysmon.tests.unit.faults.test_bounds import growth; print(growth())"
    path = os.pathsep.join([str(root), *sys.path])
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) < 50_000


def growth() -> int:
    """By how many bytes the client's memory grows over twelve rounds of tasks under faults."""
    retry.FIRST_DELAY = 0.001
    faults = [
        {"call": "list_targets", "probability": 0.2, "cut": "length"},
        {"call": "list_servers", "probability": 0.2, "status": 503},
        {"call": "create_target", "probability": 0.1, "drop_after": True},
    ]
    with Emulator(servers=10, faults=faults) as emulator:
        emulator.add_workspace(jobName="shop", jobId="shop")
        hosts = [server["hostId"] for server in emulator.state["servers"]]
        client = connect(options(emulator.url, timeout=5, retries=4), connections=4)

        def rounds(number):
            for _round in range(number):
                for state in ("present", "absent"):
                    with contextlib.suppress(SysmonError):
                        ensure_targets(client, task(hosts, state=state), False)
                emulator.clear()
            gc.collect()
            ours = [tracemalloc.Filter(True, path) for path in ("*/module_utils/*", "*/requests/*", "*/urllib3/*")]
            return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(ours).traces)

        tracemalloc.start()
        try:
            before = rounds(3)
            return rounds(12) - before
        finally:
            tracemalloc.stop()
