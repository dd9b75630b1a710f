# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Prometheus with samples of chosen ages, and exporters that can be killed.

usage: aged.py READY_FILE

Writes {"url": ..., "exporter": PID, "pids": {"slow-1": PID}, "port": ...} to READY_FILE, and ends on SIGTERM. The
exporter is scraped every second, as the job "live"; those of "pids" every minute, as the job "slow", and were up before.
No sample is in the future: Prometheus would then refuse those of the present.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SLOW = {"slow-1": "127.0.0.21", "slow-2": "127.0.0.22", "slow-3": "127.0.0.23"}
# Labels, and how old the last of five samples is.
AGES = {
    'job="aged",instance="10.0.0.1:9100"': 13,
    'job="aged",instance="10.0.0.2:9100"': 243,
    'job="aged",instance="10.0.0.3:9100"': 283,
    'job="fresh",instance="10.0.0.1:9100"': 13,
    'job="fresh",instance="[fd00::2]:9100",ip6="fd00::2",name="svc:80",number="17"': 20,
    # Each name is the beginning of the next.
    'job="prefix",instance="10.0.0.1:9100"': 13,
    'job="prefix",instance="10.0.0.10:9100"': 243,
    'job="prefix",instance="web:9100"': 243,
    'job="prefix",instance="web.example:9100"': 13,
    # Two exporters of a host, and the same twice. The old ones must not pass 300 s while the test runs.
    'job="double",instance="10.0.0.1:9100"': 13,
    'job="double",instance="10.0.0.1:9200"': 180,
    'job="double",instance="10.0.0.2:9100",copy="1"': 13,
    'job="double",instance="10.0.0.2:9100",copy="2"': 180,
    'job="odd",instance="{{ 1 + 1 }}"': 180,
    'job="odd",instance="a\\nb \u202e\x1b[31m"': 180,
    **{f'job="many",instance="10.1.{n // 250}.{n % 250}:9100"': 20 for n in range(1000)},
}


def open_metrics(now: int, port: int) -> str:
    lines = ["# TYPE up gauge"]
    slow = {f'job="slow",instance="{address}:{port}"': 20 for address in SLOW.values()}
    for labels, age in {**AGES, **slow}.items():
        lines += [f"up{{{labels}}} 1 {at}" for at in range(now - age - 240, now - age + 1, 60)]
    lines.append("# TYPE odd gauge")
    lines += [f'odd{{instance="{value}"}} {value} {now - 20}' for value in ("NaN", "+Inf", "-Inf", "-0", "5e-324")]
    return "\n".join([*lines, "# EOF", ""])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
    folder, port, children = Path(tempfile.mkdtemp(prefix="sysmon-aged-")), free_port(), []
    try:
        (folder / "metrics").write_text(open_metrics(int(time.time()), port), encoding="utf-8")
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "metrics", folder / "data"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        pids = {}
        for name, address in {"live": "127.0.0.1", **SLOW}.items():
            listen = ["prometheus-node-exporter", f"--web.listen-address={address}:{port}"]
            children.append(subprocess.Popen(listen, **quiet))
            pids[name] = children[-1].pid
        targets = {"live": ["127.0.0.1"], "slow": list(SLOW.values())}
        jobs = [
            {"job_name": name, "static_configs": [{"targets": [f"{address}:{port}" for address in addresses]}]}
            for name, addresses in targets.items()
        ]
        config = {
            "global": {"scrape_interval": "1s"},
            "scrape_configs": [jobs[0], {**jobs[1], "scrape_interval": "1m"}],
        }
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        command = ["prometheus", f"--config.file={folder}/config.json", f"--storage.tsdb.path={folder}/data"]
        address = f"127.0.0.1:{free_port()}"
        command += [f"--web.listen-address={address}", "--web.route-prefix=/prometheus"]
        with open(folder / "log", "w", encoding="utf-8") as log:
            children.append(subprocess.Popen(command, stdout=log, stderr=log))
        ready = Path(sys.argv[1])
        text = json.dumps(
            {"url": answering(address, folder / "log"), "exporter": pids.pop("live"), "pids": pids, "port": port}
        )
        ready.with_suffix(".new").write_text(text, encoding="utf-8")
        os.replace(ready.with_suffix(".new"), ready)
        signal.pause()
    finally:
        for child in children:
            child.kill()
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)


def answering(address: str, log: Path) -> str:
    """The URL, once a query is answered."""
    for _attempt in range(300):
        time.sleep(0.1)
        try:
            with urllib.request.urlopen(f"http://{address}/prometheus/api/v1/query?query=up", timeout=5) as reply:
                if reply.status == 200:
                    return f"http://{address}"
        except OSError:
            pass
    raise RuntimeError(log.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
