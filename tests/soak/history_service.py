# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service for event sources that is away, slow or answers nonsense at times, and what happens in it: all by one seed."""

from __future__ import annotations

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

WRONG = {
    "error": (503, b""),
    "html": (200, b"<html>please log in</html>"),
    "redirect": (302, b""),
    "nothing": (200, b""),
    "other": (200, b'{"status": "success", "data": {"resultType": "vector", "result": []}}'),
    "refused": (422, b'{"status": "error", "errorType": "execution", "error": "many-to-many"}'),
    "failed": (200, b'{"header": {"isSuccessful": false, "resultCode": -50000, "resultMessage": "no"}}'),
}
# Of these nothing is concluded, either.
BROKEN = ("away", "drip", "short", "cut", "partial", "odd")
SLOW = 0.4


def toggles(chance: random.Random, seconds: float, shortest: float, longest: float) -> list[float]:
    """Moments at which something begins or ends."""
    moments, moment = [], 0.0
    while moment < seconds:
        moment += chance.uniform(shortest, longest)
        moments.append(moment)
    return moments


class Service:
    """A Prometheus and a list of servers and targets. ``calm`` ends all troubles."""

    def __init__(self, seed: int, seconds: float) -> None:
        chance = self.chance = random.Random(seed)
        self.began, self.calm, self.calls, self.answers = time.time(), False, 0, []
        self.series = {name: toggles(chance, seconds, 0.04, chance.choice([0.3, 1.2])) for name in ("a", "b", "{{c}}")}
        self.servers = {f"host-{name}": toggles(chance, seconds, 0.1, chance.choice([0.4, 2.0])) for name in "abcd"}
        self.names = toggles(chance, seconds, 0.2, 1.0)
        self.healths = {f"target-{name}": toggles(chance, seconds, 0.1, 0.6) for name in "xyz"}
        self.moods = [
            (moment, "" if index % 2 else chance.choice([*WRONG, *BROKEN, "slow", "slow", "empty", "empty"]))
            for index, moment in enumerate(toggles(chance, seconds, 0.05, 0.4), 1)
        ]
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                service.reply(self)

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args):
                """The source was killed, or did not wait."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def fires(self, moment: float) -> list[str]:
        """The series that have the condition at a moment (seconds)."""
        return [name for name, turns in self.series.items() if self.turned(turns, moment) % 2]

    def turned(self, turns: list[float], moment: float) -> int:
        """How many of the turns were before a moment."""
        return sum(turn <= moment - self.began for turn in turns)

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        """Answer, or not."""
        self.calls += 1
        past = time.time() - self.began
        mood = "" if self.calm else next((mood for moment, mood in self.moods if past < moment), "")
        if mood == "slow":
            time.sleep(SLOW)
        status, body = WRONG[mood] if mood in WRONG else (200, json.dumps(self.answer(request.path, mood)).encode())
        length = len(body)
        if mood in ("cut", "short"):
            body = body[: length // 2]
        if mood == "away":
            request.close_connection = True
            return
        request.send_response(status)
        request.send_header("Content-Length", str(len(body) if mood != "short" else length))
        request.end_headers()
        if mood == "drip":
            for byte in body:
                request.wfile.write(bytes([byte]))
                time.sleep(0.3)
                if self.calm:
                    break
        elif mood != "short" or body:
            request.wfile.write(body)
        request.close_connection = mood in ("short", "drip")

    def answer(self, path: str, mood: str) -> dict:
        """A whole answer; ``empty``, ``odd`` and ``partial`` ones are less."""
        address = urlsplit(path)
        if address.path.endswith("/query_range"):
            return self.matrix({key: value[0] for key, value in parse_qs(address.query).items()}, mood)
        if address.path.endswith("/servers"):
            body = self.list_servers()
        elif address.path.endswith("/jobs"):
            body = [{"jobId": "1", "jobName": "shop", "projectId": "p"}]
        else:
            body = self.list_targets()
        if mood == "odd" or mood == "partial":
            body = [*body, {"hostId": 7}]
        if mood == "empty":
            body = []
        return {"header": {"isSuccessful": True, "resultCode": 0, "resultMessage": ""}, "body": body}

    def matrix(self, asked: dict[str, str], mood: str) -> dict:
        """What Prometheus says; with odd times, or as a part of the answer, it is none."""
        start, end, step = (round(float(asked[name]) * 1000) for name in ("start", "end", "step"))
        series: dict[str, list] = {}
        for moment in range(start, end + 1, step):
            for name in self.fires(moment / 1000):
                series.setdefault(name, []).append([moment / 1000 + (mood == "odd") * 0.001, "0"])
        result = [{"metric": {"instance": name}, "values": values} for name, values in series.items()]
        if mood == "odd":
            result.append({"metric": 1})
        if mood == "partial":
            del result[len(result) // 2 :]
        data = {"resultType": "matrix", "result": result}
        return {"status": "success", "isPartial": mood == "partial", "data": data}

    def serial(self, listed: dict[str, str]) -> str:
        """The number of an answer, which tells later what was listed in it."""
        self.answers.append(listed)
        return str(len(self.answers) - 1)

    def list_servers(self) -> list[dict]:
        """The servers that are there now, and one that is always there."""
        now = time.time()
        here = [name for name, turns in self.servers.items() if not self.turned(turns, now) % 2]
        listed = {name: f"{name}-{self.turned(self.names, now) % 3 or ''}" for name in here}
        marker = {"hostId": "marker", "hostNm": "marker", "svrIp": self.serial(listed)}
        return [marker, *({"hostId": name, "hostNm": named, "svrIp": "10.0.0.1"} for name, named in listed.items())]

    def list_targets(self) -> list[dict]:
        """Targets, each of which is collected, fails or is not there."""
        now = time.time()
        codes = {name: self.turned(turns, now) % 4 for name, turns in self.healths.items()}
        listed = {name: "failing" if code == 1 else "collecting" for name, code in codes.items() if code != 2}
        known = {"hostId": "h", "port": 9100, "jobId": "1"}
        return [
            {**known, "targetId": "marker", "lstModifier": self.serial(listed), "resultCd": 0},
            *({**known, "targetId": name, "resultCd": int(health == "failing")} for name, health in listed.items()),
        ]

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
