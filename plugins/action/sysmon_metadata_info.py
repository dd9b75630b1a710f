# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of this name in Ansible's own process, where the result is the same. All such files are identical."""

from __future__ import annotations

from ..plugin_utils.module_action import action_of

ActionModule = action_of(__name__)
