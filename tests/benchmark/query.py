# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time and memory of queries: a million points against promtool and curl, and what one poll of 1,000 series costs.

The same real Prometheus answers all of them. *The collection itself* connects, asks, checks the answer and forms the
result, in a process of its own, as promtool and curl do; the tasks are whole runs of ansible-playbook.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from operator import sub, truediv
from pathlib import Path
from typing import Any

from table import Row, table

from ansible_collections.nhncloud.sysmon.tests.emulator import free_port

SERIES = POINTS = 1000
RUNS = 5
POLLS = 20
SLOW = ("a task with the default want", "a task of ansible.builtin.uri")
CLIENT = """
import json, sys
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import query_prometheus
options = json.loads(sys.argv[1])
answer = query_prometheus(connect_prometheus(options), options)
print(len(answer["result"]), sum(len(series["values"]) for series in answer["result"]))
"""


def run(_options: argparse.Namespace) -> list[Row]:
    """Medians of five, all ways in turn; the two tasks that return a million points run once."""
    root = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path(__file__).resolve().parents[5])
    end = int(time.time()) // 60 * 60
    with tempfile.TemporaryDirectory(prefix="sysmon-benchmark-") as name:
        folder = Path(name)
        backfill(folder, end)
        with prometheus(folder) as url:
            environment = {
                **os.environ,
                "ANSIBLE_COLLECTIONS_PATH": root,
                "PYTHONPATH": root,
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "NHNCLOUD_SYSMON_APP_KEY": "none",
                "NHNCLOUD_SYSMON_API_URL": url,
            }
            # First, while the last sample is not older than Prometheus looks back.
            polls = _polls(folder, url, environment)
            return [*polls, *_ranges(folder, url, end, environment)]


def _polls(folder: Path, url: str, environment: dict[str, str]) -> list[Row]:
    """What another poll costs, beyond the loop that it stands in."""
    found = "{{ query('nhncloud.sysmon.sysmon_query', 'load') | length }}"
    identities = [f"10.0.{number // 250}.{number % 250}" for number in range(SERIES)]
    tasks = {
        "a loop that asks nothing": {"ansible.builtin.debug": {"msg": "1000"}},
        "the lookup": {"ansible.builtin.debug": {"msg": found}},
        "sysmon_query_info": {"nhncloud.sysmon.sysmon_query_info": {"query": "load"}},
        "sysmon_query_info, want: value": {
            "nhncloud.sysmon.sysmon_query_info": {"query": "count(load)", "want": ["value"]}
        },
        "sysmon_wait, as many identities": {
            "nhncloud.sysmon.sysmon_wait": {"query": "load", "above": -1, "max_age": 300, "identities": identities}
        },
    }
    each = {}
    for what, task in tasks.items():
        walls = [
            measure(playbook(folder, "poll", {**task, "loop": f"{{{{ range({count}) | list }}}}"}), 3, environment)[0]
            for count in (1, 1 + POLLS)
        ]
        each[what] = (walls[1] - walls[0]) / POLLS * 1000
    curl, _memory = measure(curl_command(f"{url}/prometheus/api/v1/query?query=load"), RUNS, environment)
    rows = [[what, f"{cost:.0f}"] for what, cost in each.items()]
    table(
        f"One more poll of {SERIES:,} series",
        ["how", "ms"],
        [["curl, a process of its own", f"{curl * 1000:.0f}"], *rows],
    )
    nothing = each.pop("a loop that asks nothing")
    return [
        Row(f"a poll of {SERIES:,} series by {what}", cost, "the same loop without it", nothing, unit="ms")
        for what, cost in each.items()
    ]


def _ranges(folder: Path, url: str, end: int, environment: dict[str, str]) -> list[Row]:
    found: dict[str, list[tuple[float, int]]] = {}
    for turn in range(RUNS):
        for what, command in commands(folder, url, end - 60 * (POINTS - 1), end).items():
            if turn == 0 or what not in SLOW:
                found.setdefault(what, []).append(measure(command, 1, environment))
    rows = [
        [what, f"{statistics.median(wall for wall, _memory in costs):.2f}", max(memory for _wall, memory in costs)]
        for what, costs in found.items()
    ]
    table(f"{SERIES:,} series with {POINTS:,} points each", ["what", "wall, s", "memory, MiB"], rows)
    walls = {what: [wall for wall, _memory in costs] for what, costs in found.items()}
    promtool = statistics.median(walls["promtool query range"])
    times = statistics.median(map(truediv, walls["the collection itself"], walls["promtool query range"]))
    json_over = statistics.median(map(sub, walls["a task with want: json"], walls["an empty play"]))
    return [
        Row("a million points: the collection itself", times * promtool, "promtool", promtool, promtool),
        Row("a million points: a task with want: json, over an empty play", json_over, "promtool", promtool, 4.0),
    ]


def backfill(folder: Path, end: int) -> None:
    """Blocks of a gauge with a sample a minute."""
    with open(folder / "samples", "w", encoding="ascii") as file:
        file.write("# TYPE load gauge\n")
        for number in range(SERIES):
            labels = f'instance="10.0.{number // 250}.{number % 250}:9100",job="shop",nodename="host-{number:05}"'
            for point in range(POINTS):
                value = (number * 7919 + point * 104729) % 100000 / 1000
                file.write(f"load{{{labels}}} {value} {end - 60 * (POINTS - 1 - point)}\n")
        file.write("# EOF\n")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    subprocess.run([*command, folder / "samples", folder / "data"], check=True)


@contextmanager
def prometheus(folder: Path):
    """A Prometheus under /prometheus, as the collection wants it."""
    (folder / "config").write_text("global: {}\n", encoding="ascii")
    command = ["prometheus", f"--config.file={folder}/config", f"--storage.tsdb.path={folder}/data"]
    address = f"127.0.0.1:{free_port()}"
    command += [f"--web.listen-address={address}", "--web.external-url=http://127.0.0.1/prometheus"]
    command += ["--storage.tsdb.retention.time=10y"]
    with open(folder / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            log = (folder / "log").read_text(encoding="utf-8")
            if "Server is ready" in log:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"Prometheus does not start: {log}")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def measure(command: list[str], runs: int, environment: dict[str, str]) -> tuple[float, int]:
    """Median seconds, and the most memory in MiB of the process and its children."""
    seconds, memory = [], 0
    for _run in range(runs):
        with tempfile.TemporaryFile() as output:
            started = time.monotonic()
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds.append(time.monotonic() - started)
            memory = max(memory, usage.ru_maxrss // 1024)
            if status:
                output.seek(0)
                sys.exit(f"{command[0]} failed: {output.read(2000)!r}")
    return statistics.median(seconds), memory


def playbook(folder: Path, name: str, *tasks: dict[str, Any]) -> list[str]:
    """The command of a playbook with these tasks, their answers registered."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{**task, "register": "answer"} for task in tasks]}
    path = folder / f"{name}.yml"
    path.write_text(json.dumps([play]), encoding="ascii")
    return [str(Path(sys.executable).parent / "ansible-playbook"), str(path)]


def curl_command(url: str, *options: str) -> list[str]:
    """Ask and throw away."""
    return ["curl", "--silent", "--fail", *options, "--output", "/dev/null", url]


def commands(folder: Path, url: str, start: int, end: int) -> dict[str, list[str]]:
    """What is compared."""
    plain = f"{url}/prometheus/api/v1/query_range?query=load&start={start}&end={end}&step=60"
    options = {"query": "load", "start": str(start), "end": str(end), "step": "60", "timeout": 60}
    tool = ["promtool", "query", "range", f"--start={start}", f"--end={end}", "--step=60s"]
    itself = {**options, "app_key": "none", "api_url": url, "retries": 0}
    module = "nhncloud.sysmon.sysmon_query_info"
    return {
        "promtool query range": [*tool, f"{url}/prometheus", "load"],
        "curl": curl_command(plain),
        "curl --compressed": curl_command(plain, "--compressed"),
        "the collection itself": [sys.executable, "-c", CLIENT, json.dumps(itself)],
        "an empty play": playbook(folder, "empty"),
        "a task with want: json": playbook(folder, "json", {module: {**options, "want": ["json"]}}),
        "a task with the default want": playbook(folder, "default", {module: options}),
        "a task of ansible.builtin.uri": playbook(
            folder, "uri", {"ansible.builtin.uri": {"url": plain, "timeout": 60}}
        ),
    }
