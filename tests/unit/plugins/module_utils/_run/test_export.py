# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook export reads."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.export import export_targets

PARAMS = {"workspace": "shop", "path": None, "file_sd": "a.json"}


class Service:
    def __init__(self, servers=2, address="10.0.0.{}"):
        self.servers = [
            {"hostId": f"h{n}", "hostNm": f"web-{n}", "svrIp": address.format(n), "projectId": "p", "instanceId": None}
            for n in range(servers)
        ]
        self.address = address

    def list_workspaces(self):
        return [{"jobId": "w", "jobName": "shop", "metricsPath": "/metrics"}]

    def list_servers(self):
        return self.servers

    def list_targets(self, workspace_id):
        assert workspace_id == "w"
        return [
            {"targetId": f"t{n}", "hostId": f"h{n % 3}", "hostNm": "x", "svrIp": self.address.format(n), "port": 9100}
            for n in range(4)
        ]


def test_both_texts_and_counts():
    result = export_targets(Service(), PARAMS)
    assert result["summary"] == {"exported": 2, "doubles": 1, "orphans": 1}
    assert len(yaml.safe_load(result["texts"]["path"])["targets"]) == 2
    assert len(json.loads(result["texts"]["file_sd"])) == 4
    assert result["warnings"] == []


def test_it_warns():
    warnings = export_targets(Service(servers=0, address="name-{}"), PARAMS)["warnings"]
    assert "The server list is empty" in warnings[0]
    assert "4 targets have no IP address" in warnings[1]
    assert len(export_targets(Service(address="name-{}"), {**PARAMS, "file_sd": None})["warnings"]) == 0


def test_a_workspace_is_required():
    with pytest.raises(SysmonError, match="Set export_workspace"):
        export_targets(Service(), {**PARAMS, "workspace": None})
