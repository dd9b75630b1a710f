# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of a pattern and a limit, as Ansible finds them."""

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.fleet_hosts import fleet_hosts

GROUPS = {"all": ["web1", "web2", "db1"], "ungrouped": [], "web": ["web1", "web2"], "db": ["db1"]}


@pytest.mark.parametrize(
    ("pattern", "limit", "hosts"),
    [
        ("web", None, ["web1", "web2"]),
        (["web", "db1"], None, ["web1", "web2", "db1"]),
        ("all:!web2", None, ["web1", "db1"]),
        ("web*", "web2,localhost", ["web2"]),
        ("web", "all:!web1", ["web2"]),
        ("~db.*", "", ["db1"]),
        ("nobody", None, []),
        ("web", "db", []),
        ("", None, []),
        (None, "web", []),
    ],
)
def test_found(pattern, limit, hosts):
    assert fleet_hosts(DataLoader(), GROUPS, pattern, limit) == hosts


def test_a_limit_in_a_file(tmp_path):
    (tmp_path / "limit").write_text("web2\nlocalhost\n", encoding="utf-8")
    assert fleet_hosts(DataLoader(), GROUPS, "all", f"@{tmp_path}/limit") == ["web2"]
    assert fleet_hosts(DataLoader(), GROUPS, "all", f"@{tmp_path}/other") == []


@pytest.mark.parametrize("pattern", [{"web": 1}, ["web", {"db": 1}], [["web"]], 5, True])
def test_no_pattern(pattern):
    with pytest.raises(SysmonError, match="register_hosts must be a pattern of hosts, or a list of patterns") as caught:
        fleet_hosts(DataLoader(), GROUPS, pattern, None)
    assert caught.value.kind == "config"
