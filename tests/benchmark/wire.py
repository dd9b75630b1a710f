# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limit of the wire: the same writes by plain requests over keep-alive connections, and nothing else.

Run in a process of its own: python3 wire.py WORKERS HOSTS
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

ROOT = f"{os.environ['NHNCLOUD_SYSMON_API_URL']}/v1.0/projects/{os.environ['NHNCLOUD_SYSMON_PROJECT_ID']}"
HEADERS = {
    "X-TC-APP-KEY": os.environ["NHNCLOUD_SYSMON_APP_KEY"],
    "X-SYSMON-REGION": os.environ["NHNCLOUD_SYSMON_REGION"],
}


def main(workers: int, count: int) -> int:
    """Read once, and write once for each server."""
    session = requests.Session()
    session.headers.update(HEADERS)
    record = {"jobName": "benchmark", "metricsPath": "/metrics"}
    workspace = session.post(f"{ROOT}/jobs", json=record, timeout=30).json()["body"]["jobId"]
    servers = session.get(f"{ROOT}/servers", timeout=30).json()["body"][:count]
    local = threading.local()

    def register(server: dict) -> bool:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.headers.update(HEADERS)
        record = {"hostId": server["hostId"], "port": 9100}
        answer = local.session.post(f"{ROOT}/jobs/{workspace}/targets", json=record, timeout=30)
        return answer.json()["header"]["isSuccessful"]

    with ThreadPoolExecutor(workers) as pool:
        return int(not all(pool.map(register, servers)))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
