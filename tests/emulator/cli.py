# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import sys

from .options import Options
from .serve import serve
from .server import Server


def parser() -> argparse.ArgumentParser:
    """Every option is a field of Options."""
    result = argparse.ArgumentParser(
        prog="emulator",
        usage="emulator [options] [-- COMMAND [ARGUMENT ...]]",
        argument_default=argparse.SUPPRESS,
        description="An emulator of NHN Cloud System Monitoring: the API of its guide over HTTP. "
        "It prints where it listens once it is ready, and ends on SIGTERM or SIGINT. "
        "With a COMMAND it runs that, with NHNCLOUD_SYSMON_API_URL, _APP_KEY, _PROJECT_ID and _REGION set, "
        "and ends with its exit code.",
    )
    add = result.add_argument_group("where").add_argument
    add("--listen", metavar="HOST:PORT", help="default 127.0.0.1:0, port 0 being any free one")
    add("--ready-file", metavar="FILE", help="gets the URL once everything is ready")
    add("--start-limit", type=float, metavar="SECONDS", help="give up when it is not ready by then; default 60")
    add("--tls-cert", metavar="FILE", help="PEM certificate (chain): serve HTTPS")
    add("--tls-key", metavar="FILE", help="its PEM key")
    add = result.add_argument_group("what is there").add_argument
    add(
        "--app-key",
        dest="app_keys",
        action="append",
        metavar="KEY=PROJECT[,PROJECT...]",
        help="an appkey and its projects, repeatable; default emulator-appkey=emulator",
    )
    add("--servers", type=int, metavar="N", help="generate N servers in each project: host-00001 ...")
    add(
        "--servers-file",
        metavar="FILE",
        help="JSON list of {hostId, hostNm, svrIp, instanceId, projectId, region, appearsAfter}; what is missing is generated",
    )
    add("--reserved", action="append", metavar="NAME", help="a default workspace, such as @Linux; repeatable")
    add("--state", metavar="FILE", help="keep the state in this file; it is read again at the next start")
    add("--seed", type=int, metavar="N", help="of ids and of random faults; default 0")
    add = result.add_argument_group("how it behaves where the guide is silent").add_argument
    add(
        "--regions",
        choices=["apart", "shared"],
        help="whether the lists of workspaces and servers differ by the region header; default apart",
    )
    add("--targets-per-server", type=int, metavar="N", help="default 5; 0 is no limit")
    add("--sixth-code", type=int, metavar="CODE", help="result code of one target too many; default -40002")
    add("--allow-doubles", action="store_true", help="accept a target of the same server and port again")
    add("--allow-same-names", action="store_true", help="accept a workspace of a name that is taken")
    add(
        "--put-without-description",
        choices=["wipe", "keep"],
        help="what an update of a workspace without description does to it; default wipe",
    )
    add("--targets-of-gone-servers", choices=["keep", "drop"], help="default keep")
    add(
        "--target-result",
        metavar="collecting|preparing|failing:REASON",
        help="what becomes of targets without Prometheus; default collecting",
    )
    add("--failing-code", type=int, metavar="CODE", help="resultCd of failing targets; default 1")
    add("--collect-after", type=float, metavar="SECONDS", help="and how long after their creation; default 0")
    add("--error-body", choices=["null", "absent"], help="body beside the header of an error; default null")
    add("--gateway-body", choices=["envelope", "html", "empty"], help="body of 401, 403, 404 ...; default envelope")
    add = result.add_argument_group("Prometheus").add_argument
    add(
        "--prometheus",
        nargs="?",
        const="prometheus",
        metavar="BINARY",
        help="start it, scrape the targets, and answer queries from it; default binary: prometheus",
    )
    add("--scrape-interval", metavar="DURATION", help="default 1s")
    add("--prometheus-url", metavar="URL", help="pass queries on to one that is running")
    add = result.add_argument_group("trouble and records").add_argument
    add("--latency", dest="latency_ms", type=float, metavar="MS", help="wait this long before every request")
    add("--faults", metavar="FILE", help="JSON plan of faults")
    add("--log", metavar="FILE", help="append each request as a line of JSON")
    return result


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    words = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, words = arguments[:at], arguments[at + 1 :]
        if not words:
            parser().error("a command is expected after --")
    given = vars(parser().parse_args(arguments))
    try:
        if "app_keys" in given:
            given["app_keys"] = _app_keys(given["app_keys"])
        # Files are read before the event loop starts, so that a signal ends even a read that blocks.
        return asyncio.run(serve(Server(Options(**given)), words))
    except (ValueError, OSError, RuntimeError) as error:
        print("emulator: %s" % error, file=sys.stderr)
        return 1


def _app_keys(texts: list[str]) -> dict[str, list[str]]:
    found = {}
    for text in texts:
        key, _equals, projects = text.rpartition("=")
        if not key or not projects:
            raise ValueError("an app key is given as KEY=PROJECT[,PROJECT...]")
        if key in found:
            raise ValueError("the app key of %s is given twice" % projects)
        found[key] = projects.split(",")
    return found
