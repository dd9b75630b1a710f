# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that say how the service is called, and what is left of an earlier run of the role."""

from __future__ import annotations

import sys
import threading

import pytest
import trustme
from conftest import ROLE


def fleet(hosts, **variables):
    """A task that registers them all, for a play on localhost; what follows runs also where it fails."""
    known = {f"register_targets_{key}": value for key, value in variables.items()}
    known = {"register_targets_workspace": "shop", "register_targets_server_timeout": 0, **known}
    return {
        "block": [
            {
                "name": "Fleet",
                "ansible.builtin.include_role": {"name": ROLE},
                "vars": {**known, "register_targets_hosts": hosts},
            }
        ],
        "rescue": [{"name": "Rescue", "ansible.builtin.debug": {"msg": "left {{ register_targets_failed }}"}}],
    }


@pytest.fixture
def localhost(ansible):
    """Run these tasks in one play on localhost."""
    return lambda tasks, web, **more: ansible(
        [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], web, **more
    )


def test_bounds_of_the_calls(localhost, hosts, emulate, credentials):
    """Workers, a rate, the time of one request, and how often it is tried again."""
    slow = emulate(servers=9, targets_per_server=99, latency_ms=50)
    web = [f"web{number}" for number in range(1, 10)]
    slow.faults(
        [
            {"call": "create_target", "match": {"port": 9500}, "status": 503},
            {"call": "create_target", "match": {"port": 9600}, "timeout": 5},
        ]
    )
    tasks = [
        fleet(web, max_workers=2),
        fleet(web[:5], rate_limit=5, port=9200, create_workspace=False),
        {
            **fleet(["web1"], port=9500, create_workspace=False),
            "vars": {"register_targets_retries": 0, "nhncloud_sysmon_retries": 1},
        },
        {**fleet(["web2"], port=9500, create_workspace=False), "vars": {"nhncloud_sysmon_retries": 0}},
        {
            **fleet(["web3"], port=9600, retries=0, create_workspace=False),
            "vars": {"register_targets_timeout": 1, "nhncloud_sysmon_timeout": 9},
        },
        {**fleet(["web4"], port=9600, retries=0, create_workspace=False), "vars": {"nhncloud_sysmon_timeout": 1}},
    ]
    run = localhost(tasks, hosts(9), env=credentials(slow))
    assert slow.stats()["max_in_flight"] <= 2
    times = sorted(e["time"] for e in slow.requests("create_target") if '"port": 9200' in e["body"])
    assert len(times) == 5
    assert times[-1] - times[0] > 0.7
    sent = [entry["body"] for entry in slow.requests("create_target")]
    assert len([body for body in sent if '"port": 9500' in body]) == 2
    web1, web2, web3, web4 = run.failed["localhost"]
    assert "503" in web1
    assert "503" in web2
    assert "1 s" in web3
    assert "1 s" in web4


def test_servers_that_are_listed_later(ansible, hosts, emulator, registered):
    """The role waits for them by default."""
    late = threading.Timer(3, emulator.add_server, kwargs={"hostNm": "host-00010", "svrIp": "10.0.0.10"})
    late.start()
    play = {"hosts": "web", "gather_facts": False, "roles": [{"role": ROLE, "register_targets_workspace": "shop"}]}
    web = {"web10": hosts(10)["web10"]}
    run = ansible([play], web)
    late.join()
    assert run.code == 0
    assert registered(emulator) == [("shop", "host-00010", 9100)]


def test_nothing_is_left_of_an_earlier_run(ansible, localhost, hosts, apply, emulator, registered, writes):
    web = hosts(3)
    unproven = {"register_targets_verify": "health", "register_targets_verify_timeout": 0}
    emulator.add_workspace(jobName="shop")
    plays = [
        # The same host speaks in each, with one fork.
        apply(),
        apply({"register_targets_state": "absent"}),
        apply({"when": "inventory_hostname != 'web1'"}),
        apply(unproven, hosts="web3", ignore_errors=True),
        apply({**unproven, "register_targets_state": "absent"}, hosts="web3"),
        apply({"register_targets_workspace": "none", "register_targets_state": "absent"}, hosts="web3"),
    ]
    emulator.options.target_result = "failing:HTTP status 503"
    run = ansible(plays, web, "--forks=1")
    assert "HTTP status 503" in run.failed["web3"][0]
    assert [len(reasons) for reasons in run.failed.values()] == [1]
    assert registered(emulator) == [("shop", "host-00002", 9100)]
    assert "create_workspace" not in writes(emulator)

    tasks = [fleet(["nobody"]), {**fleet(["web1"]), "vars": {"nhncloud_sysmon_timeout": "{{ 1 // 0 }}"}}]
    run = localhost(tasks, web)
    assert "left {'nobody': " in run.output
    assert "left {}" in run.output


def test_hosts_that_register_others(ansible, hosts, emulator, registered, writes):
    """The same list is registered once, and different ones each."""
    web = hosts(5)
    web["web1"]["mine"], web["web2"]["mine"], web["web3"]["mine"] = ["web1"], ["web4", "web5"], ["web4", "web5"]
    variables = {"register_targets_workspace": "shop", "register_targets_server_timeout": 0}
    role = {"role": ROLE, **variables, "register_targets_hosts": "{{ mine }}"}
    run = ansible([{"hosts": "web1,web2,web3", "gather_facts": False, "roles": [role]}], web)
    assert run.code == 0
    assert registered(emulator) == [("shop", f"host-0000{number}", 9100) for number in (1, 4, 5)]
    assert run.output.count(": 2 are registered (2 changed)") == 1


def test_the_description_is_kept_or_cleared(ansible, hosts, apply, emulator):
    emulator.add_workspace(jobName="shop", description="The shop")

    def described():
        return next(w["description"] for w in emulator.state["workspaces"] if w["jobName"] == "shop")

    kept = ansible([apply()], hosts(1))
    assert kept.changed == 1
    assert described() == "The shop"
    cleared = ansible([apply({"register_targets_description": ""})], hosts(1))
    assert cleared.changed == 1
    assert not described()


def test_tls_everywhere(ansible, hosts, apply, emulate, credentials, registered):
    """The authority of the role, of the collection and of a bastion's controller; and no check at all."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(ansible.folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(ansible.folder / "other.pem")
    pem = ansible.folder / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pem)
    secure = emulate(servers=9, tls_cert=str(pem), tls_key=str(pem))
    good, wrong = (str(ansible.folder / name) for name in ("ca.pem", "other.pem"))
    bastion = {"bastion": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
    plays = [
        apply({"register_targets_ca_path": good}, vars={"nhncloud_sysmon_ca_path": wrong}),
        apply(hosts="web2", vars={"nhncloud_sysmon_ca_path": good}),
        apply({"register_targets_validate_certs": False}, hosts="web3", vars={"nhncloud_sysmon_validate_certs": True}),
        apply(hosts="web4", vars={"nhncloud_sysmon_validate_certs": False}),
        apply(hosts="web5"),
    ]
    plays[0]["hosts"] = "web1"
    env = credentials(secure)
    run = ansible(plays, hosts(5), env=env)
    assert set(run.failed) == {"web5"}
    assert "certificate" in run.failed["web5"][0]
    away = [apply({"register_targets_delegate_to": "bastion"}, hosts="web6")]
    for name, value in (("CA_PATH", good), ("VALIDATE_CERTS", "false")):
        run = ansible(away, hosts(6), env={**env, f"NHNCLOUD_SYSMON_{name}": value}, other={"hosts": bastion})
        assert run.code == 0, name
    assert [host for _workspace, host, _port in registered(secure)] == [f"host-0000{n}" for n in (1, 2, 3, 4, 6)]
