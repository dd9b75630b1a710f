# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures in the words of ansible-core, for plugins that run on the controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib

from ..module_utils._errors import SysmonError


@contextmanager
def ansible_errors(kind: type[AnsibleError]) -> Iterator[None]:
    """Turns SysmonError, and the ImportError of a missing library, into that error of ansible-core."""
    try:
        yield
    except SysmonError as error:
        raise kind(str(error)) from None
    except ImportError as missing:
        raise kind(missing_required_lib(str(missing))) from None
