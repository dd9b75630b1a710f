# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: Markdown with a row per question, written row by row, so that nothing is lost whatever happens next."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from .output import say
from .redact import Redactor
from .service import Reply
from .settings import SettingsError

ROOT = Path(__file__).resolve().parents[3]
MOST = 300  # characters of a raw answer
VENDOR = re.compile(r"https://[\w-]+-api-sysmon\.cloud\.toast\.com")


class Report:
    def __init__(self, path: str, base: str, redactor: Redactor):
        self.path = path
        self._redactor = redactor
        endpoint = base if VENDOR.fullmatch(base) else "another than the vendor's"
        try:
            self._stream = open(path, "x", encoding="utf-8")
        except OSError as error:
            raise SettingsError("the report %s cannot be created: %s" % (path, error.strerror)) from None
        self._write("# What the service does where its API guide is silent")
        self._write("")
        self._write("Endpoint: %s. %s. Ids, names and addresses are pseudonyms." % (endpoint, versions()))
        self._write("")
        self._write("| Question | Finding | Raw answer |")
        self._write("| --- | --- | --- |")

    def row(self, question: str, finding: str, raw: Reply | str = "") -> None:
        if isinstance(raw, Reply):
            raw = self._raw(raw)
        finding = self._redactor.text(finding)
        say("%s: %s" % (question, finding))
        self._write(
            "| %s | %s | %s |" % (question, _cell(finding), "`%s`" % _cell(raw).replace("`", "'") if raw else "")
        )

    def line(self, text: str) -> None:
        self._write("\n" + self._redactor.text(text))

    def _raw(self, reply: Reply) -> str:
        if not reply.status:
            return self._redactor.text(reply.text)
        value = reply.json
        if isinstance(value, dict) and isinstance(value.get("body"), list):
            self._redactor.learn(value)
            shown = value["body"][:1]  # of a list one record is enough: it may be a whole project
            value = {**value, "body": [*shown, "%d more" % (len(value["body"]) - 1)] if shown else []}
        text = reply.text if value is None else self._redactor.answer(value)
        kind = reply.headers.get("content-type", "")
        return "HTTP %d %s %s" % (reply.status, kind, self._redactor.text(text))

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        self._stream.close()


def _cell(text: str) -> str:
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    text = text if len(text) <= MOST else text[:MOST] + "…"
    return text.replace("|", "\\|")


def versions() -> str:
    found = ["nhncloud.sysmon %s" % _own_version(), "Python %s" % platform.python_version()]
    with contextlib.suppress(metadata.PackageNotFoundError):
        found.append("ansible-core %s" % metadata.version("ansible-core"))
    return ", ".join([*found, sys.platform])


def _own_version() -> str:
    """From galaxy.yml in a checkout, from MANIFEST.json where it is installed."""
    if (ROOT / "MANIFEST.json").exists():
        return json.loads((ROOT / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]["version"]
    found = re.search(r"^version: (\S+)", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "of unknown version"
