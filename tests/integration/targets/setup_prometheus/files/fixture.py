# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real Prometheus that scrapes real node_exporters, one target that is down, and series with odd labels and values.

usage: fixture.py READY_FILE

Writes {"url": ..., "port": ..., "pids": {"web-1": ...}, "altered": ..., "native_histograms": ...} to READY_FILE once
everything has been scraped for a while, and ends on SIGTERM. Prometheus has native histograms since 2.40.
The workspace "shop" has the node_exporters 127.0.0.11 to 13, and 127.0.0.14, where nothing listens; all at `port`.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from altered import Altered, serve

STARTED = time.time()
HOSTS = {"web-1": "127.0.0.11", "web-2": "127.0.0.12", "web-3": "127.0.0.13"}
DOWN = {"web-4": "127.0.0.14"}

TEXT = r"""
# HELP odd_value Werte, die JSON nicht kennt: 가나다
# TYPE odd_value gauge
odd_value{kind="nan"} NaN
odd_value{kind="inf"} +Inf
odd_value{kind="negative_inf"} -Inf
odd_value{kind="tiny"} 5e-324
odd_value{kind="huge"} 1.7976931348623157e+308
odd_value{kind="negative_zero"} -0
# TYPE odd_label gauge
odd_label{quote="a\"b",backslash="c\\d",newline="e\nf",korean="가나다",face="😀",signs="x&y=z#?%+;",brace="{}[]"} 1
odd_label{empty="",slash="/a/../b",template="{{ 1 + 1 }}",blank=" "} 2
# HELP seconds How long requests take.
# TYPE seconds histogram
seconds_bucket{le="0.1"} 5
seconds_bucket{le="1"} 8
seconds_bucket{le="+Inf"} 9
seconds_sum 4.5
seconds_count 9
# TYPE pause summary
pause{quantile="0.5"} 0.01
pause{quantile="0.99"} NaN
pause_sum 1
pause_count 2
# HELP http_requests_total Requests by status.
# TYPE http_requests_total counter
http_requests_total{code="200"} GOOD
http_requests_total{code="500"} BAD
"""


def varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def native_histogram() -> bytes:
    """A MetricFamily of prometheus/client_model with one native histogram: only protobuf can say it."""
    histogram = varint(1 << 3) + varint(12)  # sample_count
    histogram += varint(2 << 3 | 1) + struct.pack("<d", 18.4)  # sample_sum
    histogram += varint(5 << 3) + zigzag(1)  # schema
    histogram += varint(6 << 3 | 1) + struct.pack("<d", 0.001)  # zero_threshold
    histogram += varint(7 << 3) + varint(2)  # zero_count
    histogram += field(12, varint(1 << 3) + zigzag(0) + varint(2 << 3) + varint(2))  # positive_span
    histogram += varint(13 << 3) + zigzag(4) + varint(13 << 3) + zigzag(2)  # positive_delta: 4, then 4 + 2
    family = field(1, b"native_seconds") + field(2, b"A native histogram.") + varint(3 << 3) + varint(4)
    family += field(4, field(1, field(1, b"path") + field(2, b"/")) + field(7, histogram))
    return varint(len(family)) + family


class Exporter(http.server.BaseHTTPRequestHandler):
    """Series that node_exporter does not have."""

    def do_GET(self) -> None:
        age = time.time() - STARTED
        if self.path == "/native" and "protobuf" in self.headers["Accept"]:
            kind = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            body = native_histogram()
        else:
            kind = "text/plain; version=0.0.4"
            text = TEXT.replace("GOOD", str(int(age * 95))).replace("BAD", str(int(age * 5)))
            body = b"" if self.path == "/native" else text.lstrip().encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


def free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def scrape(job: str, addresses: dict[str, str], port: int, path: str = "/metrics") -> dict[str, object]:
    groups = [{"targets": [f"{address}:{port}"], "labels": {"nodename": name}} for name, address in addresses.items()]
    return {"job_name": job, "metrics_path": path, "static_configs": groups}


def start_prometheus(folder: Path, port: int, exporter_port: int) -> tuple[subprocess.Popen, str]:
    config = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
        "scrape_configs": [
            scrape("shop", {**HOSTS, **DOWN}, port),
            scrape("fixture", {"fixture": "127.0.0.1"}, exporter_port),
            scrape("native", {"fixture": "127.0.0.1"}, exporter_port, "/native"),
        ],
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    command = ["prometheus", f"--config.file={folder}/config.json", f"--storage.tsdb.path={folder}/data"]
    address = f"127.0.0.1:{free_port('127.0.0.1')}"
    command += [f"--web.listen-address={address}", "--enable-feature=native-histograms", "--query.max-samples=200000"]
    with open(folder / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    return process, f"http://{address}"


def version() -> tuple[int, ...]:
    """The major and the minor version of Prometheus."""
    told = subprocess.run(
        ["prometheus", "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    return tuple(int(part) for part in re.findall(r"version (\d+)\.(\d+)", told.stdout)[0])


def scraped(url: str) -> bool:
    """Whether all that can be scraped has been so several times, and the counter can be rated."""
    query = "count(up == 1) == 5 and count(up == 0) == 1 and min(count_over_time(up[1m])) > 8"
    try:
        with urllib.request.urlopen(f"{url}/api/v1/query?query={query.replace(' ', '%20')}", timeout=5) as reply:
            return bool(json.load(reply)["data"]["result"])
    except OSError:
        return False


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
    folder, port, children, pids = Path(tempfile.mkdtemp(prefix="sysmon-prometheus-")), free_port("127.0.0.11"), [], {}
    exporter = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    try:
        for name, address in HOSTS.items():
            listen = ["prometheus-node-exporter", f"--web.listen-address={address}:{port}"]
            children.append(subprocess.Popen(listen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            pids[name] = children[-1].pid
        prometheus, url = start_prometheus(folder, port, exporter.server_port)
        children.append(prometheus)
        while not scraped(url):
            if time.time() - STARTED > 60:
                raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.2)
        ready = Path(sys.argv[1])
        content = {"url": url, "port": port, "pids": pids, "altered": serve(Altered, url)}
        content["native_histograms"] = version() >= (2, 40)
        ready.with_suffix(".new").write_text(json.dumps(content), encoding="utf-8")
        os.replace(ready.with_suffix(".new"), ready)
        signal.pause()
    finally:
        for child in children:
            child.kill()
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
