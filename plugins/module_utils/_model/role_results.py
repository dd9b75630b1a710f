# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: the result of each host, and the summary of the run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from .._errors import SysmonError
from .._text import cleaned
from .gate import Judged
from .gate_rules import GateRules
from .role_entries import FLOATING

MOST_SHOWN = 5
_OPTION = re.compile(
    r"(?<![\w_])(app_key|project_id|api_url|validate_certs|ca_path|server_timeout|max_workers|rate_limit)\b"
)
# Sentences of the modules, and what they are in the role.
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
    """The same message with the role's variables in place of the modules' options."""
    for pattern, words in _IN_THE_ROLE:
        message = pattern.sub(words, message)
    return _OPTION.sub(r"register_targets_\1", message)


def error_in_role_terms(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The ``error`` of a result; its message stands in ``msg`` already."""
    if error is None:
        return None
    hint = error.get("hint")
    kept = {key: value for key, value in error.items() if key != "message"}
    return {**kept, "hint": in_role_terms(hint)} if hint else kept


def deal(entries: Mapping[str, Mapping[str, Any]], call: Mapping[str, Any], diff: bool) -> dict[str, dict[str, Any]]:
    """The result of each host from one bulk call for all: its targets, ``changed``, and why it failed."""
    results = iter(call.get("targets") or [])
    dealt = {}
    for host, entry in entries.items():
        targets = list(islice(results, len(entry["targets"])))
        error = _error_of(targets, call)
        reason = _reason(host, entry, targets, str(call.get("msg") or ""), error)
        done = [target for target in targets if target["action"] in ("created", "deleted")]
        changed = any(target["changed"] for target in targets) if targets else bool(call.get("changed"))
        result: dict[str, Any] = {"changed": changed, "targets": targets}
        if diff and done:
            result["diff"] = _diff(host, done)
        dealt[host] = failed(result, reason, error) if reason else result
    return dealt


def failed(result: Mapping[str, Any], reason: str, error: Any = None, *, kind: str = "registration") -> dict[str, Any]:
    """The result of a host that failed."""
    told = {"msg": in_role_terms(reason), "error": error_in_role_terms(error), "failed_in": kind}
    return {**result, "failed": True, **told}


def failed_host(error: SysmonError) -> dict[str, Any]:
    """The result of a host for which nothing was sent."""
    return failed({"changed": False, "targets": []}, str(error), error.as_result())


def without_shared_hints(results: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The results without the hints that more than five failed hosts share, and those hints."""
    hints = {host: _hints(result) for host, result in results.items() if result.get("failed")}
    counts = Counter(hint for of_host in hints.values() for hint in of_host)
    shared = [hint for hint, count in counts.items() if count > MOST_SHOWN]
    short = {host: dict(result) for host, result in results.items()}
    for host, of_host in hints.items():
        for hint in of_host:
            if hint in shared:
                short[host]["msg"] = short[host]["msg"].replace(f" {hint}", "")
                if short[host]["error"]["hint"] == hint:
                    short[host]["error"] = {**short[host]["error"], "hint": None}
    return short, shared


def _hints(result: Mapping[str, Any]) -> list[str]:
    hint = (result["error"] or {}).get("hint")
    return [one for one in (hint, FLOATING) if one and result["error"] and f" {one}" in result["msg"]]


def shown(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a host as the role returns it: without what is not there, where it failed."""
    kept = {key: value for key, value in result.items() if key != "failed_in"}
    if result.get("failed"):
        kept["targets"] = [
            target for target in result["targets"] if target["action"] != "failed" or target["target_id"]
        ]
    return kept


def fleet_result(results: Mapping[str, Mapping[str, Any]], text: str) -> dict[str, Any]:
    """One result for all hosts of a fleet. ``refused`` says that one reason concerns all of them."""
    broken = {host: result["msg"] for host, result in results.items() if result.get("failed")}
    result: dict[str, Any] = {
        "changed": any(result["changed"] for result in results.values()),
        "failed_hosts": broken,
        "diff": [result["diff"] for result in results.values() if result.get("diff")],
    }
    if broken:
        reasons = {message.partition(": ")[2] for message in broken.values()}
        errors = [result["error"] for result in results.values() if result.get("failed")]
        refused = len(broken) == len(results) > 1 and len(reasons) == 1
        result.update(failed=True, msg=text, error=errors[0], refused=refused)
    return result


def _error_of(targets: Sequence[Mapping[str, Any]], call: Mapping[str, Any]) -> Any:
    whole = call.get("error")
    error = next((target["error"] for target in targets if target["error"]), whole)
    if error and whole and error["kind"] == whole["kind"] and not error.get("hint"):
        # A hint that many share stands once, in that of the whole call.
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


def summary(
    workspace: str,
    results: Mapping[str, Mapping[str, Any]],
    hints: Sequence[str] = (),
    *,
    absent: bool,
    check: bool,
    created: bool,
) -> str:
    """What the run did, on one screen whatever the number of hosts."""
    broken = {host: result for host, result in results.items() if result.get("failed")}
    unverified = sum(result["failed_in"] == "verification" for result in broken.values())
    done = len(results) - len(broken) + unverified
    changed = sum(bool(result["changed"]) for result in results.values())
    verb = "would be" if check else "are"
    state = "not registered (any more)" if absent else "registered"
    counts = f"{done:,} {verb} {state} ({changed:,} changed), {len(broken) - unverified:,} failed"
    lines = [
        f"Workspace {workspace}, {counted(len(results), 'host')}: {counts}"
        + (f", {unverified:,} not verified." if unverified else ".")
        + (f" The workspace {'would be' if check else 'was'} created." if created else "")
    ]
    return "\n".join([*lines, *grouped_reasons(broken), *(f"  {hint}" for hint in hints)])


def grouped_reasons(broken: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for each reason: how many hosts have it, and the first five."""
    groups: dict[str, tuple[str, list[str]]] = {}
    for host, result in broken.items():
        text = str(result["msg"]).replace(host, "HOST", 1)
        # Reasons that differ only in addresses, ids or quoted values are one.
        key = re.sub(r"'[^']*'|\S*\d\S*", "…", text)
        groups.setdefault(key, (str(result["msg"]), []))[1].append(host)
    lines = []
    for shown, hosts in list(groups.values())[:MOST_SHOWN]:
        more = f" and {len(hosts) - MOST_SHOWN:,} more" if len(hosts) > MOST_SHOWN else ""
        lines.append(f"  {counted(len(hosts), 'host')} ({', '.join(hosts[:MOST_SHOWN])}{more}): {shown}")
    if len(groups) > MOST_SHOWN:
        lines.append(f"  {len(groups) - MOST_SHOWN} more reasons.")
    return lines


def counted(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def unverified(judged: Judged, rules: GateRules, seen: str) -> str:
    """Why the query does not confirm a target: what was asked, what was seen, and what to set."""
    reason = f"{cleaned(rules.query)}, label {rules.label}: {judged.reason}"
    if judged.value is not None or str(judged.reason).startswith("The query failed"):
        return reason
    return (
        f"{reason} Values of {rules.label} seen: {seen}."
        " Set register_targets_verify_query or register_targets_verify_label."
    )


def names_of(host: str, target: Mapping[str, Any]) -> list[str]:
    """The names by which a series may know a target: how the service labels series is not documented."""
    hosts = [str(target[key]) for key in ("ip", "hostname") if target.get(key)] + [host]
    ids = [str(target[key]) for key in ("target_id", "host_id") if target.get(key)]
    return list(dict.fromkeys([*(_with_port(name, target["port"]) for name in hosts), *ids]))


def _with_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
