# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces ids, names and addresses by pseudonyms: the same one for the same thing throughout a report."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter

KINDS = {
    "hostId": "host-id",
    "hostNm": "hostname",
    "svrIp": "address",
    "instanceId": "instance-id",
    "jobId": "workspace-id",
    "jobName": "workspace",
    "projectId": "project",
    "targetId": "target-id",
    "lstModifier": "user",
}
# Ids and addresses that no field told.
UUID = r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"
PERHAPS_ADDRESS = r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:])"
LABELS_TO_SHOW = {"__name__"}


class Redactor:
    def __init__(self):
        self._names: dict[str, str] = {}
        self._counts = Counter()

    def know(self, value, kind: str) -> None:
        """From now on this value is called by its kind, with a number if there are several."""
        if isinstance(value, str) and value and value not in self._names:
            self._counts[kind] += 1
            self._names[value] = "<%s-%d>" % (kind, self._counts[kind])

    def call(self, value: str, name: str) -> None:
        """Call this value by exactly this name."""
        self._names[value] = "<%s>" % name

    def learn(self, value) -> None:
        """Know every id, name and address in an answer."""
        if isinstance(value, dict):
            for key, item in value.items():
                if key in KINDS:
                    self.know(item, KINDS[key])
                self.learn(item)
        elif isinstance(value, list):
            for item in value:
                self.learn(item)

    def text(self, text: str) -> str:
        known = "|".join(re.escape(value) for value in sorted(self._names, key=len, reverse=True))
        parts = [r"(?<![A-Za-z0-9])(?:%s)(?![A-Za-z0-9])" % known] if known else []
        return re.sub("|".join([*parts, UUID, PERHAPS_ADDRESS]), self._name, text)

    def _name(self, match: re.Match) -> str:
        value = match[0]
        if value not in self._names:
            if re.fullmatch(UUID, value):
                self.know(value, "uuid")
            elif is_address(value):
                self.know(value, "address")
        return self._names.get(value, value)

    def answer(self, value) -> str:
        """An answer's JSON in one line."""
        self.learn(value)
        return self.text(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))

    def labels(self, labels: dict) -> str:
        """A series: values that are known, or show nothing of anybody, and for others a pseudonym."""
        shown = {}
        for name, value in labels.items():
            shown[name] = self.text(value)
            if shown[name] == value and name not in LABELS_TO_SHOW:
                self.know(value, "text")
                shown[name] = self._names[value]
        return json.dumps(shown, ensure_ascii=False)


def is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False
