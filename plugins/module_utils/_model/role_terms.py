# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: replace the modules' options in messages with the role's variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_OPTION = re.compile(
    r"(?<![\w_])(app_key|project_id|api_url|validate_certs|ca_path|server_timeout|max_workers|rate_limit)\b"
)
# Sentences of the modules, and their replacements in the role.
_IN_THE_ROLE = [
    (re.compile(words), instead)
    for words, instead in (
        (r"sysmon_workspace creates one\.", "Set register_targets_create_workspace: true."),
        (
            r"Name one by host_id or instance_id\.",
            "Set register_targets_match: host_id, and register_targets_identity.",
        ),
        (
            r"name a server that is gone by host_id\.",
            "for a server that is gone set register_targets_match: host_id, and register_targets_identity.",
        ),
        (r"Name one by workspace_id\.", "The role takes a workspace by its name: delete the one that is not meant."),
        (r"give the option ", "set "),
        (r"give the options ", "set them "),
        (r"(?<!\w)wait_timeout\b", "register_targets_verify_timeout"),
        (r"^((?:\S+: )?)name(?= is empty)", r"\1register_targets_workspace"),
        (r"(?<!\w)(timeout|retries)(?= (?:is|must be) )", r"register_targets_\1"),
        (r"(?<=longer than )timeout(?= \()", "register_targets_timeout"),
        (
            r"(?<!\w)(region|metrics_path)(?= (?:'|(?:is|are) not set|or the environment))",
            r"register_targets_\1",
        ),
    )
]


def in_role_terms(message: str) -> str:
    """Replace the modules' options in a message with the role's variables."""
    for pattern, words in _IN_THE_ROLE:
        message = pattern.sub(words, message)
    return _OPTION.sub(r"register_targets_\1", message)


def error_in_role_terms(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The ``error`` of a host's result: without the message, which is in ``msg``, and with the hint in the role's terms."""
    if error is None:
        return None
    hint = error.get("hint")
    kept = {key: value for key, value in error.items() if key != "message"}
    return {**kept, "hint": in_role_terms(hint)} if hint else kept
