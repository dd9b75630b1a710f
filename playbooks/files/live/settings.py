# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a run: credentials from the environment, everything else from the command line."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ENDPOINTS = {"kr": "kr1", "kr2": "kr2", "us": "us1", "jp": "jp1"}
LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
PREFIX = "ansible-live-"
# The time is in the name, in UTC: a leftover's age needs no clock of the service, whose time zone is an open question.
NAME = re.compile(r"ansible-live-(\d{8}T\d{6}Z)-[0-9a-f]{6}-(a|b)")
DESCRIPTION = "made by the live suite of nhncloud.sysmon, safe to delete"


class SettingsError(Exception):
    """One sentence about what is missing or wrong."""


@dataclass
class Settings:
    app_key: str
    project_id: str
    region: str
    base: str
    context: ssl.SSLContext | None
    server: str | None = None
    fill_server: bool = False
    good_port: int = 9100
    dead_port: int = 65001
    unavailable_port: int | None = None
    patience: float = 180
    report: str | None = None
    sweep: bool = False
    clean: str | None = None
    plan: bool = False
    while_pid: int | None = None
    run: str = field(
        default_factory=lambda: "%s-%s" % (time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()), secrets.token_hex(3))
    )

    def name(self, letter: str) -> str:
        """A workspace of this run."""
        return "%s%s-%s" % (PREFIX, self.run, letter)


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="live",
        argument_default=argparse.SUPPRESS,
        description="Asks a real account what the API guide leaves open, in workspaces of its own that it deletes again, "
        "and writes a redacted report. Credentials come from NHNCLOUD_SYSMON_APP_KEY, _PROJECT_ID and _REGION.",
    )
    add = result.add_argument
    number, seconds, flag = _or_empty(int), _or_empty(float), _or_empty(_flag)
    add("--server", metavar="NAME|ID", help="a server on which at most two collection targets are made; else none are")
    add("--good-port", type=number, metavar="PORT", help="an exporter with /metrics listens there; default 9100")
    add("--dead-port", type=number, metavar="PORT", help="nothing listens there; default 65001")
    add("--unavailable-port", type=number, metavar="PORT", help="something answers 503 there; default: not asked")
    yes = {"nargs": "?", "const": True, "type": flag, "metavar": "true|false"}
    add("--fill-server", **yes, help="take all slots of the server, to see what the sixth target gets")
    add("--patience", type=seconds, metavar="SECONDS", help="how long to wait for collections; default 180")
    add("--report", metavar="FILE", help="a new file; default sysmon-live-RUN.md in the current folder")
    add("--plan", **yes, help="say what would be done, and end")
    add("--sweep", **yes, help="only delete workspaces that runs of this suite left over an hour ago")
    add("--clean", metavar="FILE", help="only delete what the run of this state file left")
    add("--while-pid", type=number, help=argparse.SUPPRESS)
    add("--run", help=argparse.SUPPRESS)
    return result


def _or_empty(convert):
    """An option that is given as empty text is not given: the playbook gives all of them."""

    def convert_text(text: str):
        return convert(text) if text else None

    convert_text.__name__ = convert.__name__  # argparse shows it
    return convert_text


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def read(arguments: list[str]) -> Settings:
    environment = dict(os.environ)
    given = {name: value for name, value in vars(parser().parse_args(arguments)).items() if value not in (None, "")}
    found = {}
    for name in ("app_key", "project_id", "region"):
        variable = "NHNCLOUD_SYSMON_" + name.upper()
        found[name] = environment.get(variable, "")
        if not found[name]:
            raise SettingsError("set the environment variable %s" % variable)
    if not re.fullmatch(r"[!-~]+", found["app_key"]) or not re.fullmatch(r"[A-Za-z0-9_-]+", found["project_id"]):
        raise SettingsError("the appkey or the project id holds characters that no such thing has")
    found["region"] = re.sub(r"^(kr|us|jp)1$", r"\1", found["region"].lower())
    base = environment.get("NHNCLOUD_SYSMON_API_URL") or _endpoint(found["region"])
    validate = environment.get("NHNCLOUD_SYSMON_VALIDATE_CERTS", "").lower() not in ("false", "no", "0", "off")
    settings = Settings(**found, base=base.rstrip("/"), context=_context(base, validate, environment), **given)
    for name in ("good_port", "dead_port", "unavailable_port"):
        port = getattr(settings, name)
        if port is not None and not 1 <= port <= 65535:
            raise SettingsError("--%s is a number from 1 to 65535" % name.replace("_", "-"))
    ports = [port for port in (settings.good_port, settings.dead_port, settings.unavailable_port) if port]
    if len(set(ports)) < len(ports):
        raise SettingsError("the ports have to differ")
    if not NAME.fullmatch(settings.name("a")):
        raise SettingsError("--run is no run of this suite")
    if settings.fill_server and not settings.server:
        raise SettingsError("--fill-server needs --server")
    return settings


def _endpoint(region: str) -> str:
    if region not in ENDPOINTS:
        raise SettingsError("NHNCLOUD_SYSMON_REGION is one of %s" % ", ".join(ENDPOINTS))
    return "https://%s-api-sysmon.cloud.toast.com" % ENDPOINTS[region]


def _context(base: str, validate: bool, environment: dict[str, str]) -> ssl.SSLContext | None:
    """How TLS is checked. Plain HTTP would show the appkey to the network."""
    url = urlsplit(base)
    if url.scheme == "http" and (LOOPBACK.fullmatch(url.hostname or "") or not validate):
        return None
    if url.scheme != "https" or not url.hostname:
        raise SettingsError("NHNCLOUD_SYSMON_API_URL begins with https://, or with http:// and a loopback address")
    ca_path = environment.get("NHNCLOUD_SYSMON_CA_PATH") or None
    try:
        folder = ca_path and os.path.isdir(ca_path)
        context = ssl.create_default_context(**({"capath" if folder else "cafile": ca_path} if ca_path else {}))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError("NHNCLOUD_SYSMON_CA_PATH: %s" % error) from None
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
