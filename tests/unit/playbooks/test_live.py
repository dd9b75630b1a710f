# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live suite against emulators with different answers, interruptions and faults."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.nhncloud.sysmon.playbooks.files.live import cleanup, redact, settings
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

PROGRAM = str(Path(settings.__file__).parent)
SERVER = {"hostNm": "web-1", "svrIp": "192.0.2.77", "hostId": "0c1d5f0e-0000-4000-8000-0123456789ab"}
KEY = "emulator-appkey"

# What differs, and the rows in which its report has to differ from that of an emulator without options.
VARIANTS = {
    "nothing": ({}, set()),
    "doubles allowed": ({"allow_doubles": True}, {"The same server and port again"}),
    "PUT keeps": ({"put_without_description": "keep"}, {"PUT without a description"}),
    "same names allowed": ({"allow_same_names": True}, {"A second workspace of one name"}),
    "other codes": (
        {"target_result": "failing:dial tcp 192.0.2.77: refused", "failing_code": 7, "sixth_code": -40099},
        {
            "A fresh target",
            "A port on which nothing listens",
            "A good exporter",
            "An exporter that answers 404",
            "An exporter that answers 503",
            "One target more than 5 on a server",
        },
    ),
    "HTML errors": (
        {"gateway_body": "html"},
        {
            "A wrong appkey",
            "No appkey",
            "A project that the appkey is not authorized for",
            "PromQL by POST with a form",
            "PromQL by POST with JSON",
            "Labels of a target's series",
        },
    ),
}


def start(emulator, folder, *arguments, **variables):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        "NHNCLOUD_SYSMON_API_URL": emulator.url,
        "NHNCLOUD_SYSMON_APP_KEY": KEY,
        "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
        "NHNCLOUD_SYSMON_REGION": "kr",
        **variables,
    }
    return subprocess.Popen(
        [sys.executable, PROGRAM, "--patience", "0.2", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(running):
    """(exit code, stdout, stderr)"""
    out, err = running.communicate(timeout=120)
    assert KEY not in out + err
    assert "Traceback" not in err
    return running.returncode, out, err


def run(emulator, folder, *arguments, **variables):
    return end(start(emulator, folder, *arguments, **variables))


def report_of(folder) -> str:
    (path,) = folder.glob("*.md")
    return path.read_text(encoding="utf-8")


def rows_of(text: str) -> dict[str, tuple[str, str]]:
    """Question -> finding and raw answer, without what differs from run to run."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+|Date [^`]*", "TIME", text)
    lines = [re.split(r"(?<!\\) \| ", line[2:-2]) for line in text.splitlines() if line.startswith("| ")][2:]
    assert len({line[0] for line in lines}) == len(lines)
    return {question: (finding, raw) for question, finding, raw in lines}


def is_clean(emulator) -> bool:
    state = emulator.state
    return not state["workspaces"] and not state["targets"]


def emulate(**options):
    return Emulator(servers=1, **options)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folders = {name: tmp_path_factory.mktemp("variant") for name in VARIANTS}  # not from several threads at once

    def rehearse(name):
        folder = folders[name]
        options, _rows = VARIANTS[name]
        with emulate(**options) as emulator:
            emulator.add_server(**SERVER)
            arguments = ["--server", "web-1", "--fill-server", "--unavailable-port", "9503"]
            code, _out, err = run(emulator, folder, *arguments)
            assert (code, err) == (0, "")
            assert is_clean(emulator)
            assert [path.suffix for path in folder.iterdir()] == [".md"]
            return report_of(folder), emulator.requests()

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(VARIANTS, pool.map(rehearse, VARIANTS)))


@pytest.mark.parametrize("name", VARIANTS)
def test_reports_differ_in_just_those_rows(reports, name):
    plain, rows = rows_of(reports["nothing"][0]), rows_of(reports[name][0])
    assert list(rows) == list(plain)
    assert {question for question in plain if rows[question] != plain[question]} == VARIANTS[name][1]


@pytest.mark.parametrize(
    ("variant", "question", "finding"),
    [
        ("nothing", "A wrong appkey", "refused: HTTP 401, resultCode 4011001 Unauthorized"),
        ("HTML errors", "A wrong appkey", "HTTP 401, text/html"),
        (
            "nothing",
            "A project that the appkey is not authorized for",
            "refused: HTTP 403, resultCode 4031007 Forbidden",
        ),
        ("nothing", "No region header: servers", "refused: resultCode -40002 BAD_INPUT_VALUE"),
        ("nothing", "Does the region filter servers", "kr 2; kr2 0; us 0; jp 0; the lists differ"),
        ("nothing", "Time zone of lstModYmdt", "UTC+00:00"),
        ("nothing", "A second workspace of one name", "refused: resultCode -40001 ALREADY_EXIST"),
        ("same names allowed", "A second workspace of one name", "accepted"),
        ("nothing", "Targets of an empty workspace", "body is []"),
        ("nothing", "PUT without a description", "accepted; it becomes null"),
        ("PUT keeps", "PUT without a description", "accepted; it stays"),
        ("nothing", "PUT with an empty description", "accepted; it becomes an empty text"),
        ("nothing", "The same server and port again", "refused: resultCode -40002 BAD_INPUT_VALUE"),
        ("doubles allowed", "The same server and port again", "accepted"),
        ("nothing", "A good exporter", "resultCd 0, failReason null, mntrnStatCd null"),
        (
            "other codes",
            "A port on which nothing listens",
            'resultCd 7, failReason "dial tcp <address-1>: refused", mntrnStatCd null',
        ),
        ("nothing", "One target more than 5 on a server", "refused: resultCode -40002 BAD_INPUT_VALUE"),
        ("other codes", "One target more than 5 on a server", "refused: resultCode -40099 ERROR"),
    ],
)
def test_findings(reports, variant, question, finding):
    assert rows_of(reports[variant][0])[question][0] == finding


@pytest.mark.parametrize("name", VARIANTS)
def test_report_is_redacted_and_short(reports, name):
    text = reports[name][0]
    state = json.dumps([entry["body"] for entry in reports[name][1]])
    assert "web-1" in str(SERVER)
    for secret in (KEY, *SERVER.values(), "host-00001"):
        assert secret not in text
    assert "ansible-live-" in state
    assert "ansible-live-" not in text.replace("/ansible-live-no-such-page", "")
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
    assert len(text) < 20_000
    assert "nhncloud.sysmon " in text
    assert "Endpoint: another than the vendor's." in text


def test_requests_are_those_of_the_guide(reports):
    for entry in reports["nothing"][1]:
        headers = {name.lower() for name in entry["headers"]}
        with_region = entry["call"] in ("list_workspaces", "create_workspace", "list_servers")
        assert ("x-sysmon-region" in headers) <= with_region
        assert bool(entry["body"]) == (entry["method"] in ("POST", "PUT"))
        assert ("content-type" in headers) == (entry["method"] in ("POST", "PUT"))


def test_without_a_server_no_target_is_created(tmp_path):
    with emulate() as emulator:
        assert run(emulator, tmp_path)[0] == 0
        assert is_clean(emulator)
        assert not emulator.requests("create_target")
    assert "| Collection targets | not asked: --server names a server for that |" in report_of(tmp_path)


def test_not_more_than_two_slots_of_a_server(tmp_path):
    with emulate(allow_doubles=True) as emulator:
        most = []
        emulator.add_server(**SERVER)
        with contextlib.closing(start(emulator, tmp_path, "--server", SERVER["hostId"]).stdout) as out:
            while out.readline():
                most.append(len(emulator.state["targets"]))
        assert max(most) in (1, 2)
        assert emulator.requests("create_target")
        assert "not asked: --fill-server allows it" in report_of(tmp_path)


def test_it_needs_two_free_slots(tmp_path):
    with emulate() as emulator:
        emulator.add_server(**SERVER)
        emulator.add_workspace(jobName="shop", jobId="shop")
        for port in range(4):
            emulator.add_target(jobId="shop", hostId=SERVER["hostId"], port=port + 1)
        code, _out, err = run(emulator, tmp_path, "--server", "web-1")
        assert (code, err) == (
            1,
            "live: the server web-1 has 1 free slot(s) for collection targets, and two are needed\n",
        )
        assert not emulator.requests("create_workspace")
        assert len(emulator.state["targets"]) == 4
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        (["--server", "nobody"], {}, "0 servers are called nobody"),
        (["--server", "web-1"], {}, "2 servers are called web-1: " + SERVER["hostId"] + ", other"),
        (["--fill-server"], {}, "--fill-server needs --server"),
        (["--good-port", "0"], {}, "--good-port is a number from 1 to 65535"),
        (["--good-port", "65001"], {}, "the ports have to differ"),
        (["--report", "/nowhere/report"], {}, "the report /nowhere/report cannot be created"),
        (["--clean", "/etc/hosts"], {}, "/etc/hosts is not a state of the live suite"),
        (["--clean", "/nowhere"], {}, "/nowhere: No such file"),
        (["--run", "production"], {}, "--run is no run of this suite"),
        ([], {"NHNCLOUD_SYSMON_APP_KEY": ""}, "set the environment variable NHNCLOUD_SYSMON_APP_KEY"),
        ([], {"NHNCLOUD_SYSMON_APP_KEY": "wrong"}, "the workspaces cannot be listed: refused: HTTP 401"),
        ([], {"NHNCLOUD_SYSMON_PROJECT_ID": "../x"}, "holds characters that no such thing has"),
        ([], {"NHNCLOUD_SYSMON_API_URL": "http://192.0.2.1"}, "begins with https://"),
        ([], {"NHNCLOUD_SYSMON_API_URL": "", "NHNCLOUD_SYSMON_REGION": "mars"}, "NHNCLOUD_SYSMON_REGION is one of"),
        ([], {"NHNCLOUD_SYSMON_API_URL": "http://127.0.0.1:1"}, "the workspaces cannot be listed: no answer"),
    ],
)
def test_refused_before_anything_is_created(tmp_path, arguments, variables, sentence):
    with emulate() as emulator:
        emulator.add_server(**SERVER)
        emulator.add_server(**{**SERVER, "hostId": "other"})
        code, _out, err = run(emulator, tmp_path, *arguments, **variables)
        assert code == 1
        assert sentence in err
        assert len(err.splitlines()) == 1
        assert not emulator.requests("create_workspace")


def test_a_workspace_of_the_same_name_is_not_touched(tmp_path):
    with emulate() as emulator:
        emulator.add_workspace(jobName="ansible-live-20260101T000000Z-abcdef-a")
        code, _out, err = run(emulator, tmp_path, "--run", "20260101T000000Z-abcdef")
        assert code == 1
        assert "it is not touched" in err
        assert {entry["call"] for entry in emulator.requests()} == {"list_workspaces"}


def test_an_existing_report_is_not_overwritten(tmp_path):
    (tmp_path / "mine.md").write_text("mine", encoding="utf-8")
    with emulate() as emulator:
        assert run(emulator, tmp_path, "--report", "mine.md")[0] == 1
        assert not emulator.requests("create_workspace")
    assert report_of(tmp_path) == "mine"


def test_plan(tmp_path):
    with emulate() as emulator:
        code, out, _err = run(emulator, tmp_path, "--plan", "--server", "web-1", "--fill-server")
        assert code == 0
        assert not emulator.requests()
    assert re.search("create the workspaces ansible-live-\\S+-b and ansible-live-\\S+-a in region kr", out)
    assert "on the server web-1 until no slot is free" in out
    assert not list(tmp_path.iterdir())


def test_names_are_told_before_anything_is_created(tmp_path):
    with emulate(latency_ms=20) as emulator:
        _code, out, _err = run(emulator, tmp_path)
        name = json.loads(emulator.requests("create_workspace")[0]["body"])["jobName"]
        lines = out.splitlines()
    assert "creating workspace %s" % name in lines
    assert lines.index("creating workspace %s" % name) < lines.index("Create a workspace: accepted")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["Create a workspace", "creating collection target", "A good exporter"])
def test_interrupted(tmp_path, number, moment):
    with emulate(latency_ms=20) as emulator:
        emulator.add_server(**SERVER)
        running = start(emulator, tmp_path, "--server", "web-1")
        while moment not in running.stdout.readline():
            assert running.poll() is None
        running.send_signal(number)
        running.send_signal(number)
        code, out, err = end(running)
        assert (code, err) == (130, "")
        assert "interrupted: deleting what was created" in out
        assert emulator.requests("create_workspace")
        assert is_clean(emulator)
    assert "The run was interrupted here." in report_of(tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".md"]


def test_interrupted_while_nobody_reads(tmp_path):
    with emulate(latency_ms=20) as emulator:
        running = start(emulator, tmp_path)
        while "Create a workspace" not in running.stdout.readline():
            pass
        running.stdout.close()
        running.stderr.close()
        running.send_signal(signal.SIGINT)
        assert running.wait(120) == 130
        assert is_clean(emulator)


def test_the_process_that_started_it_ends(tmp_path):
    with emulate(latency_ms=300) as emulator, subprocess.Popen(["sleep", "300"]) as starter:
        running = start(emulator, tmp_path, "--while-pid", str(starter.pid))
        while "Create a workspace" not in running.stdout.readline():
            pass
        starter.kill()
        starter.wait()
        assert end(running)[0] == 130
        assert is_clean(emulator)


def test_killed_and_cleaned_later(tmp_path):
    with emulate(latency_ms=20) as emulator:
        emulator.add_server(**SERVER)
        running = start(emulator, tmp_path, "--server", "web-1")
        while "creating collection target" not in running.stdout.readline():
            pass
        running.kill()
        running.communicate()
        assert not is_clean(emulator)
        emulator.add_workspace(jobName="production")
        (state,) = tmp_path.glob("*.state")
        assert KEY not in state.read_text(encoding="utf-8")
        assert run(emulator, tmp_path, "--clean", str(state))[0] == 0
        assert [workspace["jobName"] for workspace in emulator.state["workspaces"]] == ["production"]
        assert not emulator.state["targets"]
        assert not state.exists()


@pytest.mark.parametrize("fault", [{"drop_after": True}, {"refuse_committed": -50000}, {"late_commit": 0.1}])
@pytest.mark.parametrize("call", ["create_workspace", "create_target"])
def test_created_although_the_answer_did_not_say_so(tmp_path, fault, call):
    with emulate(faults=[{"call": call, "times": 2, **fault}]) as emulator:
        emulator.add_server(**SERVER)
        run(emulator, tmp_path, "--server", "web-1", "--patience", "1")
        assert is_clean(emulator)
    assert not list(tmp_path.glob("*.state"))


def test_a_delete_that_fails(tmp_path):
    with emulate(faults=[{"call": "delete_workspace", "status": 503}]) as emulator:
        code, out, err = run(emulator, tmp_path)
        assert code == 1
        (state,) = tmp_path.glob("*.state")
        names = [workspace["jobName"] for workspace in emulator.state["workspaces"]]
        assert len(names) == 2
        for name in names:
            assert "live: not deleted: workspace %s" % name in err
        assert "Delete it later with --clean %s" % state.name in err
        assert "Not all that it made was deleted." in report_of(tmp_path)
        assert "the report is" in out
        emulator.faults([])
        assert run(emulator, tmp_path, "--clean", state.name)[0] == 0
        assert is_clean(emulator)
    assert len(rows_of(report_of(tmp_path))) > 10


def test_a_delete_that_fails_once(tmp_path):
    with emulate(faults=[{"call": "delete_workspace", "status": 503, "times": 2}]) as emulator:
        assert run(emulator, tmp_path)[0] == 0
        assert is_clean(emulator)


@pytest.mark.parametrize(
    "fault",
    [
        {"call": "get_workspace", "html": True},
        {"call": "create_workspace", "after": 1, "body": "[]"},
        {"call": "list_targets", "mutate": {"set": {"body": 5}}},
        {"call": "list_workspaces", "after": 2, "mutate": {"set": {"body": [5, {"jobName": None}]}}},
        {"call": "update_workspace", "drop": True},
        {"call": "*", "after": 8, "probability": 0.5, "status": 429},
    ],
)
def test_strange_answers_end_no_run(tmp_path, fault):
    with emulate(faults=[fault]) as emulator:
        emulator.add_server(**SERVER)
        run(emulator, tmp_path, "--server", "web-1")
        text = report_of(tmp_path)
        assert "requests were sent" in text
        if fault.get("status") == 429:
            assert "were refused for a limit of rate, first with: refused: HTTP 429" in text
        emulator.faults([])
        for state in tmp_path.glob("*.state"):
            assert run(emulator, tmp_path, "--clean", state.name)[0] == 0
        assert is_clean(emulator) or fault["call"] == "list_workspaces"


def test_sweep(tmp_path):
    hour = 3600
    with emulate(reserved=["@Linux"]) as emulator:
        for name, description in (
            ("ansible-live-%s-abcdef-a" % stamp(2 * hour), settings.DESCRIPTION),
            ("ansible-live-%s-abcdef-b" % stamp(2 * hour), None),
            ("ansible-live-%s-abcdef-b" % stamp(0.5 * hour), settings.DESCRIPTION),
            ("ansible-live-%s-012345-a" % stamp(2 * hour), "somebody's own"),
            ("ansible-live-mine", settings.DESCRIPTION),
            ("production", settings.DESCRIPTION),
        ):
            emulator.add_workspace(jobName=name, description=description)
        code, out, _err = run(emulator, tmp_path, "--sweep")
        assert code == 0
        assert out.endswith("2 workspace(s) deleted\n")
        assert len(emulator.state["workspaces"]) == 5
        assert not [w for w in emulator.state["workspaces"] if "abcdef-a" in w["jobName"]]


def stamp(age: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - age))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"jobName": "ansible-live-20260101T000000Z-abcdef-a"}, True),
        ({"jobName": "ansible-live-20269901T000000Z-abcdef-a"}, False),
        ({"jobName": "ansible-live-20260101T000000Z-abcdef-a-more"}, False),
        ({"jobName": "ansible-live-20260101T000000Z-abcdef-a", "reservedJobCd": "LINUX"}, False),
        ({"jobName": None}, False),
        ({}, False),
    ],
)
def test_leftovers(record, expected):
    assert cleanup.is_leftover(record, time.time() + 365 * 86400) is expected


def test_redactor():
    redactor = redact.Redactor()
    redactor.learn({"body": [{"hostNm": "web", "svrIp": "10.0.0.5"}, {"hostNm": "id", "hostId": "web-2"}]})
    assert redactor.text("web at 10.0.0.5:9100, webserver, web-2, web") == (
        "<hostname-1> at <address-1>:9100, webserver, <host-id-1>, <hostname-1>"
    )
    assert redactor.text("10.9.9.9 fe80::1 [2001:db8::5]:80 1.2.3") == (
        "<address-2> <address-3> [<address-4>]:80 1.2.3"
    )
    assert redactor.text("Thu, 26 Nov 2026 02:44:15 GMT 2026-11-26T02:44:15") == (
        "Thu, 26 Nov 2026 02:44:15 GMT 2026-11-26T02:44:15"
    )
    assert redactor.text("0C1D5F0E-0000-4000-8000-0123456789AB") == "<uuid-1>"
    assert redactor.labels({"__name__": "up", "job": "web", "release": "5.1"}) == (
        '{"__name__": "up", "job": "<hostname-1>", "release": "<text-1>"}'
    )


class Exporter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        good = self.path == "/metrics" and self.server.good
        body = b"queue_length 0\n"
        self.send_response(200 if good else 404 if self.server.good else 503)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def exporters():
    """Ports of one that works, and of one that answers 503."""
    running = []
    for good in (True, False):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
        server.good = good
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
    yield [str(server.server_address[1]) for server in running]
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(not shutil.which("prometheus"), reason="needs prometheus")
def test_with_real_collections(tmp_path, exporters):
    good, unavailable = exporters
    with Emulator(prometheus="prometheus") as emulator:
        emulator.add_server(**{**SERVER, "svrIp": "127.0.0.1"})
        ports = ["--good-port", good, "--unavailable-port", unavailable, "--dead-port", "1"]
        code, _out, err = run(emulator, tmp_path, "--server", "web-1", "--patience", "30", *ports)
        assert (code, err) == (0, "")
        assert is_clean(emulator)
    text = report_of(tmp_path)
    rows = {question: finding for question, (finding, _raw) in rows_of(text).items()}
    assert rows["A fresh target"] == "resultCd null, failReason null, mntrnStatCd null"
    assert rows["A good exporter"] == "resultCd 0, failReason null, mntrnStatCd null"
    assert "connection refused" in rows["A port on which nothing listens"]
    assert "404" in rows["An exporter that answers 404"]
    assert "503" in rows["An exporter that answers 503"]
    assert rows["PromQL by POST with a form"] == "HTTP 200, success"
    assert rows["PromQL by POST with JSON"].startswith("HTTP 400, error")
    assert rows["Labels of a target's series"] == (
        "instance is the address:port; job is the workspace; nodename is the host name; "
        "openmetrics_id is the target id; others: __name__"
    )
    assert "127.0.0.1" not in text
