# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create and delete targets. After a write whose outcome is unknown, read the targets before any retry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._api.client import Client
from .._api.retry import backoff
from .._errors import SysmonError
from .._model.target_plan import SERVER_LIMIT
from .._model.targets import Key, Target
from .parallel import NotTried, in_parallel
from .progress import Progress
from .reads import read_targets

SILENT = Progress()

# Seconds that the service may still need to commit a write after its request timed out.
SETTLE = 2.0

# Result code for an unknown host id: the only refusal of a target that is not about the server limit.
UNKNOWN_HOST = -40004

# Errors after which the write may still exist: another controller won the race, or the service is wrong.
DOUBTFUL = ("exists", "bad_input", "protocol")


def is_doubtful(error: SysmonError) -> bool:
    """Whether the outcome of a write is unknown after this error, so that only a read can tell."""
    return error.outcome_unknown or error.kind in DOUBTFUL


def create_targets(
    client: Client,
    workspace_id: str,
    targets: Sequence[Target],
    *,
    workers: int,
    retries: int,
    progress: Progress = SILENT,
) -> dict[Key, Target | SysmonError]:
    """Create targets. Returns for each key the target with its id, or the error.

    After a doubtful error (see ``is_doubtful``) the targets are read, and the create is sent again only if the target
    does not exist.
    """
    done: dict[Key, Target | SysmonError] = {}
    late: set[Key] = set()
    pending = list(targets)
    for attempt in range(retries + 1):
        last = attempt == retries
        outcomes = in_parallel(
            partial(_create, client, workspace_id, progress),
            pending,
            workers,
            client.stop,
        )
        again: list[Target] = []
        doubtful: list[tuple[Target, SysmonError]] = []
        for target, outcome in zip(pending, outcomes):
            if isinstance(outcome, SysmonError) and outcome.may_still_commit:
                late.add(target.key)
            if not isinstance(outcome, SysmonError):
                done[target.key] = replace(target, target_id=outcome)
            elif isinstance(outcome, NotTried) and outcome.retryable and not last:
                again.append(target)
            elif is_doubtful(outcome):
                doubtful.append((target, outcome))
            else:
                done[target.key] = outcome
        if not last and (again or any(_may_be_sent_again(error) for _target, error in doubtful)):
            # Wait before reading, not after it, so that the read sees all writes of that time and none is repeated.
            time.sleep(backoff(attempt))
        pending = again + _settle(client, workspace_id, doubtful, done, last=last)
        if not pending:
            break
    for key in late:
        _mark_unknown(done[key])
    return {target.key: done[target.key] for target in targets}


def _create(client: Client, workspace_id: str, progress: Progress, target: Target) -> str:
    target_id = client.create_target(workspace_id, str(target.host_id), target.port)
    progress.written()
    return target_id


def _mark_unknown(outcome: Target | SysmonError) -> None:
    """Mark the outcome of a failed create as unknown: an earlier attempt may still take effect."""
    if isinstance(outcome, SysmonError):
        outcome.outcome_unknown = True


def _may_be_sent_again(error: SysmonError) -> bool:
    return error.outcome_unknown and error.kind != "rate_limited"


def _settle(
    client: Client,
    workspace_id: str,
    doubtful: list[tuple[Target, SysmonError]],
    done: dict[Key, Target | SysmonError],
    *,
    last: bool,
) -> list[Target]:
    """Read the targets and settle the doubtful creates in ``done``. Returns the targets to send again."""
    if not doubtful:
        return []
    targets = _observe(client, workspace_id, [error for _target, error in doubtful])
    observed = None if targets is None else {target.key: target for target in targets}
    again = []
    for target, error in doubtful:
        if error.result_code != UNKNOWN_HOST and (
            error.kind == "bad_input" or (error.kind == "protocol" and error.result_code is not None)
        ):
            error.hint = SERVER_LIMIT
        if observed is None:
            error.outcome_unknown = True
            done[target.key] = error
        elif target.key in observed:
            done[target.key] = observed[target.key]
        elif _may_be_sent_again(error) and not last:
            again.append(target)
        else:
            # The read shows that the create had no effect.
            error.outcome_unknown = False
            done[target.key] = error
    return again


def delete_targets(
    client: Client, workspace_id: str, targets: Sequence[Target], *, workers: int, progress: Progress = SILENT
) -> list[bool | SysmonError]:
    """Delete targets. Returns for each True, False if it did not exist, or the error."""

    def delete(target: Target) -> bool:
        deleted = client.delete_target(workspace_id, str(target.target_id))
        progress.written()
        return deleted

    outcomes: list[Any] = in_parallel(delete, targets, workers, client.stop)
    doubtful = [outcome for outcome in outcomes if isinstance(outcome, SysmonError) and is_doubtful(outcome)]
    if not doubtful:
        return outcomes
    observed = _observe(client, workspace_id, doubtful)
    there = None if observed is None else {target.target_id for target in observed}
    for index, target in enumerate(targets):
        outcome = outcomes[index]
        if isinstance(outcome, SysmonError) and is_doubtful(outcome):
            outcome.outcome_unknown = there is None or outcome.may_still_commit
            if there is not None and target.target_id not in there:
                outcomes[index] = True
    return outcomes


def _observe(client: Client, workspace_id: str, errors: list[SysmonError]) -> list[Target] | None:
    """The existing targets; None if they cannot be read. Waits first if a write may still be committing."""
    if any(error.may_still_commit for error in errors):
        time.sleep(SETTLE)
    try:
        return read_targets(client, workspace_id)
    except SysmonError:
        return None
