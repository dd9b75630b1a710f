# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet playbooks run on localhost, which a limit leaves out unless it names it."""

from __future__ import annotations

import pytest

REGISTER = "nhncloud.sysmon.register"
SHOP = ("-e", "register_hosts=web", "-e", "register_targets_workspace=shop", "-e", "register_targets_server_timeout=0")


@pytest.mark.parametrize("limit", ["web", "web1,web2"])
def test_a_limit_without_localhost_fails_instead_of_doing_nothing(ansible, hosts, emulator, limit):
    run = ansible(REGISTER, hosts(3), *SHOP, "--limit", limit)
    assert run.code == 2
    assert f"Nothing was done: --limit leaves out localhost. Use --limit '{limit},localhost'." in run.failed["web1"]
    assert emulator.requests() == []


def test_a_limit_narrows_the_hosts(ansible, hosts, emulator, registered):
    run = ansible(REGISTER, hosts(3), *SHOP, "--limit", "web3,localhost,web1")
    assert run.code == 0
    assert registered(emulator) == [("shop", "host-00001", 9100), ("shop", "host-00003", 9100)]


def test_hosts_that_fail_under_a_limit(ansible, hosts, emulator):
    web = hosts(3)
    web["web2"]["ansible_host"] = "10.9.9.9"
    run = ansible(REGISTER, web, *SHOP, "--limit", "web2,web3,localhost")
    assert run.code == 2
    assert "10.9.9.9" in run.failed["web2"][0]
    assert [target["hostNm"] for target in emulator.state["targets"]] == ["host-00003"]


def test_a_limit_in_a_file(ansible, hosts, emulator, registered):
    (ansible.folder / "limit").write_text("web1\nlocalhost\n", encoding="utf-8")
    run = ansible(REGISTER, hosts(3), *SHOP, "--limit", "@limit")
    assert run.code == 0
    assert registered(emulator) == [("shop", "host-00001", 9100)]
    (ansible.folder / "limit").write_text("web1\n", encoding="utf-8")
    run = ansible(REGISTER, hosts(3), *SHOP, "--limit", "@limit")
    assert run.code == 2
    assert "Nothing was done: --limit leaves out localhost" in run.failed["web1"][0]
