# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for your own tests: an emulator per test, and a function that runs a playbook against it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
COLLECTIONS = Path(os.environ.get("COLLECTIONS", "~/.ansible/collections")).expanduser()
sys.path.insert(0, str(COLLECTIONS / "ansible_collections/nhncloud/sysmon/tests"))

from emulator import Emulator  # noqa: E402


@pytest.fixture
def sysmon():
    """The service with the servers of servers.json, and no workspace."""
    with Emulator(servers_file=str(HERE / "servers.json")) as emulator:
        yield emulator


@pytest.fixture
def playbook(sysmon):
    """Run a playbook; its exit code and output."""

    def run(name, *arguments):
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "NHNCLOUD_SYSMON_API_URL": sysmon.url,
            "NHNCLOUD_SYSMON_APP_KEY": sysmon.app_key,
            "NHNCLOUD_SYSMON_PROJECT_ID": sysmon.project_id,
            "NHNCLOUD_SYSMON_REGION": "kr",
        }
        command = ["ansible-playbook", "-i", "inventory.ini", name, *arguments]
        return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)

    return run
