# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from the service as variables of Ansible: data, never a template."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

try:
    # Since ansible-core 2.19 text is a template only where it is marked as trusted.
    from ansible.template import trust_as_template as _plain
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var as _suspicious

    def _plain(value: str) -> str:
        return value
else:

    def _suspicious(value: str) -> str:
        return value


def as_data(value: Any) -> Any:
    """The same value, marked as untrusted: printed unchanged, never a template.

    ``ansible-inventory`` prints text that it must not take for a template as a structure. So only what could be a
    template stays so: it has to hold one of the signs that begin something in Jinja.
    """
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_data(item) for item in value]
    return _text(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096, typed=True)  # most texts of a fleet are the same for many servers
def _text(value: str) -> str:
    return _suspicious(value) if any(sign in value for sign in "{%#") else _plain(value)
