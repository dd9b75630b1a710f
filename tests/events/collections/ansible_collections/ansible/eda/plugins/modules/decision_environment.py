# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for ansible.eda.decision_environment: checks the options, and tells them."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

OPTIONS = {"name": {"required": True}, "organization_name": {"required": True}, "image_url": {"required": True}}

if __name__ == "__main__":
    module = AnsibleModule(argument_spec=OPTIONS)
    module.exit_json(changed=False, given=module.params)
