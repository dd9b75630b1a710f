# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is behind /prometheus: nothing, a stand-in that tells what it was asked, and the real one."""

from __future__ import annotations

import gzip
import http.client
import http.server
import json
import os
import shutil
import signal
import threading
import time

import pytest
import requests

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator, prometheus, spawn

needs_prometheus = pytest.mark.skipif(not shutil.which("prometheus"), reason="the program prometheus is not here")


class Server:
    """Answers every request by `answer(handler, body)`, which gives status, headers and body."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, reply = answer(self, body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(reply)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply)

            do_POST = do_GET

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()


def query(url, text, app_key="emulator-appkey"):
    return requests.get(
        url + "/prometheus/api/v1/query", params={"query": text}, headers={"X-Tc-App-Key": app_key}, timeout=10
    )


def until(check, seconds=20):
    """The first true thing that `check` gives."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


@pytest.mark.parametrize("options", [{}, {"prometheus": "no-such-program"}])
def test_without_prometheus(options, capsys):
    with Emulator(**options) as emulator:
        answer = query(emulator.url, "up")
        assert answer.status_code == 503
        assert answer.json()["header"]["resultCode"] == 5030001
        assert query(emulator.url, "up", "wrong").status_code == 401
    assert len(capsys.readouterr().err.splitlines()) == len(options)


def test_passes_on_as_it_came():
    asked = []

    def answer(handler, body):
        asked.append((handler.command, handler.path, dict(handler.headers), body))
        return 422, {"Content-Type": "application/json", "Content-Encoding": "gzip", "X-Odd": "1"}, gzip.compress(b"{}")

    with Server(answer) as behind, Emulator(prometheus_url="http://127.0.0.1:%d/" % behind.port) as emulator:
        path = "/api/v1/label/U__a_2e_%2Fb%20%C3%A9/values?match[]=a%2Bb&x=%zz+%"
        connection = http.client.HTTPConnection(emulator.url.partition("//")[2], timeout=10)
        connection.request(
            "GET", "/prometheus" + path, headers={"X-TC-APP-KEY": "emulator-appkey", "Accept-Encoding": "gzip"}
        )
        reply = connection.getresponse()
        assert (reply.status, reply.headers["X-Odd"], reply.headers["Content-Encoding"]) == (422, "1", "gzip")
        assert gzip.decompress(reply.read()) == b"{}"
        assert asked[0][:2] == ("GET", path)
        assert "emulator-appkey" not in json.dumps(asked[0][2])
        assert asked[0][2]["Accept-Encoding"] == "gzip"

        form = b"query=%7B__name__%3D~%22.%2B%22%7D&time=4&x=" + b"y" * 20000
        connection.request(
            "POST",
            "/prometheus/api/v1/query",
            form,
            {"X-TC-APP-KEY": "emulator-appkey", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert connection.getresponse().status == 422
        connection.close()
        command, path, headers, body = asked[1]
        assert (command, path, body) == ("POST", "/api/v1/query", form)
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert headers["Accept-Encoding"] == "identity"
        assert "User-Agent" not in headers


def test_methods_of_the_guide():
    def answer(handler, body):
        return 200, {}, b"{}"

    with Server(answer) as behind, Emulator(prometheus_url="http://127.0.0.1:%d" % behind.port) as emulator:

        def status(method, path):
            return requests.request(
                method,
                emulator.url + "/prometheus/api/v1/" + path,
                timeout=10,
                headers={"X-TC-APP-KEY": "emulator-appkey"},
            ).status_code

        for path in ("query", "query_range", "series", "labels"):
            assert [status(method, path) for method in ("GET", "POST", "PUT")] == [200, 200, 405]
        for path in ("label/job/values", "metadata", "status/buildinfo"):
            assert [status(method, path) for method in ("GET", "POST")] == [200, 405]
        for path in ("targets", "rules", "label/a/b/values", "admin/tsdb/snapshot"):
            assert status("GET", path) == 404

        emulator.faults([{"call": "prometheus", "match": {"query": "up"}, "status": 503, "body": '{"status":"error"}'}])
        assert query(emulator.url, "up").json() == {"status": "error"}
        assert query(emulator.url, "1").status_code == 200


@needs_prometheus
def test_real_prometheus_scrapes_the_targets(tmp_path, api_of):
    def exporter(handler, body):
        if handler.path != "/odd/path":
            return 404, {}, b""
        return 200, {"Content-Type": "text/plain"}, b'node_uname_info{nodename="own",sysname="Linux"} 1\n'

    with Server(exporter) as behind:
        servers = [{"hostNm": "good", "svrIp": "127.0.0.1"}, {"hostNm": "silent", "svrIp": "127.0.0.1"}]
        (tmp_path / "servers").write_text(json.dumps(servers), encoding="utf-8")
        with Emulator(
            prometheus="prometheus",
            servers_file=str(tmp_path / "servers"),
            app_keys={"emulator-appkey": "emulator", "other": "other"},
        ) as emulator:
            api = api_of(emulator.url)
            jobs = {
                name: api.body("POST", "/jobs", {"jobName": name, "metricsPath": path})["jobId"]
                for name, path in (("good", "/odd/path"), ("lost", "/metrics"))
            }
            target = api.make_target(jobs["good"], port=behind.port)
            api.make_target(jobs["good"], number=1, port=1)
            api.make_target(jobs["lost"], port=behind.port)

            def results(name):
                return [
                    (entry["resultCd"], entry["failReason"])
                    for entry in api.body("GET", "/jobs/%s/targets" % jobs[name])
                ]

            assert results("good") == [(None, None), (None, None)]
            assert until(lambda: None not in [code for code, reason in results("good") + results("lost")])
            assert results("good")[0] == (0, None)
            assert results("good")[1][0] != 0
            assert "refused" in results("good")[1][1]
            assert results("lost")[0][0] != 0
            assert "404" in results("lost")[0][1]

            (sample,) = until(lambda: query(emulator.url, "node_uname_info").json()["data"]["result"])
            assert sample["metric"] == {
                "__name__": "node_uname_info",
                "instance": "127.0.0.1:%d" % behind.port,
                "job": "good",
                "nodename": "good",
                "openmetrics_id": target,
                "sysname": "Linux",
            }
            up = query(emulator.url, "up").json()["data"]["result"]
            assert sorted(entry["value"][1] for entry in up) == ["0", "0", "1"]
            assert query(emulator.url, "up", "other").json()["data"]["result"] == []

            api.body("DELETE", "/jobs/%s/targets/%s" % (jobs["good"], target))
            assert until(lambda: not query(emulator.url, "node_uname_info").json()["data"]["result"])


@needs_prometheus
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_prometheus_ends_with_the_emulator(number, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with spawn("--prometheus") as url:
        assert query(url, "1").status_code == 200
        assert processes_with(str(tmp_path / "sysmon-prometheus-"))
        url.process.send_signal(number)
        url.process.wait(10)
        assert until(lambda: not processes_with(str(tmp_path / "sysmon-prometheus-")), 5)
        assert until(lambda: not list(tmp_path.glob("sysmon-prometheus-*")), 5)


def processes_with(text: str) -> list[str]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as stream:
                if text in stream.read().decode(errors="replace"):
                    found.append(pid)
        except OSError:
            continue
    return found


def test_a_task_in_the_background_that_fails_is_told(capsys, monkeypatch):
    def fail(_self):
        raise OSError("no space left")

    with Emulator(prometheus="prometheus") as emulator:
        monkeypatch.setattr(prometheus.Prometheus, "_write", fail)
        emulator.add_workspace(jobName="web")
        deadline = time.monotonic() + 10
        told = ""
        while not told and time.monotonic() < deadline:
            time.sleep(0.05)
            told = capsys.readouterr().err
    assert told == "emulator: the feed of prometheus ended: OSError: no space left\n"
