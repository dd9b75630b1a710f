# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch of inventory hosts: what is asked of the service for each, and what came of it for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .hosts import SELECTORS, parse_ip
from .records import ID

# The role's loop variable: the entries that a call was for.
PART = "__register_targets_part"

FLOATING = (
    "The service knows a server by its own addresses: for a host that is reached by another one gather facts, "
    "match by instance_id, or set register_targets_identity."
)


def entries_of(
    hosts: Iterable[str] | str, variables: Mapping[str, Mapping[str, Any]], match: str, default_port: Any
) -> list[dict[str, Any]]:
    """For each host its targets as sysmon_targets takes them, or the problem that keeps it from having any."""
    if isinstance(hosts, str):  # as Ansible reads a text where a list is wanted
        hosts = [host.strip() for host in hosts.split(",")]
    if match not in SELECTORS:
        raise ValueError(f"match is one of {', '.join(SELECTORS)}, not {match!r}")
    return [_entry(host, variables, match, default_port) for host in hosts]


def _entry(host: str, variables: Mapping[str, Mapping[str, Any]], match: str, default_port: Any) -> dict[str, Any]:
    try:
        if host not in variables:
            raise ValueError("it is not a host of the inventory.")
        # One look at hostvars for each host: every look merges all variables of the host anew.
        known = variables[host]
        own = known.get("register_targets_port")
        ports = _ports(default_port if own is None else own)
        identity = _identity(host, known, match)
    except ValueError as error:
        return {"host": host, "targets": [], "problem": f"{host}: {error}"}
    except Exception as error:  # pylint: disable=broad-exception-caught
        # Variables are templates, and those of one host that fail must not be the failure of all.
        return {"host": host, "targets": [], "problem": f"{host}: its variables cannot be read: {error}"}
    return {"host": host, "targets": [{match: identity, "port": port} for port in ports], "problem": None}


def _ports(value: Any) -> list[int]:
    ports = [int(port) if str(port).isdigit() else 0 for port in (value if _is_list(value) else [value])]
    if not ports or not all(1 <= port <= 65535 for port in ports):
        raise ValueError(f"register_targets_port {value!r} is not a port, or a list of ports, from 1 to 65535.")
    return ports


def _identity(host: str, known: Mapping[str, Any], match: str) -> Any:
    given = known.get("register_targets_identity")
    if match == "ip":
        return _addresses(host, known, given)
    if not given and match == "hostname":
        return host
    if not given:
        raise ValueError(
            f"its {match} is not known: set register_targets_identity"
            + (", or apply the role to the host, which is then asked." if match == "instance_id" else ".")
        )
    if match != "hostname" and not ID.fullmatch(str(given)):
        raise ValueError(f"register_targets_identity {given!r} is not an id.")
    return str(given)


def _addresses(host: str, known: Mapping[str, Any], given: Any) -> list[str]:
    if given:
        wanted = [str(address) for address in (given if _is_list(given) else [given])]
        wrong = [address for address in wanted if parse_ip(address) is None]
        if wrong:
            raise ValueError(f"register_targets_identity {wrong[0]!r} is not an IP address.")
        return wanted
    reached = str(known.get("ansible_host") or host)
    facts = known.get("ansible_facts") or {}
    own = [*(facts.get("all_ipv4_addresses") or []), *(facts.get("all_ipv6_addresses") or [])]
    found = [reached] if parse_ip(reached) else []
    # A loopback address means another machine to every host; a playbook that says so itself is believed.
    found += [str(address) for address in own if not getattr(parse_ip(str(address)), "is_loopback", True)]
    if not found:
        raise ValueError(f"ansible_host {reached!r} is not an IP address, and there are no facts. {FLOATING}")
    return list(dict.fromkeys(found))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def verdicts_of(entries: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each host whether it failed, why, and its targets.

    Each call is a result of sysmon_targets in a loop over parts of the entries.
    """
    verdicts = {}
    for call in calls:
        targets = iter(call.get("targets") or [])
        for entry in call[PART]:
            own = [target for _wanted, target in zip(entry["targets"], targets)]
            verdicts[entry["host"]] = _verdict(entry, own, call)
    return {entry["host"]: verdicts.get(entry["host"]) or _without_call(entry) for entry in entries}


def _without_call(entry: Mapping[str, Any]) -> dict[str, Any]:
    reason = entry["problem"] or f"{entry['host']}: the registration was not carried out."
    return {"failed": True, "changed": False, "reason": reason, "targets": []}


def _verdict(entry: Mapping[str, Any], targets: list[Any], call: Mapping[str, Any]) -> dict[str, Any]:
    host = entry["host"]
    errors = [(target.get("port"), target["error"]) for target in targets if target.get("error")]
    reasons = [f"{host} port {port}: {error.get('message')}" for port, error in errors]
    if not targets:
        reasons = [f"{host}: {call.get('msg') or 'the registration gave no result.'}"]
    elif any(
        error.get("kind") == "not_found" and "ip" in wanted for wanted in entry["targets"] for _p, error in errors
    ):
        reasons.append(FLOATING)
    return {
        "failed": bool(reasons),
        "changed": any(target.get("action") in ("created", "deleted") for target in targets),
        "reason": " ".join(reasons) or None,
        "targets": targets,
    }


def unseen_by(verdicts: Mapping[str, Mapping[str, Any]], answer: Mapping[str, Any], label: str) -> dict[str, str]:
    """For each host that did not fail and is not proven to be collected: what was seen of it instead.

    ``answer`` is the result of sysmon_query_info. How the service labels a series is not documented. A sample counts
    for a target when the label is its address or name, alone or with the port, or one of its ids; it proves the target
    when its value is above 0.
    """
    seen: dict[str, list[str]] = {}
    for sample in answer.get("samples") or []:
        seen.setdefault(str(sample["labels"].get(label, "")).lower(), []).append(str(sample["value"]))
    unseen = {}
    for host, verdict in verdicts.items():
        for target in () if verdict["failed"] else verdict["targets"]:
            values = [value for name in _names(host, target) for value in seen.get(name, [])]
            if any(_positive(value) for value in values):
                continue
            found = f"gave the value {values[0]}" if values else f"gave no sample whose {label} is one of its names"
            if "samples" not in answer:
                found = f"failed: {answer.get('msg')}"
            unseen[host] = f"{host} port {target['port']}: the query {found}."
            break
    return unseen


def _names(host: str, target: Mapping[str, Any]) -> list[str]:
    plain = [str(target[key]).lower() for key in ("ip", "hostname") if target.get(key)] + [host.lower()]
    ids = [str(target[key]).lower() for key in ("target_id", "host_id") if target.get(key)]
    return list(dict.fromkeys([*(f"{name}:{target['port']}" for name in plain), *plain, *ids]))


def _positive(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return False


def noted_since(
    hosts: Iterable[str], variables: Mapping[str, Mapping[str, Any]], since: Any, most: int = 0
) -> list[Any]:
    """The entries that hosts have noted of themselves later than ``since``, at most so many of them (0: all)."""
    noted = []
    for host in hosts:
        note = variables[host].get("register_targets_note") if host in variables else None
        if note and float(note["at"]) >= float(since):
            noted.append(note["entry"])
            if len(noted) == most:
                break
    return noted
