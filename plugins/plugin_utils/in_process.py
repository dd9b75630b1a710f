# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacement for AnsibleModule in Ansible's own process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._model.nearest import suggest_options
from ..module_utils._run.options import without_empty
from ..module_utils._run.secrets import hide
from ..module_utils._secrets import MASK, redact, redact_data


class ModuleExit(Exception):
    """Carries a module's result."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class InProcessModule:
    """Replacement for AnsibleModule, with the parts of it that the modules use."""

    def __init__(
        self, task: Any, with_invocation: bool, argument_spec: dict[str, Any], supports_check_mode: bool, **rules: Any
    ) -> None:
        self.check_mode = supports_check_mode and task.check_mode
        self.no_log_values: set[str] = set()
        # As a process would receive them: plain text and numbers, without ansible-core's tags on variables.
        arguments = without_empty(json.loads(json.dumps(task.args, default=_as_text)))
        checked = ArgumentSpecValidator(argument_spec, **rules).validate(arguments)
        self.params = checked.validated_parameters
        # Values of options and suboptions with no_log, among them those from the environment.
        self._secrets = {str(value) for value in checked._no_log_values if value not in (None, "")}
        self._deprecations: list[dict[str, Any]] = checked._deprecations
        self._warnings = [
            f"Both option {pair['option']} and its alias {pair['alias']} are set." for pair in checked._warnings
        ]
        if self.params.get("app_key"):
            self._secrets.add(str(self.params["app_key"]))
            hide(str(self.params["app_key"]))
        self._invocation = {"module_args": self.params} if with_invocation else None
        if checked.error_messages:
            unsupported = isinstance(checked.errors[0], UnsupportedError)
            prefix = f"Unsupported parameters for ({task.resolved_action}) module: " if unsupported else ""
            self.fail_json(msg=redact(prefix + checked.errors.msg + suggest_options(arguments, argument_spec)))

    def warn(self, warning: str) -> None:
        self._warnings.append(warning)

    def fail_json(self, **result: Any) -> NoReturn:
        self.exit_json(**result, failed=True)

    def exit_json(self, **result: Any) -> NoReturn:
        if self._warnings:
            result["warnings"] = self._warnings
        if self._deprecations:
            result["deprecations"] = self._deprecations
        # The result is redacted already, so only other secrets are masked here; a large result has none.
        other_secrets = self._secrets - {str(self.params.get("app_key"))}
        if other_secrets:
            result = _masked(result, other_secrets)
        if self._invocation:
            result["invocation"] = redact_data(_masked(self._invocation, self._secrets))
        raise ModuleExit(result)


def _masked(value: Any, secrets: set[str]) -> Any:
    """Mask no_log values in nested data, as AnsibleModule does, and in keys, where it does not."""
    if isinstance(value, dict):
        return {_masked(key, secrets): _masked(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item, secrets) for item in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    if text in secrets:
        return "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return value if text == str(value) else text


def shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether a module process would add its arguments to the result: always before ansible-core 2.21, then by setting."""
    try:
        return bool(C.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True


def _as_text(value: Any) -> str:
    """Text of a value that JSON cannot encode: a YAML date, or encrypted text."""
    return value.isoformat() if isinstance(value, date) else str(value)
