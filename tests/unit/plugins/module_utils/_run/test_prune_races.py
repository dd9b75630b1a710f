# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One controller prunes while another registers and servers come: no target of a live server is lost."""

from __future__ import annotations

import random
import threading

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.prune import ensure_pruned
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reconcile_targets import ensure_targets

PARAMS = {"workspace": "shop", "workspace_id": None, "silent_for": "0s", "max_share": 100.0, "protect": None}
PARAMS.update(query="up", label="instance", max_workers=1, rate_limit=None)


class Service:
    """A service that changes before each answer."""

    def __init__(self, chance, quiet=False):
        self.chance, self.count, self.quiet = chance, 0, quiet
        self.created, self.doubles = set(), []
        self.servers, self.targets, self.deleted, self.looks = {}, {}, [], 0
        for _each in range(chance.randint(1, 6)):
            self.boot()
        for host_id in chance.sample(sorted(self.servers), chance.randint(0, len(self.servers) - 1)):
            del self.servers[host_id]  # it died

    def boot(self, registered=True):
        self.count += 1
        host_id = f"h{self.count}"
        # Two that live have different addresses; a dead one's address may be given again.
        free = {f"10.0.0.{number}" for number in range(40)} - {each["svrIp"] for each in self.servers.values()}
        address = self.chance.choice(sorted(free))
        self.servers[host_id] = {"hostId": host_id, "hostNm": f"web-{self.chance.randint(1, 4)}", "svrIp": address}
        if registered:
            self.register(host_id)

    def register(self, host_id):
        for double in range(self.chance.choice((1, 1, 1, 2))):
            self.count += 1
            named = {**self.servers[host_id], "port": 9100, "targetId": f"t{self.count}"}
            named["lstModYmdt"] = self.chance.choice((None, "2026-01-01T00:00:00", "2026-01-02T00:00:00"))
            self.targets[named["targetId"]] = named
            if double:
                self.doubles.append(named)

    def _meanwhile(self):
        if self.quiet:
            return
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
        if not self.quiet and self.looks == 1 and len(listed) > 1 and self.chance.random() < 0.3:
            del listed[self.chance.randrange(len(listed))]  # left out, this once
        return listed

    def create_target(self, _workspace_id, host_id, port):
        self.count += 1
        named = {**self.servers[host_id], "port": port, "targetId": f"t{self.count}"}
        self.targets[named["targetId"]] = named
        self.created.add(host_id)
        return named["targetId"]

    def delete_target(self, _workspace_id, target_id):
        self._meanwhile()
        if target_id not in self.targets:
            return False
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


class Turns:
    """Two controllers take turns: who sends the next request is chosen by chance."""

    def __init__(self, chance, count):
        self._chance, self._running, self._waiting, self._turn = chance, count, set(), None
        self._moved = threading.Condition()

    def wait(self, name):
        with self._moved:
            self._waiting.add(name)
            self._choose()
            assert self._moved.wait_for(lambda: self._turn == name, 30)
            self._waiting.discard(name)
            self._turn = None

    def end(self):
        with self._moved:
            self._running -= 1
            self._choose()

    def _choose(self):
        if self._turn is None and self._waiting and len(self._waiting) == self._running:
            self._turn = self._chance.choice(sorted(self._waiting))
            self._moved.notify_all()


class Controller:
    """A client of the service which waits for its turn before each request, and its run."""

    def __init__(self, name, service, turns, run):
        self._name, self._service, self._turns, self._run = name, service, turns, run
        self.result = self.failure = None
        self.thread = threading.Thread(target=self._work)

    def _work(self):
        try:
            self.result, self.failure = self._run(self)
        finally:
            self._turns.end()

    def __getattr__(self, call):
        def send(*arguments):
            if call != "stop":
                self._turns.wait(self._name)
            return getattr(self._service, call)(*arguments)

        return send


TARGET = dict.fromkeys(("host_id", "hostname", "ip", "instance_id", "port"))
REGISTER = {"workspace": "shop", "workspace_id": None, "port": 9100, "state": "present", "max_workers": 1}
REGISTER.update(server_timeout=0, wait=False, wait_timeout=0, rate_limit=None, retries=0)


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_a_thousand_runs_beside_another_controller(first):
    made = removed = 0
    for seed in range(first, first + 100):
        chance = random.Random(seed)
        service = Service(chance, quiet=True)
        for _each in range(chance.randint(0, 3)):
            service.boot(registered=False)
        live, orphans = set(service.servers), hosts(service.targets.values()) - set(service.servers)
        before = hosts(service.targets.values())
        wanted = [{**TARGET, "host_id": host_id} for host_id in sorted(live)]
        register = {**REGISTER, "targets": wanted, "purge": chance.random() < 0.3}
        turns = Turns(chance, 2)
        one = Controller("prune", service, turns, lambda client: ensure_pruned(client, PARAMS, False))
        other = Controller("register", service, turns, lambda client, how=register: ensure_targets(client, how, False))
        for controller in (one, other):
            controller.thread.start()
        for controller in (one, other):
            controller.thread.join()
        assert (one.failure, other.failure) == (None, None), seed
        assert hosts(service.targets.values()) == live, seed
        assert service.created == live - before, seed
        assert hosts(service.deleted) <= orphans | {each["hostId"] for each in service.doubles}, seed
        made, removed = made + len(service.created), removed + len(service.deleted)
    print(f"seeds {first} to {first + 99}: {made} targets made, {removed} removed")
    assert made > 50
    assert removed > 100


@pytest.mark.parametrize("seed", range(20))
def test_an_empty_list_of_servers_removes_nothing(seed):
    service = Service(random.Random(seed))
    service.list_servers = list
    with pytest.raises(SysmonError, match="server list is empty"):
        ensure_pruned(service, PARAMS, False)
    assert service.deleted == []
