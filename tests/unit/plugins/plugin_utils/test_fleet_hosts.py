# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of a pattern and a limit, as Ansible finds them."""

from __future__ import annotations

import pytest
from ansible import constants
from ansible.parsing.dataloader import DataLoader

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.fleet_hosts import fleet_hosts

GROUPS = {"all": ["web1", "web2", "db1"], "ungrouped": [], "web": ["web1", "web2"], "db": ["db1"]}


def found(pattern, limit=None):
    return fleet_hosts(DataLoader(), pattern, {"groups": GROUPS, **({} if limit is None else {"ansible_limit": limit})})


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
def test_found(pattern, limit, hosts, monkeypatch):
    monkeypatch.setattr(constants, "HOST_PATTERN_MISMATCH", "warning")
    assert found(pattern, limit) == hosts


def test_a_limit_in_a_file(tmp_path):
    (tmp_path / "limit").write_text("web2\nlocalhost\n", encoding="utf-8")
    assert found("all", f"@{tmp_path}/limit") == ["web2"]
    with pytest.raises(SysmonError, match="Unable to find limit file .*other.* It matches no host of the inventory"):
        found("all", f"@{tmp_path}/other")


@pytest.mark.parametrize("pattern", ["~(", "nobody"])
def test_what_ansible_refuses(pattern, monkeypatch):
    monkeypatch.setattr(constants, "HOST_PATTERN_MISMATCH", "error")
    with pytest.raises(SysmonError, match="^register_hosts or --limit: .* It matches no host of the inventory[.]$"):
        found(pattern)


@pytest.mark.parametrize("pattern", [{"web": 1}, ["web", {"db": 1}], [["web"]], 5, True])
def test_no_pattern(pattern):
    with pytest.raises(SysmonError, match="register_hosts must be a pattern of hosts, or a list of patterns") as caught:
        found(pattern)
    assert caught.value.kind == "config"
