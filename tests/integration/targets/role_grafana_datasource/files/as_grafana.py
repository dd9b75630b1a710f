# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read provisioning files as Grafana does, and send what its Save & test, its explorer and its dashboards send.

usage: as_grafana.py PROVISIONING_FILE [DASHBOARD]

Prints for each data source, by its name, the answers as {"call": {"status": ..., "data": ...}} and, for a dashboard,
the series of each panel.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import jsonschema
import requests
import yaml

SCHEMA = Path(__file__).with_name("provisioning.schema.json")


def expanded(value):
    """Grafana's variables in values: $$ is a dollar, all else would be taken from its environment, which is empty."""
    if isinstance(value, dict):
        return {key: expanded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [expanded(item) for item in value]
    if not isinstance(value, str):
        return value
    parts = value.split("$$")
    return "$".join(re.sub(r"\$(\w+|\{\w+\})", "", part) for part in parts)


def read(path: str) -> dict:
    raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    content = expanded(raw)
    for document in (raw, content):
        jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return content


class DataSource:
    """The proxy of Grafana in front of a Prometheus."""

    def __init__(self, source: dict):
        settings, secrets = source["jsonData"], source["secureJsonData"]
        self.url = source["url"]
        self.post = settings["httpMethod"] == "POST"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = not settings.get("tlsSkipVerify", False)
        for number in (key[len("httpHeaderName") :] for key in settings if key.startswith("httpHeaderName")):
            # Go writes every header with a capital after each hyphen only.
            name = settings[f"httpHeaderName{number}"].title()
            self.session.headers[name] = secrets[f"httpHeaderValue{number}"]

    def send(self, method: str, path: str, **parameters: object) -> dict:
        place = "data" if method == "POST" else "params"
        reply = self.session.request(method, self.url + path, timeout=30, **{place: parameters})
        kind = reply.headers.get("Content-Type", "")
        data = reply.json().get("data") if "json" in kind and reply.ok else None
        return {"status": reply.status_code, "data": data}

    def resource(self, path: str, **parameters: object) -> dict:
        """What may go by POST, as it is configured."""
        return self.send("POST" if self.post else "GET", path, **parameters)

    def save_and_test(self) -> dict:
        return {
            "query": self.resource("/api/v1/query", query="1+1", time="4"),
            "buildinfo": self.send("GET", "/api/v1/status/buildinfo"),
        }

    def explore(self) -> dict:
        span = {"start": int(time.time()) - 3600, "end": int(time.time())}
        match = {"match[]": 'up{job!=""}'}
        return {
            "labels": self.resource("/api/v1/labels", **span, **match),
            "metric_names": self.send("GET", "/api/v1/label/__name__/values", **span),
            "label_values": self.send("GET", "/api/v1/label/job/values", **span, **match),
            "metadata": self.send("GET", "/api/v1/metadata"),
            "series": self.resource("/api/v1/series", **span, **match),
            "range": self.resource("/api/v1/query_range", query="up", step=60, **span),
        }

    def show(self, dashboard: dict) -> dict:
        """The series of each panel, with All workspaces chosen."""
        now = int(time.time())
        (choice,) = [one["query"]["query"] for one in dashboard["templating"]["list"] if one["name"] == "workspace"]
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", choice).groups()
        workspaces = self.send("GET", f"/api/v1/label/{label}/values", **{"match[]": metric})["data"]
        # With data once a minute Grafana rates over four of them.
        values = {"$workspace": f"({'|'.join(workspaces)})", "$__rate_interval": "4m"}
        found = {}
        for panel in dashboard["panels"]:
            query = panel["targets"][0]["expr"]
            for name, value in values.items():
                query = query.replace(name, value)
            answer = self.resource("/api/v1/query_range", query=query, step=1, start=now - 5, end=now)
            found[panel["title"]] = [
                {**series["metric"], "last": float(series["values"][-1][1])} for series in answer["data"]["result"]
            ]
        return found


def main() -> None:
    content = read(sys.argv[1])
    found = {"deleted": [source["name"] for source in content.get("deleteDatasources", [])]}
    for given in content.get("datasources", []):
        source = DataSource(given)
        found[given["name"]] = {**source.save_and_test(), **source.explore()}
        if len(sys.argv) > 2 and found[given["name"]]["query"]["status"] == 200:
            dashboard = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
            found[given["name"]]["panels"] = source.show(dashboard)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
