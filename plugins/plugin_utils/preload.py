# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warm up Ansible's templating, and freeze what is loaded, once for all hosts.

Ansible forks a worker per host and task, and each worker that templates loads filters and tests and compiles
expressions again: 15 to 50 ms. The parent process imports the action, so every worker inherits what that import loads.
Their garbage collector need not search it again either.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19

    def trust_as_template(value: str) -> str:
        """Return the value unchanged: these versions have no trust tags."""
        return value


def preload() -> None:
    """Load ansible-core's filters and tests, compile a template, and exempt what exists from garbage collection."""
    # Only an optimisation: ignore errors.
    with suppress(AnsibleError):
        Templar(loader=DataLoader()).template(trust_as_template("{{ nothing is defined or nothing | default('') }}"))
    # Costs each worker time otherwise, and this process when it ends.
    gc.freeze()
