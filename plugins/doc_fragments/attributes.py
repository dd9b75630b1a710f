# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of what every module of the collection supports."""

from __future__ import annotations


class ModuleDocFragment:
    """C(nhncloud.sysmon.attributes), and C(.info) and C(.actiongroup) of it."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
  diff_mode:
    description: Returns details on what has changed, or possibly needs changing in C(check_mode), in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside of check mode with the same arguments, the second run changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details:
      - This module only reads.
  diff_mode:
    description: Returns details on what has changed, or possibly needs changing in C(check_mode), in diff mode.
    support: N/A
    details:
      - This module only reads.
  idempotent:
    description: When run twice in a row outside of check mode with the same arguments, the second run changes nothing.
    support: full
    details:
      - This module only reads.
"""

    ACTIONGROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/nhncloud.sysmon.sysmon) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - nhncloud.sysmon.sysmon
"""
