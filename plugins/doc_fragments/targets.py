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
      - The name of the workspace. Exactly one of O(workspace) and O(workspace_id) is given.
      - In check mode a name that does not exist counts as that of a workspace which an earlier task would have made,
        with a warning.
    type: str
  workspace_id:
    description:
      - The id of the workspace.
    type: str
  state:
    description:
      - Whether the targets are to be there.
      - V(absent) removes the target of the listed server and, with it, those of servers that are no longer listed but
        have that host id, name or address. So a server that was made anew leaves nothing behind. Doubles go too.
        A workspace that is gone means that nothing is to be done.
    type: str
    choices: [present, absent]
    default: present
  server_timeout:
    description:
      - How many seconds to wait for a fresh server to be listed. The service lists a server once its agent has reported.
      - In check mode nothing is waited for. With more than V(0) a server that is not listed counts as one that will be,
        with a warning.
    type: int
    default: 0
  wait:
    description:
      - Wait until the service says C(collecting), also of targets that were there already. It collects once a minute.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait for that.
    type: int
    default: 300
"""
