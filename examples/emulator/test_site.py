# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What site.yml does, by what the service has afterwards."""

from __future__ import annotations


def test_registers_both_servers(sysmon, playbook):
    done = playbook("site.yml")
    assert done.returncode == 0, done.stdout
    assert sorted(target["hostNm"] for target in sysmon.state["targets"]) == ["web-1", "web-2"]


def test_a_second_run_sends_no_write(sysmon, playbook):
    playbook("site.yml")
    sysmon.clear()
    assert "changed=0" in playbook("site.yml").stdout
    assert {entry["method"] for entry in sysmon.requests()} == {"GET"}


def test_check_mode_sends_no_write(sysmon, playbook):
    assert playbook("site.yml", "--check").returncode == 0
    assert sysmon.state["workspaces"] == []


def test_an_answer_that_is_lost_makes_no_double(sysmon, playbook):
    sysmon.faults([{"call": "create_target", "times": 1, "drop_after": True}])
    assert playbook("site.yml").returncode == 0
    assert len(sysmon.state["targets"]) == 2


def test_a_service_that_is_down_fails_the_play(sysmon, playbook):
    sysmon.faults([{"call": "list_servers", "status": 503}])
    done = playbook("site.yml", "-e", "register_targets_retries=0")
    assert done.returncode != 0
    assert "503" in done.stdout + done.stderr
