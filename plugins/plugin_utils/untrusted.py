# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mark text of the service as untrusted, so that Ansible never templates it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

try:
    # From ansible-core 2.19 on, text is a template only if it is marked as trusted.
    from ansible.template import trust_as_template as _plain
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var as _suspicious

    def _plain(value: str) -> str:
        return value
else:

    def _suspicious(value: str) -> str:
        return value


def as_data(value: Any) -> Any:
    """Mark the text in nested data so that Ansible never templates it.

    Text that could not be a template (it has none of Jinja's opening characters) is marked as plain, because
    ``ansible-inventory`` prints untrusted text as a structure.
    """
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_data(item) for item in value]
    return _text(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096, typed=True)  # many servers of a fleet have the same texts
def _text(value: str) -> str:
    return _suspicious(value) if any(sign in value for sign in "{%#") else _plain(value)
