# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""M(nhncloud.sysmon.sysmon_wait) in Ansible's own process, where that is the same."""

from __future__ import annotations

from ..modules.sysmon_wait import main
from ..plugin_utils.in_process import action_of

ActionModule = action_of(main)
