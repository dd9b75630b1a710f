# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``emulator ... -- COMMAND``: the command's variables, its exit code, and that nothing is left on any path."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import process

COLLECTIONS = Path(process.HERE).parents[3].parent
MODULE = "ansible_collections.nhncloud.sysmon.tests.emulator"
ASK = """
import json, os, sys, urllib.request
names = ["API_URL", "APP_KEY", "PROJECT_ID", "REGION"]
url, key, project, region = (os.environ["NHNCLOUD_SYSMON_" + name] for name in names)
headers = {"X-TC-APP-KEY": key, "X-SYSMON-REGION": region}
with urllib.request.urlopen(urllib.request.Request(url + "/v1.0/projects/%s/servers" % project, headers=headers)) as answer:
    print(len(json.load(answer)["body"]))
"""


@pytest.fixture
def leaves_nothing(tmp_path):
    """Every process of a test has a mark in its environment: none may be left."""
    mark = "EMULATOR_TEST_MARK=%s" % tmp_path
    yield mark
    deadline = time.monotonic() + 5
    while marked(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = marked(mark)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


@pytest.fixture
def start(leaves_nothing, tmp_path):
    def start(*arguments, command=(), python=(sys.executable, process.HERE), **variables):
        words = [*python, "--ready-file", str(tmp_path / "ready"), *arguments, *command]
        name, _equals, value = leaves_nothing.partition("=")
        environment = {**os.environ, name: value, "TMPDIR": str(tmp_path), **variables}
        return subprocess.Popen(
            words,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Tests that run under nohup would have it ignore SIGHUP.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    yield start
    assert not (tmp_path / "ready").exists()
    assert not list(tmp_path.glob("sysmon-prometheus-*"))


def marked(mark: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def end(running, timeout=25):
    """(exit code, stdout, stderr)"""
    out, err = running.communicate(timeout=timeout)
    assert "Traceback" not in err
    return running.returncode, out, err


def python(code: str) -> list[str]:
    return ["--", sys.executable, "-c", code]


@pytest.mark.parametrize("run_as", [[sys.executable, process.HERE], [sys.executable, "-m", MODULE]])
def test_variables_and_nothing_else_on_stdout(start, run_as):
    running = start("--servers", "3", command=python(ASK), python=run_as, PYTHONPATH=str(COLLECTIONS))
    assert end(running) == (0, "3\n", "")


def test_first_key_and_project(start):
    code = "import os; print(os.environ['NHNCLOUD_SYSMON_APP_KEY'], os.environ['NHNCLOUD_SYSMON_PROJECT_ID'])"
    assert end(start("--app-key", "k=p,q", "--app-key", "l=r", command=python(code)))[1] == "k p\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", 0),
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", 137),
        ("import os; os.kill(os.getpid(), 15)", 143),
    ],
)
def test_exit_code(start, code, expected):
    assert end(start(command=python(code))) == (expected, "", "")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["/nowhere/program"], 127, "emulator: cannot run /nowhere/program: No such file or directory\n"),
        (["/dev"], 126, "emulator: cannot run /dev: Permission denied\n"),
    ],
)
def test_no_such_program(start, words, code, sentence):
    assert end(start(command=["--", *words])) == (code, "", sentence)


def test_no_word_after_the_dashes(start):
    code, _out, err = end(start("--"))
    assert (code, err.splitlines()[-1]) == (2, "emulator: error: a command is expected after --")


def test_options_of_the_command_are_its_own(start):
    assert end(start(command=["--", "echo", "--servers", "--", "x"])) == (0, "--servers -- x\n", "")


def test_input_of_the_command(start, tmp_path):
    with open(tmp_path / "input", "w", encoding="utf-8") as stream:
        stream.write("hello")
    done = subprocess.run(
        [sys.executable, process.HERE, "--", "cat"],
        stdin=open(tmp_path / "input", encoding="utf-8"),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.stdout == "hello"


LEAVING = {
    "child": "subprocess.Popen(['sleep', '300'])",
    "stubborn child": "subprocess.Popen(['sh', '-c', 'trap \"\" TERM; while :; do sleep 0.2; done'])",
    "daemon": "subprocess.Popen(['sh', '-c', 'setsid sleep 300 & exit'])",
    "daemon of a daemon": "subprocess.Popen(['setsid', 'sh', '-c', 'setsid sleep 300 & sleep 300'])",
}


@pytest.mark.parametrize("left", LEAVING.values(), ids=LEAVING)
def test_what_it_leaves_running_is_ended(start, left):
    code = "import subprocess, time; %s; time.sleep(0.3); raise SystemExit(5)" % left
    assert end(start(command=python(code))) == (5, "", "")


def test_ended_daemons_are_gone_for_the_command(start):
    """It becomes our child, and would stay as a zombie that ``kill -0`` finds."""
    code = (
        "pid=$(sh -c 'sleep 0.5 >/dev/null & echo $!'); while kill -0 $pid 2>/dev/null; do sleep 0.1; done; echo gone"
    )
    assert end(start(command=["--", "sh", "-c", code])) == (0, "gone\n", "")


WAITING = "import sys, time; print('ready', flush=True); time.sleep(300)"
CLEANING = """
import signal, sys, time
def end(number, frame):
    print('cleaned up', number, flush=True); sys.exit(3)
for number in (1, 2, 15): signal.signal(number, end)
print('ready', flush=True); time.sleep(300)
"""
STUBBORN = """
import signal, time
for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
print('ready', flush=True); time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize(("code", "expected"), [(WAITING, None), (CLEANING, 3)])
def test_signals_are_passed_on(start, number, code, expected):
    running = start("--servers", "1", command=python(code))
    assert running.stdout.readline() == "ready\n"
    running.send_signal(number)
    out, _err = running.communicate(timeout=20)
    if expected:
        assert (running.returncode, out) == (expected, "cleaned up %d\n" % number)
    else:
        assert running.returncode == 128 + number


def test_a_second_signal_ends_what_ignores_the_first(start):
    running = start(command=python(STUBBORN))
    assert running.stdout.readline() == "ready\n"
    running.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    assert end(running)[0] == 137


@pytest.mark.parametrize(("command", "code"), [([], 0), (["--", "echo", "started"], 143)])
@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3, 0.5])
def test_signals_while_it_starts(start, command, code, delay, tmp_path):
    """At whatever moment: while Python starts, while modules are imported, while Prometheus does not get ready."""
    prometheus = tmp_path / "prometheus"
    prometheus.write_text("#!/bin/sh\nexec sleep 300\n", encoding="utf-8")
    prometheus.chmod(0o755)
    running = start("--prometheus", str(prometheus), command=command)
    time.sleep(delay)
    running.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    result = end(running)
    assert result in ((code, "", ""), (-15, "", ""))  # -15: Python itself was not up yet
    assert time.monotonic() - begun < 5


def test_a_signal_while_a_file_is_read_that_nobody_writes(start, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    running = start("--servers-file", str(tmp_path / "fifo"))
    time.sleep(1)
    running.send_signal(signal.SIGTERM)
    assert end(running) == (0, "", "")


@pytest.mark.parametrize("command", [[], ["--", "echo", "started"]])
def test_start_limit(start, command, tmp_path):
    prometheus = tmp_path / "prometheus"
    prometheus.write_text("#!/bin/sh\nexec sleep 300\n", encoding="utf-8")
    prometheus.chmod(0o755)
    begun = time.monotonic()
    code, out, err = end(start("--prometheus", str(prometheus), "--start-limit", "0.5", command=command))
    assert (code, out) == (1, "")
    assert err == "emulator: it was not ready after 0.5 seconds; --start-limit sets how long to wait\n"
    assert time.monotonic() - begun < 10


def test_it_does_not_run_the_command_when_it_cannot_start(start):
    code, out, err = end(start("--listen", "x", command=["--", "echo", "started"]))
    assert (code, out, len(err.splitlines())) == (1, "", 1)


def test_a_ready_file_of_an_earlier_run_is_removed_even_when_nothing_starts(start, tmp_path):
    (tmp_path / "ready").write_text("http://127.0.0.1:1\n", encoding="utf-8")
    assert end(start("--state", process.__file__))[0] == 1


@pytest.mark.skipif(not shutil.which("prometheus"), reason="needs prometheus")
def test_with_prometheus(start):
    code = ASK.replace('/v1.0/projects/%s/servers" % project', '/prometheus/api/v1/query?query=1"').replace(
        'len(json.load(answer)["body"])', 'json.load(answer)["status"]'
    )
    assert end(start("--prometheus", command=python(code))) == (0, "success\n", "")


TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def test_no_terminal_stops_it():
    """A command that reads from the terminal, as a question for a password does, gets its input."""
    code = "import getpass; print('got', getpass.getpass())"
    asking = [sys.executable, process.HERE, "--", sys.executable, "-W", "ignore", "-c", code]
    with subprocess.Popen(
        [sys.executable, "-c", TERMINAL, *asking], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        seen = b""
        while b"Password" not in seen:
            seen += running.stdout.read(1)
        out, _err = running.communicate(b"secret\n", timeout=20)
        assert b"got secret" in out
        assert running.returncode == 0
