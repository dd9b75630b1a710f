# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in of Grafana's API, of it what concerns data sources: data sources in memory, basic authentication, no UI.

usage: grafana.py READY_FILE LOG_FILE

Writes its URL to READY_FILE, and one line of JSON per request to LOG_FILE. The administrator is admin with the password
"emulated". As the real one it never gives secure values back: only secureJsonFields, which says that there are some.
Besides that, GET /stored gives all it holds, secure values too.
"""

from __future__ import annotations

import base64
import http.server
import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

AUTHORIZATION = "Basic " + base64.b64encode(b"admin:emulated").decode()
DEFAULTS = {"access": "proxy", "user": "", "database": "", "basicAuth": False, "basicAuthUser": "", "isDefault": False}


class Grafana(http.server.BaseHTTPRequestHandler):
    sources: dict[int, dict] = {}  # noqa: RUF012  one Grafana for all connections

    def _shown(self, source: dict) -> dict:
        shown = {key: value for key, value in source.items() if key != "secureJsonData"}
        fields = dict.fromkeys(source["secureJsonData"], True)
        return {**shown, "secureJsonFields": fields, "typeLogoUrl": "", "readOnly": False}

    def _named(self, name: str) -> dict | None:
        return next((source for source in self.sources.values() if source["name"] == name), None)

    def _stored(self, number: int, given: dict) -> dict:
        old = self.sources.get(number, {"secureJsonData": {}, "version": 0, "uid": f"uid{number}"})
        secrets = {**old["secureJsonData"], **given.get("secureJsonData", {})}
        source = {
            **DEFAULTS,
            **given,
            "id": number,
            "uid": given.get("uid") or old["uid"],
            "version": old["version"] + 1,
            "secureJsonData": secrets,
        }
        self.sources[number] = source
        return {"id": number, "name": source["name"], "datasource": self._shown(source)}

    def _by_name(self, method: str, name: str) -> tuple[int, object]:
        source = self._named(name)
        if source is None:
            return 404, {"message": "Data source not found"}
        if method == "GET":
            return 200, self._shown(source)
        del self.sources[source["id"]]
        return 200, {"message": "Data source deleted", "id": source["id"]}

    def _answer(self, method: str, path: str, given: dict) -> tuple[int, object]:
        parts = path.strip("/").split("/")
        if path == "/stored":
            return 200, list(self.sources.values())
        if self.headers.get("Authorization") != AUTHORIZATION:
            return 401, {"message": "Invalid username or password"}
        if method == "POST" and parts[:3] == ["api", "user", "using"]:
            return 200, {"message": "Active organization changed"}
        if method == "POST" and parts[:3] == ["api", "admin", "provisioning"] and parts[4:] == ["reload"]:
            return 200, {"message": f"{parts[3].title()} config reloaded"}
        if parts[:3] == ["api", "datasources", "name"]:
            return self._by_name(method, unquote(parts[3]))
        if (method, parts) == ("POST", ["api", "datasources"]):
            if self._named(given["name"]):
                return 409, {"message": "data source with the same name already exists"}
            return 200, self._stored(max(self.sources, default=0) + 1, given)
        if method == "PUT" and parts[:2] == ["api", "datasources"] and int(parts[2]) in self.sources:
            return 200, self._stored(int(parts[2]), given)
        return 404, {"message": "Not found"}

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        status, content = self._answer(self.command, path, json.loads(body or b"{}"))
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(json.dumps({"method": self.command, "path": path, "status": status}) + "\n")
        reply = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = _handle

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: requests have a log of their own."""


def main() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Grafana)
    ready = Path(sys.argv[1])
    ready.with_suffix(".new").write_text(f"http://127.0.0.1:{server.server_port}", encoding="utf-8")
    os.replace(ready.with_suffix(".new"), ready)
    server.serve_forever()


if __name__ == "__main__":
    main()
