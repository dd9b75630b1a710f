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
from table import table

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


def run(_options: argparse.Namespace) -> bool:
    """Each row is the median of a few; the single module may take 1.5 s more than an empty play."""
    python = os.path.realpath(sys.executable)
    with stand(1, 0) as place:
        rows = {
            "the interpreter": _median(place, [sys.executable, "-c", ""]),
            "and importing requests": _median(place, [sys.executable, "-c", "import requests"]),
            "and importing the module": _median(place, [sys.executable, "-c", IMPORT, sys.path[0]]),
            "an empty play": _median(place, "empty"),
            "a play with ansible.builtin.ping": _median(place, "ping"),
            "a play with sysmon_target, created": _median(place, "single", fresh=True),
            "a play with sysmon_target, unchanged": _median(place, "single"),
            "the role for a fleet of one, created": _median(place, "nhncloud.sysmon.register", fresh=True),
            "the role for a fleet of one, unchanged": _median(place, "nhncloud.sysmon.register"),
        }
        if shutil.which("openssl"):
            rows["a play with sysmon_target, unchanged, over TLS"] = _over_tls(place)
    table("One host, no latency", ["what", "wall, s"], [[what, f"{wall:.2f}"] for what, wall in rows.items()])
    extra = rows["a play with sysmon_target, created"] - rows["an empty play"]
    print(f"One host by the single module: {extra:.2f} s over an empty play (1.5 s at most). Python: {python}\n")
    return extra <= 1.5


def _median(place: Stand, what: str | list[str], fresh: bool = False) -> float:
    walls = []
    if not fresh and isinstance(what, str):
        _once(place, what)
    for _turn in range(TIMES):
        if fresh:
            place.reset()
            place.play("workspace")
        walls.append(_once(place, what))
    return statistics.median(walls)


def _once(place: Stand, what: str | list[str]) -> float:
    if isinstance(what, str):
        return place.play(what, {"register_hosts": "web"}).wall
    return place.run(what).wall


def _over_tls(plain: Stand) -> float:
    key, certificate = plain.folder / "key.pem", plain.folder / "certificate.pem"
    command = ["openssl", *TLS, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    os.environ["SSL_CERT_FILE"] = str(certificate)
    urllib.request.install_opener(urllib.request.build_opener())  # the one of before knows nothing of the certificate
    with stand(1, 0, "--tls-cert", str(certificate), "--tls-key", str(key)) as place:
        place.environment["NHNCLOUD_SYSMON_CA_PATH"] = str(certificate)
        place.play("workspace")
        return _median(place, "single")
