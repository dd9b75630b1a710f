# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers are recognised by, the probe of the exporter, and the verification of collection."""

from __future__ import annotations

import http.server
import json
import threading
from urllib.parse import parse_qs

import pytest


@pytest.fixture
def serve():
    """An HTTP server on a free port of the loopback that gives these pages; its port."""
    running = []

    def start(pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = pages.get(self.path)
                self.send_response(200 if page is not None else 404)
                self.send_header("Content-Type", "application/json" if self.path.endswith("json") else "text/plain")
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *_arguments):  # pylint: disable=arguments-differ
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server.server_port

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def answer(*samples):
    """Prometheus' answer to an instant query: pairs of instance and value."""
    result = [{"metric": {"instance": name}, "value": [1700000000, value]} for name, value in samples]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}})


def history(*samples):
    """Prometheus' answer to the samples with their own times: five seconds old."""
    result = [{"metric": {"instance": name}, "values": [[1699999995, value]]} for name, value in samples]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def test_health(ansible, hosts, apply, emulator, registered):
    """A host whose target is not collected fails with the service's reason, and stays registered."""
    good = ansible([apply({"register_targets_verify": "health"})], hosts(2))
    assert good.code == 0
    assert good.changed == 2

    broken = next(target["targetId"] for target in emulator.state["targets"] if target["hostNm"] == "host-00002")
    emulator.change("targets", broken, resultCd=7, failReason="HTTP status 503")
    short = {"register_targets_verify": "health", "register_targets_verify_timeout": 1}
    bad = ansible([apply(short)], hosts(3))
    assert bad.code != 0
    assert set(bad.failed) == {"web2"}
    assert "web2 port 9100: not collecting after 1 s: HTTP status 503" in bad.failed["web2"][0]
    assert bad.says("3 hosts: 3 are registered (1 changed), 0 failed, 1 not verified.")
    assert len(registered(emulator)) == 3

    emulator.clear()
    check = ansible([apply(short)], hosts(4), "--check")
    assert check.code == 0
    assert check.changed == 1
    assert len(emulator.requests("list_targets")) == 1


def test_query(ansible, hosts, apply, emulator):
    """One query for the whole batch; a sample above 0 of every target verifies it."""
    verify = {"register_targets_verify": "query", "register_targets_verify_timeout": 1}
    plays = [
        apply({**verify, "register_targets_verify_timeout": 2}, hosts="web1,web2"),
        apply({**verify, "register_targets_verify_query": 'up{job="shop"} * 2'}, hosts="web3,web4,web5,web6"),
        apply({**verify, "register_targets_verify_label": "job"}, hosts="web8", ignore_errors=True),
        apply(
            {**verify, "register_targets_verify_query": "sum(", "register_targets_workspace": "error"},
            hosts="web7,web1",
        ),
    ]
    samples = [
        ("10.0.0.1:9100", "1"),
        ("HOST-00002", "0.5"),
        ("10.0.0.3:9100", "0"),
        ("10.0.0.5", "1"),
        ("web6", "NaN"),
        ("web8", "1"),
    ]
    refusal = json.dumps({"status": "error", "errorType": "bad_data", "error": "unclosed left parenthesis"})
    emulator.faults(
        [
            {"call": "prometheus", "match": {"query": "sum%28"}, "status": 400, "body": refusal},
            {"call": "prometheus", "match": {"query": "300s"}, "body": history(*samples)},
            {"call": "prometheus", "times": 1, "body": answer(samples[0])},
            {"call": "prometheus", "body": answer(*samples)},
        ]
    )
    run = ansible(plays, hosts(8))
    assert run.code != 0
    assert set(run.failed) == {"web3", "web4", "web6", "web7", "web1", "web8"}
    assert "label job: It has no sample. Values of job seen: none. Set register" in run.failed["web8"][0]
    (reason,) = run.failed["web3"]
    assert 'web3 port 9100 is not verified after 1 s: up{job="shop"} * 2, label instance: Its value is 0.' in reason
    assert "label instance: It has no sample." in run.failed["web4"][0]
    assert "Values of instance seen: " in run.failed["web4"][0]
    assert "Its value is NaN." in run.failed["web6"][0]
    assert "The query failed: " in run.failed["web7"][0]
    assert run.failed["web7"][0].endswith("unclosed left parenthesis (bad_data).")
    assert run.says("4 hosts: 4 are registered (4 changed), 0 failed, 3 not verified.")
    asked = [entry["query"] + str(entry["body"]) for entry in emulator.requests("prometheus")]
    assert parse_qs(asked[0])["query"] == ['up{job="shop"}']
    assert "300s" in asked[1]
    assert any("%2A" in query for query in asked)
    assert len([query for query in asked if "sum" in query]) == 1


def test_probe(ansible, hosts, apply, emulator, registered, serve):
    port, wrong = serve({"/metrics": "up 1\n", "/shop": "up 1\n"}), serve({})
    web = hosts(4, register_targets_port=port)
    web["web2"]["register_targets_port"] = [port, wrong]
    web["web3"]["register_targets_port"] = 1
    common = {
        "register_targets_probe": "{{ inventory_hostname != 'web4' }}",
        "register_targets_probe_host": "127.0.0.1",
    }
    plays = [
        apply(common),
        apply({**common, "register_targets_metrics_path": "/shop"}, hosts="web1"),
    ]
    run = ansible(plays, web)
    assert run.code != 0
    assert registered(emulator) == [("shop", "host-00001", port), ("shop", "host-00004", port)]
    assert set(run.failed) == {"web2", "web3"}
    silent = "the exporter did not respond on the host itself. Port"
    assert run.failed["web2"][0].startswith(f"web2: {silent} {wrong}: Status code was 404")
    assert run.failed["web3"][0].startswith(f"web3: {silent} 1: ")
    assert "refused" in run.failed["web3"][0]
    emulator.clear()
    assert ansible([apply({**common, "register_targets_state": "absent"})], {"web3": web["web3"]}).code == 0


def test_matching(ansible, hosts, apply, emulator, registered, serve):
    servers = emulator.state["servers"]
    port = serve({"/meta_data.json": json.dumps({"uuid": servers[2]["instanceId"].upper()})})
    web = hosts(8)
    web["HOST-00001"] = web.pop("web1")
    web["web2"]["register_targets_identity"] = servers[1]["hostId"]
    web["web4"]["register_targets_identity"] = servers[3]["instanceId"]
    web["web5"]["register_targets_identity"] = ["10.77.0.1", "10.0.0.5"]
    web["web6"]["ansible_host"] = "floating.example"
    web["web7"].update(ansible_host="10.0.0.1")
    web["web8"]["register_targets_identity"] = "host-00008"
    identify = {
        "register_targets_match": "instance_id",
        "register_targets_metadata_url": f"http://127.0.0.1:{port}/meta_data.json",
    }
    # Facts as if they had been gathered: a host that is reached by another address than its own.
    facts = {
        "name": "Facts",
        "ansible.builtin.set_fact": {
            "all_ipv4_addresses": ["127.0.0.1", "172.31.0.9", "{{ '10.0.0.' ~ inventory_hostname[3:] }}"],
            "all_ipv6_addresses": ["::1", "fe80::1"],
            "cacheable": True,
        },
    }
    plays = [
        apply({"register_targets_match": "hostname"}, hosts="HOST-00001,web8"),
        apply({"register_targets_match": "host_id"}, hosts="web2"),
        apply(identify, hosts="web3,web4"),
        apply(hosts="web5"),
        apply(hosts="web6,web7", pre_tasks=[facts]),
        apply({"register_targets_match": "host_id"}, hosts="web3,web2"),
    ]
    run = ansible(plays, web)
    assert registered(emulator) == [("shop", f"host-0000{number}", 9100) for number in (1, 2, 3, 4, 5, 6, 8)]
    assert set(run.failed) == {"web3", "web7"}
    assert run.failed["web3"][0] == "web3: its host_id is not known: set register_targets_identity."
    (several,) = run.failed["web7"]
    assert "10.0.0.1" in several
    assert "10.0.0.7" in several
    assert "web7 port 9100" in several
