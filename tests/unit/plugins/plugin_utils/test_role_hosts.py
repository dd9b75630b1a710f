# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of hosts, and why others have none."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_hosts import entry_for, fleet_entries
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_variables import RoleVariables


def variables(raw=None, **more):
    named = {f"register_targets_{name}": value for name, value in more.items()}
    return RoleVariables("web1", {**named, **(raw or {})}, lambda _name, raw: raw)


def test_entry():
    assert entry_for(variables({"ansible_host": "10.0.0.1"}), "ip", None) == {
        "targets": [{"ip": ["10.0.0.1"], "port": 9100}]
    }
    assert entry_for(variables(), "hostname", None) == {"targets": [{"hostname": "web1", "port": 9100}]}


class HostVars(dict):
    def raw_get(self, host):
        return dict.__getitem__(self, host)

    def __getitem__(self, host):
        if host == "bad":
            raise ValueError("undefined")
        return {"ansible_host": "10.0.0.2"}


@pytest.mark.parametrize("named", ["web1, web2,bad,nobody,evil", ["web1", "web2", "bad", "nobody", "evil", "web1"]])
def test_fleet(named):
    hostvars = HostVars(
        web1={"ansible_host": "10.0.0.1", "register_targets_port": 9300},
        web2={"ansible_host": "{{ x }}"},
        bad={"ansible_host": "{{ y }}"},
        evil={"ansible_facts": {"gate_query": "x"}},
    )
    entries, failures = fleet_entries(variables(hosts=named, port=9200), hostvars)
    assert entries == {
        "web1": {"targets": [{"ip": ["10.0.0.1"], "port": 9300}]},
        "web2": {"targets": [{"ip": ["10.0.0.2"], "port": 9200}]},
    }
    assert str(failures["bad"]) == "bad: its variables cannot be read: undefined"
    assert "not a host of the inventory" in str(failures["nobody"])
    assert "gate_query" in str(failures["evil"])
