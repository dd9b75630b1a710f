# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures in the words of ansible-core, for plugins that run on the controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible import errors
from ansible.errors import AnsibleAction, AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.utils.display import Display

from ..module_utils._errors import SysmonError

# ansible-core 2.19 and newer.
PRINTS_ERRORS = hasattr(errors, "AnsibleValueOmittedError")


@contextmanager
def ansible_errors(kind: type[AnsibleError]) -> Iterator[None]:
    """Turns SysmonError, and the ImportError of a missing library, into that error of ansible-core."""
    try:
        yield
    except SysmonError as error:
        raise kind(str(error)) from None
    except ImportError as missing:
        raise kind(missing_required_lib(str(missing))) from None


def told_once(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result of an action, or raise it as a failure whose reason is printed once for each host.

    From 2.19 on ansible-core prints an error with its origin in front of each failed result, the same one only once.
    """
    if not result.get("failed") or not PRINTS_ERRORS:
        return result
    # The warnings of a result that is raised are not shown.
    for warning in result.get("warnings") or []:
        Display().warning(warning)
    told = {key: value for key, value in result.items() if key not in ("failed", "warnings")}
    raise AnsibleAction("The reason stands in the line of each host that failed.", result=told)
