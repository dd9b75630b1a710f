# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program itself: command line, TLS, files, restart, speed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests
import trustme

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator, process, spawn


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_one_line_and_a_clean_end(tmp_path):
    ready = tmp_path / "ready"
    with subprocess.Popen(
        [sys.executable, process.HERE, "--ready-file", str(ready)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        line = running.stdout.readline()
        url = ready.read_text(encoding="utf-8").strip()
        assert line == "listening on %s\n" % url
        assert requests.get(url, timeout=10).status_code == 404
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=10) == ("", "")
        assert running.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--app-key", "key"], "KEY=PROJECT"),
        (["--tls-cert", "x"], "go together"),
        (["--target-result", "x"], "failing:"),
        (["--faults", "/nowhere"], "/nowhere"),
        (["--listen", "x"], "HOST:PORT"),
    ],
)
def test_wrong_arguments(arguments, sentence):
    done = subprocess.run(
        [sys.executable, process.HERE, *arguments], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_options_of_the_command_line(tmp_path, api_of):
    (tmp_path / "servers").write_text(
        json.dumps(
            [{"hostNm": "now", "svrIp": "127.0.0.2", "projectId": "q"}, {"hostNm": "later", "appearsAfter": 1.5}]
        )
    )
    (tmp_path / "faults").write_text(json.dumps([{"call": "list_targets", "status": 502}]))
    start = time.monotonic()
    with spawn(
        "--app-key",
        "k=p,q",
        "--app-key",
        "l=p",
        "--servers-file",
        str(tmp_path / "servers"),
        "--reserved",
        "@A",
        "--reserved",
        "@B",
        "--latency",
        "100",
        "--faults",
        str(tmp_path / "faults"),
        "--log",
        str(tmp_path / "log"),
    ) as url:
        api = api_of(url, "k", "p")
        asked = time.monotonic()
        assert [workspace["jobName"] for workspace in api.body("GET", "/jobs")] == ["@A", "@B"]
        assert time.monotonic() - asked >= 0.1
        assert [server["hostNm"] for server in api_of(url, "k", "q").body("GET", "/servers")] == ["now"]
        assert api.call("GET", "/jobs/x/targets").status_code == 502
        while not api.body("GET", "/servers"):
            assert time.monotonic() - start < 20
        assert time.monotonic() - start >= 1.5
        assert [server["hostNm"] for server in api_of(url, "l", "p").body("GET", "/servers")] == ["later"]
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["call"] for line in lines[:3]] == ["list_workspaces", "list_servers", "list_targets"]


def test_generated_servers_are_the_same_every_time(api_of):
    with Emulator(servers=600) as one, Emulator(servers=600, seed=5) as two:
        servers = api_of(one.url).body("GET", "/servers")
        assert servers == api_of(two.url).body("GET", "/servers")
    assert servers[0]["hostNm"] == "host-00001"
    assert servers[599]["hostNm"] == "host-00600"
    for key in ("hostId", "hostNm", "svrIp", "instanceId"):
        assert len({server[key] for server in servers}) == 600
    assert {server["svrIp"].split(".")[0] for server in servers} == {"10"}


def test_tls(tmp_path, api_of):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(tmp_path / "cert", append=True)
    with Emulator(tls_cert=str(tmp_path / "cert"), tls_key=str(tmp_path / "key")) as emulator:
        assert emulator.url.startswith("https://")
        api = api_of(emulator.url)
        with pytest.raises(requests.exceptions.SSLError):
            api.call("GET", "/jobs")
        assert api.call("GET", "/jobs", verify=str(tmp_path / "ca")).status_code == 200
        emulator.faults([{"drop_after": True}])
        with pytest.raises(requests.ConnectionError):
            api.call("GET", "/jobs", verify=str(tmp_path / "ca"))


def test_killed_in_the_middle_and_started_again(tmp_path, api_of):
    port = free_port()
    arguments = [
        "--listen",
        "127.0.0.1:%d" % port,
        "--state",
        str(tmp_path / "state"),
        "--servers",
        "50",
        "--reserved",
        "@Linux",
    ]
    made = []
    with spawn(*arguments) as url:
        api = api_of(url)
        job = api.make_workspace()
        api.body("PUT", "/jobs/%s" % job, {"metricsPath": "/other"})
        api.body("DELETE", "/jobs/%s" % api.make_workspace("gone"))
        requests.delete("%s/_emulator/servers/%s" % (url, api.body("GET", "/servers")[49]["hostId"]), timeout=10)
        with pytest.raises(requests.ConnectionError):
            made.extend(targets_made_until_killed(api, job, url.process))
    assert len(made) > 5
    with spawn(*arguments) as url:
        api = api_of(url)
        assert [(w["jobName"], w["metricsPath"]) for w in api.body("GET", "/jobs")] == [
            ("@Linux", "/metrics"),
            ("web", "/other"),
        ]
        kept = [target["targetId"] for target in api.body("GET", "/jobs/%s/targets" % job)]
        assert kept[: len(made)] == made
        assert len(kept) <= len(made) + 1
        assert len(api.body("GET", "/servers")) == 49
        assert api.make_workspace("another") not in [job, *kept]


def targets_made_until_killed(api, job, process):
    for number in range(49 * 5):
        if number == 6:
            threading.Timer(0.1, process.kill).start()
        yield api.make_target(job, number % 49, 9000 + number // 49)
        time.sleep(0.005)


def test_ten_thousand_servers_and_64_connections(api_of):
    with spawn("--servers", "10000") as url:
        api = api_of(url)
        job = api.make_workspace()
        hosts = iter([server["hostId"] for server in api.body("GET", "/servers")][:2000])
        codes = []

        def register():
            mine = api_of(url)
            for host_id in hosts:
                codes.append(mine.code("POST", "/jobs/%s/targets" % job, {"hostId": host_id, "port": 9100}))

        before = cpu_seconds(url.process.pid)
        threads = [threading.Thread(target=register) for _number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        spent = cpu_seconds(url.process.pid) - before
        assert codes == [0] * 2000
        assert len(api.body("GET", "/jobs/%s/targets" % job)) == 2000
        stats = requests.get(url + "/_emulator/stats", timeout=10).json()
        assert stats["connections"] == 65
        assert 2000 / spent > 1000, "requests per second of CPU time"


def cpu_seconds(pid: int) -> float:
    with open("/proc/%d/stat" % pid, encoding="ascii") as stream:
        fields = stream.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
