# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request goes wrong."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from .codes import INTERNAL_SERVER_ERROR, Answer, gateway, refusal

COMMITS = ("before", "after", "never", "late")
ACTING = {
    "status",
    "headers",
    "body_kind",
    "result_code",
    "result_message",
    "http_status",
    "html",
    "body",
    "body_base64",
    "redirect",
    "refuse_committed",
    "late_commit",
    "commit",
    "slow",
    "timeout",
    "drop",
    "drop_before",
    "drop_after",
    "cut",
    "drip",
    "mutate",
    "gzip",
}


@dataclass
class Fault:
    """What happens to one request: when it is committed, what is answered, and how that is delivered."""

    commit: str = "before"
    late: float = 0
    answer: Answer | None = None  # instead of the real one
    headers: dict = field(default_factory=dict)
    slow: float = 0
    drop: bool | str = False
    cut: bool | str = False
    drip: dict | None = None
    mutate: dict | None = None
    gzip: bool | str = False


def parse(action: dict) -> Fault:
    """The keys of a rule that act, as a Fault. Keys may be given together."""
    dropped = next((action[key] for key in ("drop", "drop_before", "drop_after") if action.get(key)), False)
    if "timeout" in action:
        dropped = dropped or True
    answer = None if dropped else _answer(action)
    if "commit" in action:
        commit = action["commit"]
    elif "late_commit" in action:
        commit = "late"
    elif action.get("drop_before") or "timeout" in action:
        commit = "never"
    elif action.get("drop_after") or "refuse_committed" in action or "body" in action or "body_base64" in action:
        commit = "before"
    else:
        commit = "never" if answer or dropped else "before"
    if commit not in COMMITS:
        raise ValueError("commit is one of %s" % ", ".join(COMMITS))
    if commit in ("never", "late") and answer is None and not dropped:
        answer = gateway(504)
    drip = action.get("drip")
    if isinstance(drip, (int, float)):
        drip = {"bytes_per_second": drip}
    return Fault(
        commit=commit,
        late=float(action.get("late_commit", 0)),
        answer=answer,
        headers=dict(action.get("headers") or {}),
        slow=float(action.get("timeout", action.get("slow", 0))),
        drop=dropped,
        cut=action.get("cut", False),
        drip=drip,
        mutate=action.get("mutate"),
        gzip=action.get("gzip", False),
    )


def _answer(action: dict) -> Answer | None:
    """The answer that a rule gives in place of the real one; None when it leaves that."""
    status = action.get("status", action.get("http_status"))
    if "body" in action or "body_base64" in action:
        body = action["body"].encode() if "body" in action else base64.b64decode(action["body_base64"])
        return Answer(body, status or 200)
    if "redirect" in action:
        return Answer(b"", status or 302, {"Location": action["redirect"]})
    if action.get("html"):
        return gateway(status or 200, "html")
    refused = action.get("refuse_committed")
    code = action.get("result_code", INTERNAL_SERVER_ERROR if refused is True else refused)
    if code is not None:
        return refusal(code, action.get("result_message"), status or 200)
    if status:
        return gateway(status, action.get("body_kind", "envelope"))
    return None
