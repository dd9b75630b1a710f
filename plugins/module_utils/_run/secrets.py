# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Telling ansible-core what must not be shown."""

from __future__ import annotations

from .._secrets import remember, spellings

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22, which is the first to mask secrets wherever they turn up
    register_secrets = None


def hide(secret: str | None) -> list[str]:
    """Redact a secret from now on, here and, where it can, by ansible-core; returns its usual spellings."""
    remember(secret)
    found = spellings(secret) if secret else []
    if register_secrets is not None:
        register_secrets(found)
    return found
