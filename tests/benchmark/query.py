# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time and memory of a range query with many points, against promtool and curl. Prints a Markdown table.

The same real Prometheus answers all of them. The rows of the collection are what it does itself (connect, ask, check
the answer, form the result) and whole tasks. A task of ansible.builtin.uri that fetches the same answer shows what of
it is ansible-core's: it walks through every sample several times on its way into a variable.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

CLIENT = """
import json, sys
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import ask
options = json.loads(sys.argv[1])
answer = ask(connect_prometheus(options), options)
print(len(answer["result"]), sum(len(series["values"]) for series in answer["result"]))
"""


def backfill(folder: Path, series: int, points: int, end: int) -> None:
    """Blocks of a gauge with a sample a minute."""
    with open(folder / "samples", "w", encoding="ascii") as file:
        file.write("# TYPE load gauge\n")
        for number in range(series):
            labels = f'instance="10.0.{number // 250}.{number % 250}:9100",job="shop",nodename="host-{number:05}"'
            for point in range(points):
                value = (number * 7919 + point * 104729) % 100000 / 1000
                file.write(f"load{{{labels}}} {value} {end - 60 * (points - 1 - point)}\n")
        file.write("# EOF\n")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    subprocess.run([*command, folder / "samples", folder / "data"], check=True)


@contextmanager
def prometheus(folder: Path):
    """A Prometheus under /prometheus, as the collection wants it."""
    (folder / "config").write_text("global: {}\n", encoding="ascii")
    command = ["prometheus", f"--config.file={folder}/config", f"--storage.tsdb.path={folder}/data"]
    command += ["--web.listen-address=127.0.0.1:0", "--web.external-url=http://127.0.0.1/prometheus"]
    command += ["--storage.tsdb.retention.time=10y"]
    with open(folder / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            log = (folder / "log").read_text(encoding="utf-8")
            found = re.search(r'msg="Listening on".*address=(\S+)', log)
            if found and "Server is ready" in log:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"Prometheus does not start: {log}")
        yield f"http://{found.group(1)}"
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


def playbook(folder: Path, name: str, task: dict[str, object]) -> list[str]:
    """The command of a playbook with one task, its answer registered."""
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [{**task, "register": "answer"}]}]
    (folder / f"{name}.yml").write_text(json.dumps(play), encoding="ascii")
    interpreter = f"ansible_python_interpreter={sys.executable}"
    return [sys.executable, "-m", "ansible", "playbook", str(folder / f"{name}.yml"), "-e", interpreter]


def commands(folder: Path, url: str, start: int, end: int) -> dict[str, list[str]]:
    """What is compared."""
    plain = f"{url}/prometheus/api/v1/query_range?query=load&start={start}&end={end}&step=60"
    options = {"query": "load", "start": str(start), "end": str(end), "step": "60", "app_key": "none", "api_url": url}
    tool = ["promtool", "query", "range", f"--start={start}", f"--end={end}", "--step=60s"]
    defaults = {"timeout": 60, "retries": 0}
    return {
        "promtool query range": [*tool, f"{url}/prometheus", "load"],
        "curl": ["curl", "--silent", "--fail", "--output", "/dev/null", plain],
        "curl --compressed": ["curl", "--silent", "--fail", "--compressed", "--output", "/dev/null", plain],
        "the collection itself": [sys.executable, "-c", CLIENT, json.dumps({**options, **defaults})],
        "task of sysmon_query_info": playbook(folder, "query", {"nhncloud.sysmon.sysmon_query_info": options}),
        "task of ansible.builtin.uri": playbook(folder, "uri", {"ansible.builtin.uri": {"url": plain, "timeout": 60}}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5, help="of the fast ones; tasks run once")
    arguments = parser.parse_args()
    root = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path(__file__).resolve().parents[5])
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": root, "PYTHONPATH": root}
    end = int(time.time()) // 60 * 60 - 60
    start = end - 60 * (arguments.points - 1)
    with tempfile.TemporaryDirectory(prefix="sysmon-benchmark-") as name:
        folder = Path(name)
        backfill(folder, arguments.series, arguments.points, end)
        with prometheus(folder) as url:
            print(f"{arguments.series:,} series x {arguments.points:,} points\n")
            print("| | seconds | MiB |\n| --- | ---: | ---: |")
            measured = {}
            for what, command in commands(folder, url, start, end).items():
                runs = 1 if what.startswith("task") else arguments.runs
                measured[what], memory = measure(command, runs, environment)
                print(f"| {what} | {measured[what]:.2f} | {memory} |", flush=True)
    times = measured["the collection itself"] / measured["promtool query range"]
    print(f"\nThe collection itself takes {times:.2f} times as long as promtool; 2 is the bound.")
    sys.exit(times > 2)


if __name__ == "__main__":
    main()
