# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for awx.awx.job_template: checks the names of options, and changes nothing."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

OPTIONS = [
    "name",
    "job_type",
    "organization",
    "project",
    "inventory",
    "playbook",
    "execution_environment",
    "credentials",
    "job_slice_count",
    "ask_limit_on_launch",
    "extra_vars",
    "state",
]

if __name__ == "__main__":
    AnsibleModule(argument_spec={name: {"type": "raw"} for name in OPTIONS}).exit_json(changed=False)
