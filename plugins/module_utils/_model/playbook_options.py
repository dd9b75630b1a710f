# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the playbooks, and of the role fleet_page: their names, types and defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._errors import SysmonError
from .nearest import nearest
from .role_entries import PREFIX, VARIABLES

# The pattern of hosts, which drift has, too.
HOSTS = "register_hosts"
# Argument spec of each playbook.
PLAYBOOKS: dict[str, dict[str, dict[str, Any]]] = {
    "register": {
        HOSTS: {"type": "raw"},
    },
    "prune": {
        "prune_workspace": {"type": "str"},
        "prune_silent_for": {"type": "str", "default": "24h"},
        "prune_max_share": {"type": "float", "default": 20},
        "prune_protect": {"type": "list", "elements": "str"},
        "prune_label": {"type": "str", "default": "instance"},
    },
    "drift": {
        "drift_silent_for": {"type": "str"},
        "drift_page": {"type": "str"},
        "drift_fail": {"type": "bool", "default": False},
    },
    "export": {
        "export_workspace": {"type": "str"},
        "export_path": {"type": "str"},
        "export_file_sd": {"type": "str"},
    },
    "fleet_page": {
        "fleet_page_path": {"type": "str", "required": True},
        "fleet_page_workspace": {"type": "str"},
        "fleet_page_title": {"type": "str", "default": "Collection targets"},
        "fleet_page_label": {"type": "str", "default": "instance"},
    },
}


def check_variables(playbook: str, names: Iterable[str]) -> None:
    """Reject variables that the playbook does not have. Raises SysmonError of kind config."""
    known, prefixes = list(PLAYBOOKS[playbook]), [f"{playbook}_"]
    if playbook in ("register", "drift"):
        known, prefixes = [*known, HOSTS], [*prefixes, "register_", "deregister_"]
    for name in names:
        # The role checks its own variables.
        if name.startswith(tuple(prefixes)) and name not in known and not name.startswith(PREFIX):
            near = _role_variable(name) or nearest(name, known)
            raise SysmonError("config", f"{name} is not a variable of {playbook}: did you mean {near}?")


def _role_variable(name: str) -> str | None:
    """The variable of the role with the same end, such as ``register_targets_port`` for ``register_port``."""
    prefix, _underscore, end = name.partition("_")
    return f"{PREFIX}{end}" if prefix in ("register", "deregister") and end in VARIABLES else None


def check_playbook_facts(playbook: str, host: str, facts: Mapping[str, Any]) -> None:
    """Reject facts that are named like variables of the playbook. Raises SysmonError of kind config."""
    for key in facts:
        if str(key).startswith(f"{playbook}_") or str(key) == HOSTS:
            raise SysmonError(
                "config",
                f"{host}: its facts contain {key}, which would act as an option. Facts come from the host and are "
                "never options: remove it, or set the variable in the inventory or the play.",
            )
