# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings that lie in every way at once: no live server loses its last target."""

from __future__ import annotations

import random
import uuid
from collections import Counter

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.sampled import sampled_hosts
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import prune

PARAMS = {"workspace": None, "workspace_id": None, "silent_for": "24h", "max_share": 100.0, "protect": None}
PARAMS.update(query="up", label="instance", max_workers=1, rate_limit=None)
NAMES = ("web", "WEB", "localhost", "", None, "a:9100", "<script>", "{{ x }}", "탭 \u202e", "x" * 500, "10.0.0.1")


class Liar:
    """A service whose answers leave out, repeat, reorder and respell what there is."""

    def __init__(self, chance):
        self.chance, self.deleted, self.calls = chance, [], 0
        self.denied = chance.randint(1, 12) if chance.random() < 0.2 else None
        self.servers = [self.server(number) for number in range(chance.randint(2, 12))]
        self.workspaces = [{"jobId": f"w{number}", "jobName": chance.choice(("shop", "s2"))} for number in (1, 2)]
        self.targets = {workspace["jobId"]: [] for workspace in self.workspaces}
        for targets in self.targets.values():
            for server in self.servers:
                for port in chance.sample((80, 9100), chance.randint(0, 2)):
                    for _double in range(chance.choice((1, 1, 2))):
                        # Ids that both workspaces use, and times that are no order.
                        named = {**server, "port": port, "targetId": f"t{len(targets)}"}
                        targets.append({**named, "lstModYmdt": chance.choice((None, "2026-01-01T00:00:00", "x"))})
        self.live = [server for server in self.servers if chance.random() < 0.6] or self.servers[:1]

    def server(self, number):
        host_id = str(uuid.UUID(int=self.chance.getrandbits(128))) if self.chance.random() < 0.7 else f"h{number}"
        address = f"10.0.0.{number}" if self.chance.random() < 0.6 else f"2001:db8::{number + 1:x}"
        if self.chance.random() < 0.2:
            address = None
        return {"hostId": host_id, "hostNm": self.chance.choice(NAMES), "svrIp": address}

    def stop(self):
        """Nothing is waited for."""

    def _answer(self, records):
        self.calls += 1
        if self.calls == self.denied:
            raise SysmonError("forbidden", "No more.")
        told = [dict(record) for record in records if self.chance.random() < 0.9]
        told += self.chance.choices(told, k=self.chance.randint(0, 3)) if told else []
        self.chance.shuffle(told)
        for record in told:
            if self.chance.random() < 0.3 and len(record.get("hostId", "")) == 36:
                record["hostId"] = record["hostId"].upper()
            if self.chance.random() < 0.3 and ":" in str(record.get("svrIp")):
                record["svrIp"] = record["svrIp"].upper().replace("::", ":0:0::")
        return told

    def list_workspaces(self):
        return self._answer(self.workspaces)

    def get_workspace(self, workspace_id):
        return next(each for each in self.workspaces if each["jobId"] == workspace_id)

    def list_servers(self):
        return self._answer(self.live)

    def list_targets(self, workspace_id):
        return self._answer(self.targets[workspace_id])

    def delete_target(self, workspace_id, target_id):
        self.calls += 1
        if self.calls == self.denied:
            raise SysmonError("forbidden", "No more.")
        before = self.targets[workspace_id]
        self.targets[workspace_id] = [each for each in before if each["targetId"] != target_id]
        self.deleted += [each for each in before if each["targetId"] == target_id]
        return len(self.deleted) > 0

    def samples(self):
        """Of each live server, in some spelling, and of some that are gone."""
        names = []
        for server in (*self.live, {"svrIp": "10.9.9.9"}):
            address = server["svrIp"] or server["hostNm"] or ""
            if not server["svrIp"]:
                address = self.chance.choice((address, address.upper()))
            elif ":" in address:
                address = f"[{self.chance.choice((address, address.upper(), address.replace('::', ':0::')))}]"
            names.append({"labels": {"instance": f"{address}:{self.chance.choice((80, 9100, 1))}"}})
        return names

    def kept(self):
        """How many targets each live server has, of each workspace and port."""
        live = {server["hostId"] for server in self.live}
        return Counter(
            (job, each["hostId"], each["port"])
            for job, targets in self.targets.items()
            for each in targets
            if each["hostId"] in live
        )


@pytest.mark.parametrize("first", range(0, 1000, 200))
def test_no_live_server_loses_its_last_target(first, monkeypatch):
    removed, refused = 0, []
    for seed in range(first, first + 200):
        service = Liar(random.Random(seed))
        monkeypatch.setattr(
            prune, "read_sampled_hosts", lambda _params, query, told=service: sampled_hosts(told.samples(), "instance")
        )
        before = service.kept()
        for _turn in range(2):
            try:
                prune.ensure_pruned(service, PARAMS, False)
            except SysmonError as error:
                refused.append(error.kind)
        assert set(service.kept()) == set(before), seed
        removed += len(service.deleted)
    print(f"seeds {first} to {first + 199}: {removed} removed, {len(refused)} refused")
    assert set(refused) == {"config", "forbidden"}
    assert removed > 100
