# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options of the role: convert them, and pass the environment on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._api.connect import ENVIRONMENT
from ..module_utils._errors import SysmonError
from ..module_utils._model.role_entries import PREFIX
from ..module_utils._run.options import check_numbers, connection

_ARGUMENT = re.compile("^argument '(\\w+)'")


def checked_connection(given: Mapping[str, Any]) -> dict[str, Any]:
    """Convert the connection options, and add defaults and environment. Raises SysmonError of kind config."""
    check_numbers(given, connection())
    checked = ArgumentSpecValidator(connection()).validate(dict(given))
    if checked.error_messages:
        raise SysmonError("config", _ARGUMENT.sub(rf"{PREFIX}\1", checked.error_messages[0]) + ".")
    parameters: dict[str, Any] = checked.validated_parameters
    return parameters


def from_environment() -> dict[str, str]:
    """The connection options in the controller's environment, to pass to a bastion."""
    return {option: os.environ[name] for option, name in ENVIRONMENT.items() if os.environ.get(name)}


@contextmanager
def environment_of(task_environment: Mapping[str, str]) -> Iterator[None]:
    """Apply the ``environment`` of a task to this process, temporarily."""
    before = {name: os.environ.get(name) for name in task_environment}
    os.environ.update({name: str(value) for name, value in task_environment.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
