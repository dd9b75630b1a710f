# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warm up Ansible's templating once for all hosts.

Ansible forks a worker for each host and task, and a worker that meets a template loads filters and tests and compiles
expressions anew: 15 to 50 ms each. The process that forks imports the action, so what is loaded at its import is there
in every worker.
"""

from __future__ import annotations

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19

    def trust_as_template(value: str) -> str:
        """Templates are not marked there."""
        return value


def preload() -> None:
    """Load the filters and tests that come with ansible-core, and what compiles templates."""
    try:
        Templar(loader=DataLoader()).template(trust_as_template("{{ nothing is defined or nothing | default('') }}"))
    except AnsibleError:
        # It saves time, nothing depends on it.
        return
