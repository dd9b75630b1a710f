# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that sysmon_target and sysmon_targets share."""

from __future__ import annotations


class ModuleDocFragment:
    """C(nhncloud.sysmon.targets)."""

    DOCUMENTATION = r"""
options:
  workspace:
    description:
      - The name of the workspace. Exactly one of O(workspace) and O(workspace_id) is required.
      - In check mode a name that does not exist counts as a workspace that an earlier task would have created, with a
        warning.
    type: str
  workspace_id:
    description:
      - The id of the workspace.
    type: str
  state:
    description:
      - Whether the targets should exist.
      - V(absent) removes the target of the listed server and, with it, those of servers that are no longer listed but
        have that host id, name or address, so a server that was re-created leaves nothing behind. Doubles are removed
        too. If the workspace does not exist, there is nothing to do.
    type: str
    choices: [present, absent]
    default: present
  server_timeout:
    description:
      - How many seconds to wait for a new server to be listed, V(0) or more. The service lists a server once its
        agent has reported.
      - Check mode does not wait. With more than V(0), a server that is not listed counts as one that will be, with a
        warning.
    type: int
    default: 0
  wait:
    description:
      - Wait until the service reports C(collecting), also for targets that existed before. It collects once a minute.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds O(wait) may take, V(0) or more.
    type: int
    default: 300
"""
