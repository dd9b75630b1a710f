# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One controller prunes while another registers and servers come: no target of a live server is lost."""

from __future__ import annotations

import random

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.prune import ensure_pruned

PARAMS = {"workspace": "shop", "workspace_id": None, "silent_for": "0s", "max_share": 100.0, "protect": None}
PARAMS.update(query="up", label="instance", max_workers=1, rate_limit=None)


class Service:
    """A service that does something by itself before each answer."""

    def __init__(self, chance):
        self.chance, self.count = chance, 0
        self.servers, self.targets, self.deleted, self.looks = {}, {}, [], 0
        for _each in range(chance.randint(1, 6)):
            self.boot()
        for host_id in chance.sample(sorted(self.servers), chance.randint(0, len(self.servers) - 1)):
            del self.servers[host_id]  # it died

    def boot(self):
        self.count += 1
        host_id = f"h{self.count}"
        # Two that live have different addresses; a dead one's address may be given again.
        free = {f"10.0.0.{number}" for number in range(40)} - {each["svrIp"] for each in self.servers.values()}
        address = self.chance.choice(sorted(free))
        self.servers[host_id] = {"hostId": host_id, "hostNm": f"web-{self.chance.randint(1, 4)}", "svrIp": address}
        self.register(host_id)

    def register(self, host_id):
        for _double in range(self.chance.choice((1, 1, 1, 2))):
            self.count += 1
            named = {**self.servers[host_id], "port": 9100, "targetId": f"t{self.count}"}
            self.targets[named["targetId"]] = named

    def _meanwhile(self):
        if self.chance.random() < 0.5:
            self.boot()
        if self.chance.random() < 0.2:
            self.register(self.chance.choice(sorted(self.servers)))

    def stop(self):
        """Nothing is waited for."""

    def list_workspaces(self):
        self._meanwhile()
        return [{"jobId": "w", "jobName": "shop"}]

    def list_targets(self, _workspace_id):
        self._meanwhile()
        return [dict(target) for target in self.targets.values()]

    def list_servers(self):
        self._meanwhile()
        self.looks += 1
        listed = [dict(server) for server in self.servers.values()]
        if self.looks == 1 and len(listed) > 1 and self.chance.random() < 0.3:
            del listed[self.chance.randrange(len(listed))]  # left out, this once
        return listed

    def delete_target(self, _workspace_id, target_id):
        self._meanwhile()
        self.deleted.append(self.targets.pop(target_id))
        return True


def hosts(targets):
    return {target["hostId"] for target in targets}


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_a_thousand_races(first):
    for seed in range(first, first + 100):
        service = Service(random.Random(seed))
        orphans = hosts(service.targets.values()) - set(service.servers)
        result, failure = ensure_pruned(service, PARAMS, False)
        assert failure is None, seed
        assert len(result["pruned"]) == len(service.deleted), seed
        # Each live server still has its target, and only doubles of live servers went beside the orphans.
        assert set(service.servers) <= hosts(service.targets.values()), seed
        assert hosts(service.targets.values()) & orphans == set(), seed


@pytest.mark.parametrize("seed", range(20))
def test_an_empty_list_of_servers_removes_nothing(seed):
    service = Service(random.Random(seed))
    service.list_servers = list
    with pytest.raises(SysmonError, match="server list is empty"):
        ensure_pruned(service, PARAMS, False)
    assert service.deleted == []
