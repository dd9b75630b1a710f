# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: the options that all hosts of a batch share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Runs a module by name with its options and returns its result: in this process, or on a bastion.
Call = Callable[[str, dict[str, Any]], dict[str, Any]]
Results = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Batch:
    """The options that all hosts of a batch share. ``lines`` is the number of writes per progress line; times in seconds."""

    workspace: str
    state: str
    create_workspace: bool
    metrics_path: str | None
    description: str | None
    server_timeout: int
    max_workers: int
    rate_limit: float | None
    verify: str
    verify_timeout: int
    verify_query: str
    verify_label: str
    lines: int
    check_mode: bool
    diff: bool
