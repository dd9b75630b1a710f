# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role register_targets: build the entry of each host from its variables, and validate facts and variable names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._errors import SysmonError
from .._text import ID
from .hosts import SELECTORS, parse_ip
from .nearest import nearest

PREFIX = "register_targets_"

# Every variable of the role, without the prefix, and its default. A unit test compares them with meta/argument_specs.yml.
VARIABLES: dict[str, Any] = {
    **dict.fromkeys(("workspace", "hosts", "identity", "metrics_path", "description", "verify_query", "rate_limit")),
    **dict.fromkeys(("app_key", "project_id", "region", "api_url", "validate_certs", "ca_path", "timeout", "retries")),
    "port": 9100,
    "state": "present",
    "create_workspace": True,
    "match": "ip",
    "server_timeout": 300,
    "probe": False,
    "probe_host": "localhost",
    "metadata_url": "http://169.254.169.254/openstack/latest/meta_data.json",
    "verify": "none",
    "verify_timeout": 300,
    "verify_label": "instance",
    "batch": 500,
    "max_workers": 8,
    "delegate_to": "localhost",
}
# Variables that the role and its playbooks set for users.
RESULTS = ("failed", "result")

# Prefixes of option names: a host must not set these by its facts.
OPTION_PREFIXES = ("nhncloud_sysmon_", PREFIX, "gate_", "grafana_datasource_")

FLOATING = (
    "The service knows a server by its own addresses: for a host that is reached by another one gather facts, "
    "match by instance_id, or set register_targets_identity."
)


def check_facts(host: str, facts: Iterable[str]) -> None:
    """Reject facts that are named like options. Raises SysmonError of kind config."""
    for key in facts:
        if str(key).startswith(OPTION_PREFIXES):
            raise SysmonError(
                "config",
                f"{host}: its facts contain {key}, which would act as an option. Facts come from the host and are "
                "never options: remove it, or set the variable in the inventory or the play.",
            )


def check_names(names: Iterable[str]) -> None:
    """Reject variables that the role does not have. Raises SysmonError of kind config."""
    for name in names:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in (*VARIABLES, *RESULTS):
            near = nearest(name, [PREFIX + known for known in VARIABLES])
            raise SysmonError("config", f"{name} is not a variable of the role: did you mean {near}?")


def entry_of(host: str, match: str, port: Any, identity: Any, address: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The targets of one host as options of sysmon_targets. Raises SysmonError of kind config.

    ``match`` is the selector, ``identity`` its value if the user gives one, ``address`` is ansible_host, ``facts`` the
    host's ansible_facts.
    """
    known = {match: _identity(host, match, identity, address, facts)}
    return {"targets": [{**known, "port": one} for one in _ports(host, port)]}


def _ports(host: str, value: Any) -> list[int]:
    ports = [_port(port) for port in (value if _is_list(value) else [value])]
    if not ports or not all(1 <= port <= 65535 for port in ports):
        raise _config(
            host, f"register_targets_port {_shown(value)} is not a port, or a list of ports, from 1 to 65535."
        )
    return list(dict.fromkeys(ports))


def _port(value: Any) -> int:
    # Not isdigit(): int() does not take all that it takes, such as a superscript two.
    return int(str(value)) if re.fullmatch("[0-9]{1,5}", str(value)) else 0


def _identity(host: str, match: str, given: Any, address: str, facts: Mapping[str, Any]) -> Any:
    if match not in SELECTORS:
        raise SysmonError("config", f"register_targets_match must be one of {', '.join(SELECTORS)}, not {match!r}.")
    if match == "ip":
        return _addresses(host, given, address, facts)
    if not given and match == "hostname":
        return host
    if not given:
        raise _config(
            host,
            f"its {match} is not known: set register_targets_identity"
            + (", or apply the role to the host, which is then asked." if match == "instance_id" else "."),
        )
    if match != "hostname" and not ID.fullmatch(str(given)):
        raise _config(host, f"register_targets_identity {_shown(given)} is not an id.")
    return str(given)


def _addresses(host: str, given: Any, address: str, facts: Mapping[str, Any]) -> list[str]:
    if given:
        wanted = [str(address) for address in (given if _is_list(given) else [given])]
        wrong = [address for address in wanted if parse_ip(address) is None]
        if wrong:
            raise _config(host, f"register_targets_identity {_shown(wrong[0])} is not an IP address.")
        return wanted
    own = [*(facts.get("all_ipv4_addresses") or []), *(facts.get("all_ipv6_addresses") or [])]
    found = [address] if parse_ip(address) else []
    # Every host has the same loopback addresses, so facts do not count; an explicit ansible_host does.
    found += [str(one) for one in own if not getattr(parse_ip(str(one)), "is_loopback", True)]
    if not found:
        raise _config(host, f"ansible_host {_shown(address)} is not an IP address, and there are no facts. {FLOATING}")
    return list(dict.fromkeys(found))


def _is_list(value: Any) -> bool:
    # Not Sequence: encrypted text is a Sequence before ansible-core 2.19.
    return isinstance(value, (list, tuple))


def _shown(value: Any) -> str:
    return repr(value if isinstance(value, (int, list)) else str(value))[:300]


def _config(host: str, message: str) -> SysmonError:
    return SysmonError("config", f"{host}: {message}")
