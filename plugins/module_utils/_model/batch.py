# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A batch of inventory hosts: what is asked of the service for each, and what came of it for each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from .fields import ID
from .hosts import SELECTORS, parse_ip

Read = Callable[[str], Any]

# Data, in which nothing is a template.
FACTS = ("ansible_facts", "register_targets_note", "register_targets_outcome")
_TEMPLATE = re.compile("[{#]").search

# The role's loop variable: the part of the entries that a call was for.
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
        known = _reader(host, variables)
        own = known("register_targets_port")
        ports = _ports(default_port if own is None else own)
        identity = _identity(host, known, match)
    except ValueError as error:
        return {"host": host, "targets": [], "problem": f"{host}: {error}"}
    except Exception as error:  # pylint: disable=broad-exception-caught
        # Variables are templates, and those of one host that fail must not be the failure of all.
        return {"host": host, "targets": [], "problem": f"{host}: its variables cannot be read: {error}"}
    return {"host": host, "targets": [{match: identity, "port": port} for port in ports], "problem": None}


def _reader(host: str, variables: Mapping[str, Mapping[str, Any]]) -> Read:
    # raw_get of hostvars merges the variables of a host once and renders none; hostvars[host] does it at each look, and
    # renders a fact as large as all hosts as a whole. So only what may be a template, or is encrypted, is read there.
    raw_get = getattr(variables, "raw_get", None)
    if raw_get is None:
        return variables[host].get
    raw = raw_get(host)

    def read(name: str) -> Any:
        value = raw.get(name)
        plain = value is None or name in FACTS or (isinstance(value, (int, str)) and not _TEMPLATE(str(value)))
        return value if plain else variables[host][name]

    return read


def _ports(value: Any) -> list[int]:
    ports = [int(str(port)) if str(port).isdigit() else 0 for port in (value if _is_list(value) else [value])]
    if not ports or not all(1 <= port <= 65535 for port in ports):
        raise ValueError(f"register_targets_port {value!r} is not a port, or a list of ports, from 1 to 65535.")
    return ports


def _identity(host: str, known: Read, match: str) -> Any:
    given = known("register_targets_identity")
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


def _addresses(host: str, known: Read, given: Any) -> list[str]:
    if given:
        wanted = [str(address) for address in (given if _is_list(given) else [given])]
        wrong = [address for address in wanted if parse_ip(address) is None]
        if wrong:
            raise ValueError(f"register_targets_identity {wrong[0]!r} is not an IP address.")
        return wanted
    reached = str(known("ansible_host") or host)
    facts = known("ansible_facts") or {}
    own = [*(facts.get("all_ipv4_addresses") or []), *(facts.get("all_ipv6_addresses") or [])]
    found = [reached] if parse_ip(reached) else []
    # A loopback address means another machine to every host; a playbook that says so itself is believed.
    found += [str(address) for address in own if not getattr(parse_ip(str(address)), "is_loopback", True)]
    if not found:
        raise ValueError(f"ansible_host {reached!r} is not an IP address, and there are no facts. {FLOATING}")
    return list(dict.fromkeys(found))


def _is_list(value: Any) -> bool:
    # Not Sequence: an encrypted text is one too, on ansible-core before 2.19.
    return isinstance(value, (list, tuple))


def parts_of(entries: Sequence[Mapping[str, Any]], size: int) -> list[dict[str, str]]:
    """What each bulk call is for: a ``label`` for people, its ``targets`` and its ``entries`` as JSON.

    Ansible walks through every value of a loop, of the arguments of a task and of its result, several times each. For
    thousands of hosts that costs more than all requests; a text it takes as one value.
    """
    size = max(size, 1)
    return [_part(entries[begin : begin + size]) for begin in range(0, len(entries), size)]


def _part(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    targets = [target for entry in entries for target in entry["targets"]]
    label = f"{len(entries)} hosts, {entries[0]['host']} to {entries[-1]['host']}"
    return {"label": label, "targets": json.dumps(targets), "entries": json.dumps(entries)}


def verdicts_of(calls: Iterable[Mapping[str, Any]], refusal: str = "") -> dict[str, Any]:
    """By name of the ``hosts`` why each failed, empty where it did not; those that ``failed``; how many ``changed``; and
    why the service ``refused`` all.

    Each call is a result of sysmon_targets in a loop over parts of the entries; ``refusal`` is why calls were left out.
    """
    hosts: dict[str, str] = {}
    changed, answered, refused = 0, False, refusal
    for call in calls:
        message = call.get("msg") or refusal
        answered = answered or call.get("targets") is not None
        refused = refused or message
        for entry, targets in _dealt(call):
            hosts[entry["host"]] = entry["problem"] or _reason(entry, targets, message)
            changed += any(target.get("action") in ("created", "deleted") for target in targets)
    failed = {host: reason for host, reason in hosts.items() if reason}
    return {"hosts": hosts, "changed": changed, "failed": failed, "refused": "" if answered else refused}


def _dealt(call: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[Any]]]:
    """Each entry that a call was for, with its share of the results."""
    results = iter(call.get("targets") or [])
    for entry in json.loads(call[PART]["entries"]):
        yield entry, list(islice(results, len(entry["targets"])))


def _reason(entry: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], message: str) -> str:
    host = entry["host"]
    if not targets:
        return f"{host}: {message or 'the registration gave no result.'}"
    errors = [(target["port"], target["error"]) for target in targets if target["error"]]
    reasons = [f"{host} port {port}: {error['message']}" for port, error in errors]
    by_ip = any("ip" in wanted for wanted in entry["targets"])
    if by_ip and any(error["kind"] == "not_found" for _port, error in errors):
        reasons.append(FLOATING)
    return " ".join(reasons)


def registered_by(calls: Iterable[Mapping[str, Any]], failed: Container[str] = ()) -> list[dict[str, Any]]:
    """The entries of hosts that did not fail, with the targets of each as the service has them."""
    return [
        {**entry, "found": targets} for call in calls for entry, targets in _dealt(call) if entry["host"] not in failed
    ]


def unseen_by(registered: Iterable[Mapping[str, Any]], answer: Mapping[str, Any], label: str) -> dict[str, str]:
    """For each of these hosts that is not proven to be collected: what was seen of it instead.

    ``answer`` is the result of sysmon_query_info. How the service labels a series is not documented. A sample counts
    for a target when the label is its address or name, alone or with the port, or one of its ids; it proves the target
    when its value is above 0.
    """
    seen: dict[str, list[str]] = {}
    for sample in answer.get("samples") or []:
        seen.setdefault(str(sample["labels"].get(label, "")).lower(), []).append(str(sample["value"]))
    unseen = {}
    for entry in registered:
        host = entry["host"]
        for target in entry["found"]:
            values = [value for name in _names(host, target) for value in seen.get(name, [])]
            if any(_positive(value) for value in values):
                continue
            found = f"gave the value {values[0]}" if values else f"gave no sample whose {label} is one of its names"
            if "samples" not in answer:
                found = f"failed: {str(answer.get('msg')).rstrip('.')}"
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


def noted_in(hosts: Iterable[str], variables: Mapping[str, Mapping[str, Any]], run: Mapping[str, Any]) -> list[Any]:
    """The entries that hosts have noted of themselves in this run of the role."""
    notes = [_reader(host, variables)("register_targets_note") for host in hosts if host in variables]
    return [note["entry"] for note in notes if note and note["run"] == run]


def reason_for(host: str, variables: Mapping[str, Mapping[str, Any]], run: Mapping[str, Any]) -> str:
    """Why a host failed in this run of the role, by what the host that spoke for it noted; empty where it did not."""
    outcome = _reader(run["speaker"], variables)("register_targets_outcome")
    if not outcome or outcome["run"] != run or host not in outcome["hosts"]:
        return f"{host}: the registration of the batch was not carried out, see above."
    return str(outcome["hosts"][host])
