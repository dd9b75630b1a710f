# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Register secrets for redaction, here and in ansible-core."""

from __future__ import annotations

from .._secrets import remember, spellings

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22, the first version that masks secrets everywhere
    register_secrets = None


def hide(secret: str | None) -> list[str]:
    """Redact a secret from now on, here and (if supported) in ansible-core. Returns its common encodings."""
    remember(secret)
    found = spellings(secret) if secret else []
    if register_secrets is not None:
        register_secrets(found)
    return found
