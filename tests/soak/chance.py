# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random worlds, tasks and faults. All of them follow from the generator of random numbers that is given."""

from __future__ import annotations

from random import Random

NAMES = ("alpha", "beta", "gamma")
PORTS = (9100, 9101, 9256)
TEXTS = (None, "", "shop", "Läden, 상점")
SELECTORS = ("host_id", "hostname", "ip", "instance_id")
SECRET = "Soak+Key/42=&%"

WORKSPACE_CALLS = ("create_workspace", "update_workspace", "delete_workspace", "list_workspaces", "get_workspace")
TARGET_CALLS = ("create_target", "create_target", "delete_target", "list_targets", "list_servers", "list_workspaces")


def fill(emulator, random: Random) -> None:
    """Put servers, workspaces and targets into an empty emulator."""
    servers = []
    for number in range(random.randint(2, 7)):
        name = "twin" if number < 2 and random.random() < 0.1 else f"web-{number}"
        instance = f"0000000{number}-0000-4000-8000-00000000000a"
        servers.append(
            emulator.add_server(hostId=f"h{number}", hostNm=name, svrIp=f"192.0.2.{number + 1}", instanceId=instance)
        )
    names = [name for name in NAMES if random.random() < 0.85]
    for name in names:
        emulator.add_workspace(jobName=name, metricsPath="/metrics", description=random.choice(TEXTS))
    if random.random() < 0.3:
        emulator.add_workspace(jobName="@Linux", reservedJobCd="LINUX")
        names.append("@Linux")
    for name in names:
        for server in servers:
            for port in PORTS:
                if random.random() < 0.3:
                    for _double in range(2 if random.random() < 0.03 else 1):
                        emulator.add_target(jobName=name, hostId=server["hostId"], port=port)
    if random.random() < 0.2:
        emulator.remove("servers", servers[-1]["hostId"])


def task(random: Random, world) -> tuple[str, dict]:
    """A module and its options, as AnsibleModule would give them."""
    module = random.choice(("sysmon_workspace", "sysmon_target", "sysmon_targets", "sysmon_targets"))
    params = {"state": random.choice(("present", "present", "absent")), "retries": random.randint(0, 3)}
    name, workspace_id = "@Linux" if random.random() < 0.05 else random.choice(NAMES), None
    if random.random() < 0.3:
        known = {"jobId": "no-such-id", "jobName": name}
        if world.workspaces and random.random() < 0.9:
            known = random.choice(world.workspaces)
        name, workspace_id = None, known["jobId"]
    if module == "sysmon_workspace":
        path = random.choice((None, "/metrics", "/actuator/prometheus"))
        if name is None and random.random() < 0.3:
            name = known["jobName"] if random.random() < 0.8 else "other"
        params.update(name=name, workspace_id=workspace_id)
        params.update(metrics_path=path, description=random.choice(TEXTS), force=random.random() < 0.7)
        return module, params
    params.update(workspace=name, workspace_id=workspace_id, server_timeout=0, wait=False, wait_timeout=0)
    if module == "sysmon_target":
        params.update(_entry(random, world, listed_ip=False))
    else:
        entries = [_entry(random, world, listed_ip=True) for _number in range(random.randint(0, 8))]
        purge = params["state"] == "present" and random.random() < 0.4
        params.update(targets=entries, port=None, purge=purge, max_workers=random.choice((1, 2, 8)), rate_limit=None)
    return module, params


def _entry(random: Random, world, listed_ip: bool) -> dict:
    entry = {**dict.fromkeys(SELECTORS), "port": random.choice(PORTS)}
    if random.random() < 0.015:
        record = {"hostId": "ghost", "hostNm": "ghost", "svrIp": "192.0.2.250", "instanceId": "ghost"}
    else:
        record = random.choice(world.servers if random.random() < 0.9 else world.servers + world.targets)
    by = random.choice(SELECTORS if "instanceId" in record else SELECTORS[:3])
    key = {"host_id": "hostId", "hostname": "hostNm", "ip": "svrIp", "instance_id": "instanceId"}[by]
    value = record.get(key) or "ghost"
    if by == "ip" and listed_ip:
        value = [value, "198.51.100.7"] if random.random() < 0.3 else [value]
    entry[by] = value.upper() if by == "hostname" and random.random() < 0.2 else value
    return entry


# What may happen to a request. Not among it: what nobody could tell from the truth, as a 404 for a workspace that is
# there, a list that leaves something out, or a 429 for what was carried out.
REFUSED = (
    {"status": 429},
    {"status": 429, "headers": {"Retry-After": "0"}},
    {"status": 503, "headers": {"Retry-After": "86400"}},
    {"result_code": 429},
    {"result_code": "4291000"},
    {"result_code": -40002},
    {"result_code": -49999, "result_message": "UNHEARD_OF"},
    {"result_code": "strange", "result_message": f"your key {SECRET} is strange"},
    {"status": 401},
    {"status": 403, "body_kind": "html"},
    {"status": 400, "body_kind": "empty"},
    {"redirect": "https://127.0.0.1:1/elsewhere"},
)
UNCLEAR = (
    {"status": 500},
    {"status": 502, "body_kind": "html"},
    {"status": 503, "body_kind": "empty"},
    {"status": 504},
    {"result_code": -50000},
    {"result_code": 5030001},
    {"html": True},
    {"drop_before": True},
    {"drop_after": True},
    {"drop_before": "reset"},
    {"drop_after": "reset"},
    {"cut": "length"},
    {"cut": "chunked"},
    {"cut": "json"},
    {"refuse_committed": True},
    {"refuse_committed": -49999},
    {"refuse_committed": -40002},
    {"body": "{}"},
    {"body_base64": "/////w=="},
    {"mutate": {"delete": ["header"]}},
    {"mutate": {"set": {"header.isSuccessful": "true"}}},
    {"gzip": "broken"},
)
HARMLESS = (
    {"gzip": True},
    {"drip": 20000},
    {"mutate": {"set": {"header.resultCode": "0", "header.new": [1], "new": {"a": None}}}},
    {"slow": 0.01},
)


def settling(timeout: float) -> tuple:
    """Answers that come too late for a client with this timeout; the longest of them is done within twice of it."""
    return (
        {"timeout": timeout * 1.5},
        {"slow": timeout * 1.5},
        {"commit": "after", "slow": timeout * 1.3},
        {"status": 504, "late_commit": timeout * 0.3},
        {"drip": {"bytes_per_second": 1, "header_too": True}, "commit": "before"},
    )


def faults(random: Random, module: str, timeout: float) -> tuple[list[dict], list[dict]]:
    """The plan for a task; and those of its rules that commit later than anybody looks."""
    rules, late = [], []
    for _number in range(random.choice((0, 1, 2, 3, 4, 5))):
        rule = {"call": random.choice(("*", *(WORKSPACE_CALLS if module == "sysmon_workspace" else TARGET_CALLS)))}
        kinds = random.choices((REFUSED, UNCLEAR, HARMLESS, settling(timeout)), (4, 9, 2, 0.6))[0]
        rule.update(random.choice(kinds))
        if random.random() < 0.7 or kinds not in (REFUSED, UNCLEAR, HARMLESS):
            rule["times"] = random.randint(1, 3)
        else:
            rule["probability"] = random.choice((0.1, 0.5, 1))
        rule["after"] = random.choice((0, 0, 0, 1, 2))
        rules.append(rule)
    if random.random() < 0.04:
        port = random.choice(PORTS)
        late = [
            {"call": "create_target", "match": {"port": port}, "times": 1, "status": 504, "late_commit": timeout * 5}
        ]
    return late + rules, late
