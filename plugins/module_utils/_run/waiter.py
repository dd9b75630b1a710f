# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for the service: until servers are listed, or targets are collected."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from .._api.client import Client
from .._errors import SysmonError
from .._model.hosts import Directory, never_listed, with_overview
from .._model.outcome_errors import MOST_REASONS
from .._model.target_plan import desired_target
from .._model.targets import Entry, Key, Target
from .progress import Progress
from .reads import read_servers, read_targets

FIRST_POLL = 1.0
LONGEST_POLL = 5.0

Resolve = Callable[..., Target]
SILENT = Progress()


def polls(timeout: float) -> Iterator[None]:
    """Yield for each poll: at once, then with growing delays, and a last time when ``timeout`` seconds are over."""
    end = time.monotonic() + timeout
    delay = FIRST_POLL
    yield
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(delay, left))
        delay = min(delay * 1.5, LONGEST_POLL)
        yield


def await_servers(
    client: Client, entries: Sequence[Entry], timeout: float, progress: Progress = SILENT
) -> list[Target | SysmonError]:
    """The target of each entry, or its error. Waits up to ``timeout`` seconds for servers that are not listed yet."""
    found: list[Target | SysmonError] = []
    servers = Directory(())
    for _turn in polls(timeout):
        servers = read_servers(client)
        found = [attempt(desired_target, entry, servers) for entry in entries]
        missing = [entry for entry, target in zip(entries, found) if _is_missing(target)]
        if not missing:
            break
        progress.waiting(missing, "targets whose server is not listed yet")
    missing_before = 0
    for number, (entry, each) in enumerate(zip(entries, found)):
        if isinstance(each, SysmonError) and _is_missing(each):
            # Suggest only for as many entries as a message shows: each comparison with ten thousand names takes time.
            each = with_overview(each, entry.selector, servers, client.scope, missing_before < MOST_REASONS)
            found[number] = never_listed(each, timeout) if timeout else each
            missing_before += 1
    return found


def _is_missing(target: Target | SysmonError) -> bool:
    return isinstance(target, SysmonError) and target.kind == "not_found"


def attempt(resolve: Resolve, entry: Entry, *directories: Directory) -> Target | SysmonError:
    """The return value of ``resolve`` for an entry, or its SysmonError."""
    try:
        return resolve(entry, *directories)
    except SysmonError as error:
        return error


def await_collecting(
    client: Client, workspace_id: str, keys: Sequence[Key], timeout: float, progress: Progress = SILENT
) -> tuple[dict[Key, Target], SysmonError | None]:
    """Wait until all targets in ``keys`` are collected, at most ``timeout`` seconds.

    Returns the targets of the last successful read by key, and the error if the last read failed.
    """
    observed: dict[Key, Target] = {}
    error: SysmonError | None = None
    for _turn in polls(timeout):
        try:
            observed, error = {target.key: target for target in reversed(read_targets(client, workspace_id))}, None
        except SysmonError as failure:
            error = failure
            if not failure.retryable:
                break
        missing = [key for key in keys if key not in observed or observed[key].health != "collecting"]
        if error is None and not missing:
            break
        progress.waiting(
            [f"{host} port {port}" for host, port in missing[:1]] * len(missing), "targets to be collected"
        )
    return observed, error
