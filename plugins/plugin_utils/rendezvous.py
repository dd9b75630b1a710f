# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared state of the hosts of one task: which hosts joined, and the result of each.

Ansible runs each host of a task in a separate process. The processes share files in a folder that is private to the
run and that Ansible removes at its end.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Rendezvous:
    """The hosts with the same request in the same task. ``folder`` is private to the run; ``request`` is JSON data."""

    def __init__(self, folder: str, task_id: str, request: Any) -> None:
        digest = hashlib.sha256(json.dumps([task_id, request], sort_keys=True).encode()).hexdigest()
        self._folder = os.path.join(folder, "nhncloud_sysmon", digest[:32])
        self._results = os.path.join(self._folder, "results")
        # makedirs applies the mode only to the last folder of a path.
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        os.makedirs(self._results, mode=0o700, exist_ok=True)

    def join(self, host: str, entry: Any) -> None:
        """Add a host, and delete its earlier result."""
        if os.path.exists(self._result_path(host)):
            os.unlink(self._result_path(host))
        line = json.dumps([host, entry]) + "\n"
        joined = os.open(os.path.join(self._folder, "joined"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(joined, line.encode())
        finally:
            os.close(joined)

    def pending(self) -> dict[str, Any]:
        """The entries of all hosts that joined and have no result yet, by host."""
        try:
            with open(os.path.join(self._folder, "joined"), encoding="utf-8") as joined:
                entries = dict(json.loads(line) for line in joined)
        except FileNotFoundError:
            return {}
        return {host: entry for host, entry in entries.items() if not os.path.exists(self._result_path(host))}

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock for the leader. The system releases it if the process is killed."""
        with open(os.path.join(self._folder, "lock"), "a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def result(self, host: str) -> dict[str, Any] | None:
        """The result of a host; None if it has none yet."""
        try:
            with open(self._result_path(host), encoding="utf-8") as file:
                found: dict[str, Any] = json.load(file)
        except FileNotFoundError:
            return None
        return found

    def publish(self, host: str, result: dict[str, Any]) -> None:
        """Store the result of a host atomically."""
        path = self._result_path(host)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write(json.dumps(result))
        os.replace(f"{path}.new", path)

    def _result_path(self, host: str) -> str:
        return os.path.join(self._results, hashlib.sha256(host.encode()).hexdigest())
