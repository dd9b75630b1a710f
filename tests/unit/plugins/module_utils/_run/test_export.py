# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook export reads."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.export import export_targets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_targets

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


class Loader(yaml.SafeLoader):
    """Ansible's tag for text that is never a template."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
NAMES = ("web", "WEB", "{{ evil }}", "a: b # c", "x\n- host_id: h1", "\u202eno", "탭", "", None)
ADDRESSES = ("10.0.0.1", "2001:DB8::1", "name", "", None)
TARGET = dict.fromkeys(("host_id", "hostname", "ip", "instance_id", "port"))
APPLY = {"workspace_id": None, "port": None, "state": "present", "purge": True, "max_workers": 1, "rate_limit": None}
APPLY.update(server_timeout=0, wait=False, wait_timeout=0, retries=0)


class RandomService:
    """Servers, and targets with doubles and orphans, which other people made."""

    scope = "project p in region kr"

    def __init__(self, chance, clean):
        self.chance, self.name = chance, chance.choice(("shop", "no", "{{ x }}", "1e3", "a: b"))
        self.servers, self.targets = {}, {}
        for _each in range(chance.randint(1, 8)):
            host_id = str(uuid.UUID(int=chance.getrandbits(128))) if chance.random() < 0.5 else f"h-{len(self.servers)}"
            named = {"hostId": host_id, "hostNm": chance.choice(NAMES), "svrIp": chance.choice(ADDRESSES)}
            self.servers[host_id] = named
            for port in chance.sample(range(1, 65536), chance.randint(0, 5)):
                for _double in range(1 if clean else chance.choice((1, 1, 1, 2, 3))):
                    upper = {"hostId": host_id.upper()} if len(host_id) == 36 and chance.random() < 0.2 else {}
                    self.add({**named, **upper, "port": port})
        gone = [] if clean else chance.sample(sorted(self.servers), chance.randint(0, len(self.servers) - 1))
        for host_id in gone:
            del self.servers[host_id]

    def add(self, target):
        target_id = f"t{len(self.targets)}"
        self.targets[target_id] = {**target, "targetId": target_id, "resultCd": self.chance.choice((0, 1, None))}

    def stop(self):
        """Nothing is waited for."""

    def list_workspaces(self):
        return [{"jobId": "w", "jobName": self.name, "metricsPath": "/odd"}]

    def list_servers(self):
        return list(self.servers.values())

    def list_targets(self, _workspace_id):
        return list(self.targets.values())

    def delete_target(self, _workspace_id, target_id):
        return bool(self.targets.pop(target_id))

    @property
    def keys(self):
        return Counter((target["hostId"].lower(), target["port"]) for target in self.targets.values())


@pytest.mark.parametrize("clean", [True, False])
@pytest.mark.parametrize("seed", range(100))
def test_an_export_applied_removes_only_doubles_and_orphans(seed, clean):
    service = RandomService(random.Random(seed), clean)
    listed = {key for key in service.keys if key[0] in service.servers}
    extra = len(service.targets) - len(listed)
    exported = export_targets(service, {**PARAMS, "workspace": service.name})
    read = yaml.load(exported["texts"]["path"], Loader)
    assert read["workspace"] == service.name
    assert exported["summary"]["doubles"] + exported["summary"]["orphans"] == extra
    if not read["targets"]:  # which purge refuses
        assert listed == set()
        return
    params = {**APPLY, "workspace": read["workspace"], "targets": [{**TARGET, **each} for each in read["targets"]]}
    result, error = ensure_targets(service, params, False)
    assert error is None
    assert result["changed"] is (extra > 0)
    assert result["summary"] == {"created": 0, "deleted": 0, "unchanged": len(listed), "failed": 0, "purged": extra}
    assert service.keys == Counter(listed)
