# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator refuses at its start or through its own interface: one sentence, and nothing changed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator, process

HEADER = '{"state_of": "nhncloud.sysmon emulator", "version": 1}\n'


def refusal(*arguments, **options) -> str:
    command = [sys.executable, process.HERE, "--listen", "127.0.0.1:0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, **options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--servers-file", "[\n1]", "FILE, line 2: an object is needed"),
        ("--servers-file", '[\n{},\n{"hostId": }]', "FILE, line 3: "),
        ("--servers-file", "{}", "FILE, line 1: a list"),
        (
            "--servers-file",
            '[{"hostId": "a"},\n\n{"hostId": "a"}]',
            "FILE, line 3: there are two servers with hostId a",
        ),
        ("--servers-file", '[\n{"projectId": "other"}]', "FILE, line 2: no appkey has a project other"),
        ("--servers-file", '[\n{"region": "mars"}]', "FILE, line 2: region is one of"),
        ("--servers-file", '[\n{"hostNm": 5}]', "FILE, line 2: hostNm is a text"),
        ("--servers-file", '[\n{"appearsAfter": "x"}]', "FILE, line 2: appearsAfter is a number"),
        ("--servers-file", '[\n{"name": "x"}]', "FILE, line 2: a server has no field name"),
        ("--faults", '[\n{"status": "abc"}]', "FILE, line 2: status is a whole number"),
        ("--faults", "[{}\n,]", "FILE, line 2: "),
        ("--state", '{"mine": 1}\n', "FILE, line 1: not a state of the emulator"),
        ("--state", "[1, 2]", "FILE, line 1: not a state of the emulator"),
        ("--state", HEADER + "odd\n", "FILE, line 2: not JSON"),
        ("--state", HEADER + "5\n", "FILE, line 2: not a change"),
        ("--state", HEADER + '{"put": "x", "record": {}, "fixed": false}\n', "FILE, line 2: not a change"),
        ("--tls-cert", "text", "FILE and FILE are not a PEM certificate"),
    ],
)
def test_files(tmp_path, option, text, sentence):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    extra = ["--tls-key", str(path)] if option == "--tls-cert" else []
    assert sentence.replace("FILE", str(path)) in refusal(option, str(path), *extra)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--listen", "127.0.0.1:99999"], "127.0.0.1:99999"),
        (["--listen", "nowhere.invalid:1"], "nowhere.invalid:1"),
        (["--tls-cert", "/nowhere", "--tls-key", "/nowhere"], "/nowhere"),
        (["--servers-file", "/nowhere"], "/nowhere"),
        (["--listen", ":8080"], "HOST:PORT"),
        (["--servers", "-1"], "servers is 0 or more"),
        (["--latency", "nan"], "latency_ms is 0 or more"),
        (["--start-limit", "inf"], "start_limit is 0 or more"),
        (["--app-key", "k=p,"], "every app key needs a project"),
        (["--app-key", "k=p", "--app-key", "k=q"], "the app key of q is given twice"),
        (["--target-result", "failing:"], "failing:REASON"),
        (["--prometheus-url", "127.0.0.1:9090"], "begins with http://"),
        (["--ready-file", "/nowhere/ready"], "/nowhere/ready"),
        (["--log", "/nowhere/log"], "/nowhere/log"),
        (["--latency", "-1"], "latency_ms is 0 or more"),
        (["--prometheus", "--prometheus-url", "http://127.0.0.1:1"], "not both"),
    ],
)
def test_options(arguments, sentence):
    assert sentence in refusal(*arguments)


def test_missing_aiohttp(tmp_path):
    (tmp_path / "aiohttp.py").write_text("raise ModuleNotFoundError('none', name='aiohttp')\n", encoding="utf-8")
    assert "aiohttp is missing for" in refusal(env={**os.environ, "PYTHONPATH": str(tmp_path)})


def test_two_emulators_on_one_state(tmp_path):
    path = tmp_path / "state"
    with Emulator(state=str(path), servers=1) as emulator:
        emulator.add_workspace(jobName="a")
        assert "in use by another emulator" in refusal("--state", str(path))
        emulator.reset()
        assert "in use by another emulator" in refusal("--state", str(path))
    with Emulator(state=str(path)) as emulator:
        assert len(emulator.state["servers"]) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"status": "abc"},
        {"status": True},
        {"times": "x"},
        {"times": -1},
        {"after": None},
        {"probability": 2},
        {"slow": "1"},
        {"timeout": -1},
        {"headers": {"a": 1}},
        {"match": []},
        {"cut": "half"},
        {"drip": 0},
        {"drip": {"bytes_per_second": 0}},
        {"drip": {"bytes_per_second": 1, "odd": 2}},
        {"mutate": {"delete": [5]}},
        {"headers": {"X y": "v"}},
        {"headers": {"X": "v\r\nY: z"}},
        {"redirect": "http://x\n"},
        {"body": 5},
        {"body_base64": "a"},
        {"mutate": {"put": {}}},
        {"drop": "maybe"},
        {"call": 5},
        {"result_code": None},
    ],
)
def test_fault_rules_are_refused_when_given(emulator, rule):
    key = next(iter(rule))
    emulator.faults([{"status": 503}])
    answer = requests.put(emulator.url + "/_emulator/faults", json=[{}, rule], timeout=10)
    assert answer.status_code == 400
    assert "rule 2: %s is " % key in answer.json()["error"]
    assert [rule.get("status") for rule in emulator.faults()] == [503]


def test_what_a_rule_mutates_may_be_no_json(emulator, api):
    emulator.faults([{"mutate": {"set": {"body": 1}}, "html": True}])
    assert api.call("GET", "/jobs").headers["Content-Type"] == "text/html"


def test_deep_json_is_refused(emulator):
    answer = requests.post(emulator.url + "/_emulator/servers", data="[" * 100_000, timeout=10)
    assert answer.status_code == 400


def test_a_fresh_server_never_takes_an_id_that_was_there(emulator):
    before = {server["hostId"]: server for server in emulator.state["servers"]}
    for host_id in list(before)[:2]:
        emulator.remove("servers", host_id)
    added = requests.post(emulator.url + "/_emulator/servers", json=[{}, {}, {}], timeout=10).json()
    assert len({server["hostId"] for server in added} | set(before)) == 6
    assert len(emulator.state["servers"]) == 4
    assert len({server["hostNm"] for server in emulator.state["servers"]}) == 4


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        ("servers", [{}, {"hostNm": ["x"]}]),
        ("servers", [{}, {"nothing": "x"}]),
        ("workspaces", [{"jobName": "a"}, {"jobName": {"b": 1}}]),
        ("workspaces", {"jobName": "a", "odd": 1}),
        ("targets", [{"jobName": "nothing", "hostId": "h"}]),
        ("targets", {"jobId": ["x"], "hostId": "h"}),
        ("targets", {"jobId": "x"}),
    ],
)
def test_a_refused_record_does_not_stay(emulator, kind, records):
    before = emulator.state
    assert requests.post("%s/_emulator/%s" % (emulator.url, kind), json=records, timeout=10).status_code == 400
    assert emulator.state == before


def test_405_says_what_is_allowed(emulator, api):
    answer = api.call("PATCH", "/servers")
    assert (answer.status_code, set(answer.headers["Allow"].split(","))) == (405, {"GET"})


def test_malformed_http_leaves_no_traceback(emulator, api, capfd):
    host, port = emulator.url.rpartition("/")[2].split(":")
    for line in (b"GET\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(line)
            with contextlib.suppress(ConnectionError):
                assert b" 400 " in client.recv(1000)
    assert api.body("GET", "/jobs")
    assert capfd.readouterr().err == ""


def test_prometheus_that_ends_at_once_says_why(tmp_path):
    start = time.monotonic()
    assert "prometheus does not start" in refusal("--prometheus", "--scrape-interval", "1")
    assert time.monotonic() - start < 10


def test_sigterm_while_prometheus_starts(tmp_path):
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    silent.chmod(0o755)
    command = [sys.executable, process.HERE, "--prometheus", str(silent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        time.sleep(2)
        running.send_signal(signal.SIGTERM)
        assert running.communicate(timeout=10) == ("", "")
        assert running.returncode == 0


@pytest.mark.parametrize("address", [None, "127.0.0.1/8", ""])
def test_an_odd_address_does_not_stop_the_scraping(tmp_path, api_of, address):
    path = tmp_path / "servers"
    servers = [{"svrIp": address, "hostNm": None}, {"svrIp": "127.0.0.1", "hostNm": "odd \ud800"}]
    path.write_text(json.dumps(servers), encoding="utf-8")
    with Emulator(servers_file=str(path), prometheus="prometheus", scrape_interval="1s") as emulator:
        api = api_of(emulator.url)
        job = api.make_workspace()
        api.make_target(job, 0)
        good = api.make_target(job, 1, int(emulator.url.rpartition(":")[2]))
        deadline = time.monotonic() + 20
        while True:
            odd, seen = api.body("GET", "/jobs/%s/targets" % job)
            if odd["failReason"] and seen["resultCd"] is not None:
                break
            assert time.monotonic() < deadline, (odd, seen)
            time.sleep(0.2)
        assert (odd["resultCd"], "no address to scrape" in odd["failReason"]) == (1, True)
        assert seen["targetId"] == good
