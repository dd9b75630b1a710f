# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export as file_sd: a Prometheus of one's own has the same series of ``up`` as the service's."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
import urllib.parse
import urllib.request

import pytest
from conftest import until

pytestmark = pytest.mark.skipif(not shutil.which("prometheus"), reason="Prometheus is not installed")


@pytest.fixture
def exporter():
    """An exporter with a page of its own path; its port."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            found = self.path == "/odd/metrics"
            body = b"shop_orders 1\n" if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):  # pylint: disable=arguments-differ
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ups(url, **headers):
    """The labels and the value of each series of up."""
    request = urllib.request.Request(
        f"{url}/prometheus/api/v1/query?{urllib.parse.urlencode({'query': 'up'})}", headers=headers
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            result = json.load(answer)["data"]["result"]
    except OSError:
        return []
    return sorted((sorted(each["metric"].items()), each["value"][1]) for each in result)


def test_the_same_series_of_up(play, emulate, exporter, prometheus):
    emulator = emulate(servers=0, prometheus="prometheus")
    job = emulator.add_workspace(jobName="shop", metricsPath="/odd/metrics")["jobId"]
    hosts = [("web-1", "127.0.0.1", exporter), ("web-2", "127.0.0.2", exporter), ("탭\t\"'\\{{", "127.0.0.3", 1)]
    for name, address, port in hosts:
        server = emulator.add_server(hostNm=name, svrIp=address)
        emulator.add_target(jobId=job, port=port, **{key: server[key] for key in ("hostId", "hostNm", "svrIp")})
    assert play(emulator, "nhncloud.sysmon.export", export_workspace="shop", export_file_sd="shop.json").code == 0
    discovery = {"job_name": "own", "file_sd_configs": [{"files": [str(play.folder / "shop.json")]}]}
    url, _process = prometheus({"global": {"scrape_interval": "1s"}, "scrape_configs": [discovery]})

    def of_both():
        service = ups(emulator.url, **{"X-TC-APP-KEY": emulator.app_key})
        own = ups(url)
        return (service, own) if len(service) == len(own) == len(hosts) else None

    service, own = until(of_both, "both have all series")
    assert own == service
    assert [value for _labels, value in own].count("1") == 2
