# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report errors as ansible-core does, for plugins that run on the controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible import errors
from ansible.errors import AnsibleAction, AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.utils.display import Display

from ..module_utils._errors import SysmonError

# True for ansible-core 2.19 and newer, which prints an error above each failed result.
PRINTS_ERRORS = hasattr(errors, "AnsibleValueOmittedError")


@contextmanager
def ansible_errors(kind: type[AnsibleError]) -> Iterator[None]:
    """Convert SysmonError, and the ImportError of a missing library, to the given error class of ansible-core."""
    try:
        yield
    except SysmonError as error:
        raise kind(str(error)) from None
    except ImportError as missing:
        raise kind(missing_required_lib(str(missing))) from None


def without_repeated_error(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result of an action. From ansible-core 2.19 on, raise a failed result so that its reason appears once.

    These versions print the error above each failed result, but the same error text only once per run. The raised
    error therefore has the same text for every host; the reason itself is in the result's line.
    """
    if not result.get("failed") or not PRINTS_ERRORS:
        return result
    # Ansible does not show the warnings of a raised result.
    for warning in result.get("warnings") or []:
        Display().warning(warning)
    content = {key: value for key, value in result.items() if key not in ("failed", "warnings")}
    raise AnsibleAction("The line of each failed host contains the reason.", result=content)
