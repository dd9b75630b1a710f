# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A world for the modules that change things."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]

HOSTS = {"h1": "web-1", "h2": "web-2", "h3": "web-3", "h4": "twin", "h5": "twin"}


@pytest.fixture
def world(emulate):
    """Start an emulator with servers, three workspaces and some targets.

    ``shop`` has web-1 once, web-2 twice (a double), and a target of a server that is gone; ``odd name!`` and the
    default workspace ``@Linux`` have one target each.
    """

    def start(*faults, **options):
        emulator = emulate(faults=list(faults), **options)
        for number, (host_id, name) in enumerate(HOSTS.items(), 1):
            emulator.add_server(hostId=host_id, hostNm=name, svrIp=f"10.0.0.{number}", instanceId=f"i-{number}")
        for name, job, reserved in (("shop", "w1", None), ("odd name!", "w2", None), ("@Linux", "w3", "LINUX")):
            emulator.add_workspace(
                jobName=name, jobId=job, metricsPath="/shop", description="The shop", reservedJobCd=reserved
            )
        emulator.add_workspace(jobName="empty", jobId="w4")
        for target_id, job, host_id in (
            ("t1", "shop", "h1"),
            ("t2", "shop", "h2"),
            ("t3", "shop", "h2"),
            ("t5", "odd name!", "h1"),
            ("t6", "@Linux", "h1"),
        ):
            emulator.add_target(targetId=target_id, jobName=job, hostId=host_id, port=9100, resultCd=0)
        emulator.add_target(
            targetId="t4", jobName="shop", hostId="gone", hostNm="old", svrIp="10.0.9.9", port=9100, resultCd=1
        )
        emulator.clear()
        return emulator

    return start


@pytest.fixture
def run_process(options_of):
    """Run a module's file in a process of its own, as Ansible does; its result."""

    def run(name, arguments, emulator=None, check_mode=False, path=ROOT.parents[2]):
        options = {key: value for key, value in options_of(emulator).items() if value is not None} if emulator else {}
        wanted = {**options, **arguments, "_ansible_check_mode": check_mode}
        process = subprocess.run(
            [sys.executable, str(ROOT / f"plugins/modules/{name}.py")],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": wanted}),
            env={"PYTHONPATH": os.pathsep.join([str(path), str(ROOT.parents[2]), *sys.path])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert process.stderr == ""
        result = json.loads(process.stdout)
        # From ansible-core 2.22 on a module tells Ansible, and nobody else, what to mask.
        result.pop("_ansible_new_secrets", None)
        assert bool(process.returncode) == bool(result.get("failed"))
        return result

    return run
