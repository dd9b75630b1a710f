# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for awx.awx.credential_type: checks the names of options, and changes nothing."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

OPTIONS = ["name", "description", "kind", "inputs", "injectors", "state"]

if __name__ == "__main__":
    AnsibleModule(argument_spec={name: {"type": "raw"} for name in OPTIONS}).exit_json(changed=False)
