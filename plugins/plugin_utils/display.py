# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show progress and summaries of actions."""

from __future__ import annotations

from ansible import constants as C
from ansible.utils.display import Display


def show(text: str) -> None:
    """Show text, on stderr if stdout is machine-readable."""
    machine_readable = "json" in str(C.config.get_config_value("DEFAULT_STDOUT_CALLBACK"))
    Display().display(text, stderr=machine_readable)
