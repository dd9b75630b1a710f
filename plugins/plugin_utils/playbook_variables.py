# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate and convert the variables of the playbooks, and of the role fleet_page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._errors import SysmonError
from ..module_utils._model.playbook_options import PLAYBOOKS, check_playbook_facts, check_variables
from .role_variables import RoleVariables


def playbook_options(playbook: str, variables: RoleVariables, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a playbook, by name without prefix. ``raw`` are all variables, not templated.

    Empty text and ``omit`` count as not set. Raises SysmonError of kind config.
    """
    check_playbook_facts(playbook, variables.host, variables.facts())
    check_variables(playbook, raw)
    spec = PLAYBOOKS[playbook]
    given = {name: variables.plain(name) for name in spec}
    checked = ArgumentSpecValidator(spec).validate({name: value for name, value in given.items() if value is not None})
    if checked.error_messages:
        raise SysmonError("config", checked.error_messages[0] + ".")
    return {name.removeprefix(f"{playbook}_"): value for name, value in checked.validated_parameters.items()}
