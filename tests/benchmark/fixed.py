# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a run over one host spends its time."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import urllib.request

from stand import Stand, stand
from table import Row, table

TIMES = 5
IMPORT = """
import sys
sys.path.insert(0, sys.argv[1])
import ansible_collections.nhncloud.sysmon.plugins.modules.sysmon_target
"""
TLS = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
]


REGISTER = "nhncloud.sysmon.register"
PLAYS = {  # name: playbook, and whether the target is new to the service
    "an empty play": ("empty", False),
    "a play with ansible.builtin.ping": ("ping", False),
    "a play with sysmon_target, created": ("single", True),
    "a play with sysmon_target, unchanged": ("single", False),
    "the role for a fleet of one, created": (REGISTER, True),
    "the role for a fleet of one, unchanged": (REGISTER, False),
}
PROMISES = {
    "a play with sysmon_target, created": 0.2,
    "a play with sysmon_target, unchanged": 0.2,
    "the role for a fleet of one, created": 0.5,
    "the role for a fleet of one, unchanged": 0.5,
}


def run(_options: argparse.Namespace) -> list[Row]:
    """Medians. All ways take turns, and what is over an empty play is taken turn by turn: a machine's speed drifts."""
    with stand(1, 0) as place:
        commands = {
            "the machine: adding up ten million numbers in Python": [
                sys.executable,
                "-c",
                "sum(n for n in range(10**7))",
            ],
            "the interpreter": [sys.executable, "-c", ""],
            "and importing requests": [sys.executable, "-c", "import requests"],
            "and importing the module": [sys.executable, "-c", IMPORT, sys.path[0]],
        }
        turns = [_turn(place, commands) for _turn_number in range(1 + TIMES)][1:]  # the first warms up
        rows = {what: statistics.median(turn[what] for turn in turns) for what in turns[0]}
        if shutil.which("openssl"):
            rows["a play with sysmon_target, unchanged, over TLS"] = _over_tls(place)
    table("One host, no latency", ["what", "wall, s"], [[what, f"{wall:.2f}"] for what, wall in rows.items()])
    print(f"Python: {os.path.realpath(sys.executable)}\n")
    empty = "an empty play"
    return [
        Row(
            f"{what}: over {empty}",
            statistics.median(turn[what] - turn[empty] for turn in turns),
            empty,
            rows[empty],
            most,
        )
        for what, most in PROMISES.items()
    ]


def _turn(place: Stand, commands: dict[str, list[str]]) -> dict[str, float]:
    walls = {what: place.run(command).wall for what, command in commands.items()}
    for what, (playbook, fresh) in PLAYS.items():
        if fresh:
            place.reset()
            place.play("workspace")
        walls[what] = place.play(playbook, {"register_hosts": "web"}).wall
    return walls


def _over_tls(plain: Stand) -> float:
    key, certificate = plain.folder / "key.pem", plain.folder / "certificate.pem"
    command = ["openssl", *TLS, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    os.environ["SSL_CERT_FILE"] = str(certificate)
    urllib.request.install_opener(urllib.request.build_opener())  # the one of before knows nothing of the certificate
    with stand(1, 0, "--tls-cert", str(certificate), "--tls-key", str(key)) as place:
        place.environment["NHNCLOUD_SYSMON_CA_PATH"] = str(certificate)
        place.play("workspace")
        return statistics.median(place.play("single").wall for _turn_number in range(TIMES))
