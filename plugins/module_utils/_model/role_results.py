# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: the result of each host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from .._errors import SysmonError
from .role_entries import FLOATING
from .role_terms import error_in_role_terms, in_role_terms


def results_by_host(
    entries: Mapping[str, Mapping[str, Any]], call: Mapping[str, Any], diff: bool
) -> dict[str, dict[str, Any]]:
    """Split the result of a bulk call (of sysmon_targets) into one result per host: targets, ``changed``, and its errors.

    ``entries`` are in the order of the call's targets. With ``diff`` each changed host gets its own diff.
    """
    results = iter(call.get("targets") or [])
    by_host = {}
    for host, entry in entries.items():
        targets = list(islice(results, len(entry["targets"])))
        error = _error_of(targets, call)
        reason = _reason(host, entry, targets, str(call.get("msg") or ""), error)
        done = [target for target in targets if target["action"] in ("created", "deleted")]
        changed = any(target["changed"] for target in targets) if targets else bool(call.get("changed"))
        result: dict[str, Any] = {"changed": changed, "targets": targets}
        if diff and done:
            result["diff"] = _diff(host, done)
        by_host[host] = failed(result, reason, error) if reason else result
    return by_host


def failed(result: Mapping[str, Any], reason: str, error: Any = None, *, kind: str = "registration") -> dict[str, Any]:
    """Mark the result of a host as failed, with the reason in the role's terms. ``kind`` is the step that failed."""
    failure = {"msg": in_role_terms(reason), "error": error_in_role_terms(error), "failed_in": kind}
    return {**result, "failed": True, **failure}


def failed_host(error: SysmonError) -> dict[str, Any]:
    """The result of a host that failed before any request."""
    return failed({"changed": False, "targets": []}, str(error), error.as_result())


def public_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a host as the role returns it. If the host failed, targets that do not exist are left out."""
    kept = {key: value for key, value in result.items() if key != "failed_in"}
    if result.get("failed"):
        kept["targets"] = [
            target for target in result["targets"] if target["action"] != "failed" or target["target_id"]
        ]
    return kept


def _error_of(targets: Sequence[Mapping[str, Any]], call: Mapping[str, Any]) -> Any:
    whole = call.get("error")
    error = next((target["error"] for target in targets if target["error"]), whole)
    if error and whole and error["kind"] == whole["kind"] and not error.get("hint"):
        # A hint that many targets share is only in the error of the whole call.
        return {**error, "hint": whole.get("hint")}
    return error


def _diff(host: str, done: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    changes = [(target["action"], {key: target[key] for key in ("hostname", "ip", "port")}) for target in done]
    return {
        "before_header": host,
        "after_header": host,
        "before": {"targets": [one for action, one in changes if action == "deleted"]},
        "after": {"targets": [one for action, one in changes if action == "created"]},
    }


def _reason(host: str, entry: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], message: str, whole: Any) -> str:
    if not targets:
        return f"{host}: {message or 'the registration gave no result.'}"
    errors = [(target["port"], target["error"]) for target in targets if target["error"]]
    if not errors:
        return ""
    hints = dict.fromkeys(str(hint) for hint in (*(error["hint"] for _port, error in errors), whole["hint"]) if hint)
    reasons = []
    for port, error in errors:
        text = str(error["message"])
        for hint in hints:
            text = text.replace(f" {hint}", "")
        reasons.append(f"{host} port {port}: {text}")
    by_ip = any(wanted.get("ip") for wanted in entry["targets"])
    if by_ip and any(error["kind"] in ("not_found", "timeout") for _port, error in errors):
        hints[FLOATING] = None
    return " ".join([*reasons, *hints])
