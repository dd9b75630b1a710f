# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory as ansible-core parses it, against the emulator over a socket."""

from __future__ import annotations

import json

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.nhncloud.sysmon.plugins.inventory import sysmon

HOSTS = ["host-00001", "host-00002", "host-00003"]
EVIL = "{{ lookup('pipe', 'id') }}"


class Clock:
    """What the plugin takes for the time."""

    def __init__(self):
        self.now = 1_000_000.0

    def time(self):
        return self.now


@pytest.fixture(autouse=True)
def warnings(monkeypatch):
    """What was warned of; ansible-core says each warning once in a process."""
    said = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, *_more, **_named: said.append(str(message)))
    return said


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(sysmon, "time", clock)
    return clock


@pytest.fixture
def connect_to(monkeypatch):
    """Let the environment name an emulator."""

    def connect(emulator, **more):
        values = {
            "app_key": emulator.app_key,
            "project_id": emulator.project_id,
            "region": "kr",
            "api_url": emulator.url,
            **more,
        }
        for name, value in values.items():
            monkeypatch.setenv(f"NHNCLOUD_SYSMON_{name.upper()}", value)

    return connect


@pytest.fixture
def write(tmp_path):
    """A sysmon.yml with these options."""

    def write(**options):
        path = tmp_path / "sysmon.yml"
        path.write_text(json.dumps({"plugin": "nhncloud.sysmon.sysmon", **options}), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def read(write, monkeypatch):
    """The inventory of a sysmon.yml with these options; ``anew`` stands for --flush-cache."""
    monkeypatch.setattr(constants, "INVENTORY_ENABLED", ["nhncloud.sysmon.sysmon", "ansible.builtin.yaml"])

    def read(anew=False, beside=(), **options):
        return InventoryManager(loader=DataLoader(), sources=[*beside, write(**options)], cache=not anew)

    return read


@pytest.fixture
def fail(write):
    """The sentence with which reading fails."""

    def fail(anew=False, **options):
        with pytest.raises(AnsibleError) as error:
            inventory_loader.get("nhncloud.sysmon.sysmon").parse(
                InventoryData(), DataLoader(), write(**options), cache=not anew
            )
        return str(error.value)

    return fail


def cached(folder):
    return {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(folder / "cache"),
        "cache_timeout": 3600,
    }


def names(inventory, group):
    return sorted(host.name for host in inventory.groups[group].get_hosts())


def test_every_server_is_a_host(emulator, connect_to, read, warnings):
    connect_to(emulator)
    inventory = read()
    assert sorted(inventory.hosts) == HOSTS
    (server,) = [entry for entry in emulator.state["servers"] if entry["hostNm"] == HOSTS[0]]
    own = inventory.hosts[HOSTS[0]].vars
    assert {key: value for key, value in own.items() if not key.startswith("inventory_")} == {
        "ansible_host": server["svrIp"],
        "sysmon_host_id": server["hostId"],
        "sysmon_hostname": server["hostNm"],
        "sysmon_ip": server["svrIp"],
        "sysmon_project_id": server["projectId"],
        "sysmon_instance_id": server["instanceId"],
    }
    assert [entry["call"] for entry in emulator.requests()] == ["list_servers"]
    assert not warnings


def test_targets(emulator, connect_to, read):
    first, second, _third = (server["hostId"] for server in emulator.state["servers"])
    emulator.add_workspace(jobName="db", jobId="db-id")
    emulator.add_target(jobName="shop", hostId=first, port=9100, resultCd=0)
    emulator.add_target(jobName="db", hostId=first, port=9187, resultCd=1, failReason="503")
    emulator.add_target(jobName="db", hostId=second, port=9187, resultCd=None)
    emulator.add_target(jobName="db", hostId="gone", port=9187, resultCd=0)
    connect_to(emulator)
    inventory = read(with_targets=True)
    assert sorted(inventory.hosts) == HOSTS
    ports = {name: [target["port"] for target in host.vars["sysmon_targets"]] for name, host in inventory.hosts.items()}
    assert ports == {HOSTS[0]: [9100, 9187], HOSTS[1]: [9187], HOSTS[2]: []} or ports[HOSTS[0]] == [9187, 9100]
    failing = [target for target in inventory.hosts[HOSTS[0]].vars["sysmon_targets"] if target["workspace"] == "db"]
    assert [(target["health"], target["fail_reason"], target["workspace_id"]) for target in failing] == [
        ("failing", "503", "db-id")
    ]
    groups = ("workspace_shop", "workspace_db", "workspace__Linux", "health_collecting", "health_failing")
    assert {group: names(inventory, f"sysmon_{group}") for group in (*groups, "health_preparing")} == {
        "workspace_shop": HOSTS[:1],
        "workspace_db": HOSTS[:2],
        "workspace__Linux": [],
        "health_collecting": HOSTS[:1],
        "health_failing": HOSTS[:1],
        "health_preparing": HOSTS[1:2],
    }
    calls = [entry["call"] for entry in emulator.requests()]
    assert sorted(calls) == ["list_servers", "list_targets", "list_targets", "list_targets", "list_workspaces"]


def test_a_workspace_that_is_deleted_meanwhile_is_not_there(emulator, connect_to, read):
    emulator.faults([{"call": "list_targets", "match": {"workspace": "shop"}, "result_code": -40006}])
    connect_to(emulator)
    inventory = read(with_targets=True)
    assert sorted(inventory.hosts) == HOSTS
    assert "sysmon_workspace_shop" not in inventory.groups


def test_a_workspace_that_cannot_be_read_fails_all(emulator, connect_to, fail):
    emulator.faults([{"call": "list_targets", "match": {"workspace": "shop"}, "status": 403}])
    connect_to(emulator)
    assert "Workspace shop: " in fail(with_targets=True)


def test_workspaces_that_share_a_group(emulator, connect_to, read, warnings):
    first, second, _third = (server["hostId"] for server in emulator.state["servers"])
    for name, host in (("a-b", first), ("a_b", second)):
        emulator.add_workspace(jobName=name)
        emulator.add_target(jobName=name, hostId=host, port=1)
    connect_to(emulator)
    assert names(read(with_targets=True), "sysmon_workspace_a_b") == HOSTS[:2]
    assert "sysmon_workspace_a_b" in warnings[0]


def test_duplicate_names(emulator, connect_to, read, warnings):
    for number in (1, 2):
        emulator.add_server(hostNm="web", hostId=f"id{number}", svrIp=f"10.1.0.{number}")
    connect_to(emulator)
    assert sorted(read().hosts) == [*HOSTS, "web-id1", "web-id2"]
    assert warnings == ["The host id was appended to names that are not unique: web."]


def test_a_server_listed_twice_is_one_host(emulator, connect_to, read, warnings):
    body = json.dumps(
        {
            "header": {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"},
            "body": [{"hostId": "one", "hostNm": "web", "svrIp": "10.0.0.1"}] * 2,
        }
    )
    emulator.faults([{"call": "list_servers", "body": body}])
    connect_to(emulator)
    assert list(read().hosts) == ["web"]
    assert not warnings


def test_names_of_groups_and_of_another_project(emulate, emulator, connect_to, read, tmp_path, warnings):
    static = tmp_path / "static.yml"
    static.write_text("all: {children: {web: {hosts: {host-00002: {kept: 1}}}}}", encoding="utf-8")
    emulator.add_server(hostNm="web", hostId="id1", svrIp="10.1.0.1")
    other = emulate(servers=0)
    other.add_server(hostNm="host-00001", hostId="other", svrIp="10.2.0.1")
    connect_to(emulator)
    options = {"app_key": other.app_key, "project_id": other.project_id, "api_url": other.url}
    path = tmp_path / "first.sysmon.yml"
    path.write_text("plugin: nhncloud.sysmon.sysmon", encoding="utf-8")
    inventory = read(beside=[str(static), str(path)], **options)
    assert sorted(inventory.hosts) == [HOSTS[0], "host-00001-other", *HOSTS[1:], "web-id1"]
    assert inventory.hosts["host-00001-other"].vars["ansible_host"] == "10.2.0.1"
    assert inventory.hosts["host-00002"].vars["kept"] == 1
    assert inventory.hosts["host-00002"].vars["sysmon_hostname"] == "host-00002"
    assert "ansible_host" not in inventory.groups["web"].vars
    assert len([said for said in warnings if said.startswith("The host id was appended")]) == 2


def test_hostnames(emulator, connect_to, read):
    emulator.add_server(hostNm=None, hostId="bare", svrIp=None, instanceId=None)
    connect_to(emulator)
    ids = {server["hostId"] for server in emulator.state["servers"]}
    addresses = {server["svrIp"] or server["hostId"] for server in emulator.state["servers"]}
    assert set(read(hostnames=["host_id"]).hosts) == ids
    inventory = read(hostnames=["ip"])
    assert set(inventory.hosts) == addresses
    assert "ansible_host" not in inventory.hosts["bare"].vars
    assert inventory.hosts["bare"].vars["sysmon_ip"] is None


@pytest.mark.parametrize("how", ["asked", "cached"])
def test_text_of_the_service_is_never_a_template(how, emulator, connect_to, read, tmp_path):
    emulator.add_server(hostNm=EVIL, hostId="evil", svrIp="-oProxyCommand=id", instanceId="{% raw %}")
    emulator.add_target(jobName="shop", hostId="evil", port=1, resultCd=1, failReason=EVIL)
    connect_to(emulator)
    options = {
        "with_targets": True,
        "strict": True,
        "compose": {"composed": "sysmon_hostname ~ '!'", "plain": "sysmon_host_id"},
        **(cached(tmp_path) if how == "cached" else {}),
    }
    inventory = read(**options)
    if how == "cached":
        emulator.clear()
        inventory = read(**options)
        assert not emulator.requests()
    own = inventory.hosts["evil"].vars
    assert "ansible_host" not in own
    templar = Templar(loader=DataLoader(), variables=own)
    for variable in ("sysmon_hostname", "sysmon_ip", "sysmon_instance_id", "composed", "plain"):
        assert templar.template(own[variable]) == own[variable]
    assert templar.template(own["sysmon_targets"])[0]["fail_reason"] == EVIL
    assert (own["sysmon_hostname"], own["composed"], own["plain"]) == (EVIL, f"{EVIL}!", "evil")


def test_constructed(emulator, connect_to, read):
    connect_to(emulator)
    inventory = read(
        compose={"short": "sysmon_ip.split('.') | last"},
        groups={"odd": "short | int is odd"},
        keyed_groups=[{"key": "short", "prefix": "number"}],
    )
    assert inventory.hosts[HOSTS[1]].vars["short"] == "2"
    assert names(inventory, "odd") == [HOSTS[0], HOSTS[2]]
    assert names(inventory, "number_2") == [HOSTS[1]]


def test_strict(emulator, connect_to, read, fail):
    connect_to(emulator)
    assert "short" not in read(compose={"short": "nothing.there"}).hosts[HOSTS[0]].vars
    assert "Could not set short" in fail(compose={"short": "nothing.there"}, strict=True)


def test_options_are_templates(emulator, read, monkeypatch):
    monkeypatch.setenv("A_KEY", emulator.app_key)
    inventory = read(
        app_key="{{ lookup('ansible.builtin.env', 'A_KEY') }}",
        project_id="{{ 'emu' ~ 'lator' }}",
        region="KR1",
        api_url=emulator.url,
        validate_certs="{{ not false }}",
        retries="{{ 1 + 1 }}",
    )
    assert sorted(inventory.hosts) == HOSTS


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"app_key": ""}, "app_key is not set: give the option app_key or the environment variable"),
        ({"app_key": "wrong"}, "refused"),
        ({"project_id": "a/b"}, "project_id may contain only letters"),
        ({"region": "mars", "api_url": ""}, "region"),
        ({"api_url": "http://192.0.2.1", "validate_certs": ""}, "api_url is http to 192.0.2.1"),
        ({"app_key": "{{ nowhere }}"}, "nowhere"),
        ({"hostnames": ["name"]}, "name"),
    ],
)
def test_bad_options(options, said, emulator, connect_to, fail, monkeypatch):
    connect_to(emulator)
    for name, value in options.items():
        if value == "":
            monkeypatch.setenv(f"NHNCLOUD_SYSMON_{name.upper()}", "")
    sentence = fail(**options)
    assert said in sentence
    assert "Traceback" not in sentence
    assert emulator.app_key not in sentence


def test_a_dead_service(connect_to, emulator, fail):
    connect_to(emulator, api_url="http://127.0.0.1:1")
    assert fail(retries=0).startswith("list servers failed: ")


def test_cache(emulator, connect_to, read, tmp_path):
    connect_to(emulator)
    options = cached(tmp_path)
    first = read(**options)
    assert sorted(first.hosts) == sorted(read(**options).hosts) == HOSTS
    assert len(emulator.requests()) == 1
    (file,) = [path for path in (tmp_path / "cache").iterdir() if path.is_file()]
    assert emulator.app_key not in file.name + file.read_text(encoding="utf-8")
    emulator.add_server(hostNm="new")
    assert "new" not in read(**options).hosts
    assert "new" in read(anew=True, **options).hosts
    assert "new" in read(**options).hosts
    assert len(emulator.requests()) == 2


def test_cache_is_kept_apart(emulate, emulator, connect_to, read, tmp_path):
    other = emulate(servers=1, app_keys={"key": ["other"]})
    connect_to(emulator)
    assert len(read(**cached(tmp_path)).hosts) == 3
    assert "sysmon_targets" in read(with_targets=True, **cached(tmp_path)).hosts[HOSTS[0]].vars
    connect_to(other)
    assert len(read(**cached(tmp_path)).hosts) == 1


def test_cache_refresh(emulator, connect_to, read, warnings, clock, tmp_path):
    connect_to(emulator)
    options = {**cached(tmp_path), "cache_refresh": 60, "retries": 0}
    read(**options)
    clock.now += 59
    read(**options)
    assert len(emulator.requests()) == 1
    clock.now += 2
    read(**options)
    assert len(emulator.requests()) == 2
    clock.now += 61
    emulator.faults([{"call": "list_servers", "status": 503}])
    assert sorted(read(**options).hosts) == HOSTS
    assert "The cached inventory of 61 seconds ago is used." in warnings[-1]
    emulator.faults([])
    emulator.add_server(hostNm="new")
    assert "new" in read(**options).hosts


@pytest.mark.parametrize(
    ("status", "more"), [(401, {}), (503, {"cache": False}), (503, {"anew": True})], ids=["key", "no cache", "flush"]
)
def test_no_cached_answer_where_it_would_hide_something(
    status, more, emulator, connect_to, read, fail, clock, tmp_path
):
    connect_to(emulator)
    options = {**cached(tmp_path), "cache_refresh": 60, "retries": 0}
    read(**options)
    clock.now += 61
    emulator.faults([{"call": "list_servers", "status": status}])
    assert str(status) in fail(**{**options, **more})


@pytest.mark.parametrize(("name", "taken"), [("sysmon.yml", True), ("a.sysmon.yaml", True), ("hosts.yml", False)])
def test_file_names(name, taken, tmp_path):
    path = tmp_path / name
    path.write_text("", encoding="utf-8")
    assert sysmon.InventoryModule().verify_file(str(path)) is taken
    assert sysmon.InventoryModule().verify_file(str(tmp_path / "missing.sysmon.yml")) is False


@pytest.mark.parametrize("key", [["S3cret-key"], {"S3cret-key": 1}, True])
def test_an_app_key_that_is_no_text_is_refused_unseen(fail, emulate, connect_to, key):
    connect_to(emulate())
    said = fail(app_key=key)
    assert "app_key is not text" in said
    assert "S3cret" not in said


def test_the_key_is_redacted_everywhere(read, emulate, connect_to, warnings, tmp_path):
    emulator = emulate()
    key = emulator.app_key
    emulator.add_server(hostId="h1", hostNm=f"web {key}", svrIp="10.0.0.1", instanceId=key.upper())
    emulator.add_server(hostId="h2", hostNm=key, svrIp="10.0.0.2")
    connect_to(emulator)
    found = read(**cached(tmp_path))
    assert set(found.hosts) == {"10.0.0.1", "10.0.0.2"}
    shown = json.dumps([host.vars for host in found.hosts.values()], default=str) + " ".join(warnings)
    shown += "".join(path.read_text() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert key not in shown
    assert key.upper() not in shown
    assert "********" in shown


def test_an_address_with_a_zone_is_none(read, emulate, connect_to):
    emulator = emulate()
    emulator.add_server(hostId="h1", hostNm="", svrIp="fe80::1%$(id>X)")
    emulator.add_server(hostId="-oProxyCommand", hostNm="-x", svrIp="-y")
    connect_to(emulator)
    found = read()
    assert set(found.hosts) == {"h1", "server-oProxyCommand"}
    assert all("ansible_host" not in host.vars for host in found.hosts.values())


def test_a_keyed_group_of_composed_groups(emulate, connect_to, read, tmp_path):
    connect_to(emulate(servers=3))
    groups = {"web": "sysmon_hostname != 'host-00003'"}
    keyed = [{"key": "group_names | select('eq', 'web') | list", "prefix": "from"}]
    found = read(groups=groups, keyed_groups=keyed)
    assert [host.name for host in found.groups["from_web"].get_hosts()] == ["host-00001", "host-00002"]


WEB = {"groups": {"web": "inventory_hostname.startswith('host-')"}}
KEYED = [{"key": "'web' if sysmon_hostname.startswith('host-') else ''", "prefix": "", "separator": ""}]
PARENT = [{"key": "sysmon_hostname", "prefix": "x", "parent_group": "web"}]
DEFAULT = [{"key": "''", "prefix": "", "separator": "", "default_value": "web"}]


@pytest.mark.parametrize("place", [0, 3])
@pytest.mark.parametrize(
    "options",
    [WEB, {"keyed_groups": KEYED}, {"keyed_groups": PARENT}, {"keyed_groups": DEFAULT}],
    ids=["groups", "keyed", "parent", "default"],
)
def test_a_server_with_the_name_of_a_composed_group(place, options, emulate, connect_to, read, warnings, tmp_path):
    emulator = emulate(servers=0)
    servers = [{"hostId": f"h{number}", "hostNm": f"host-{number}", "svrIp": "10.0.0.9"} for number in range(3)]
    servers.insert(place, {"hostId": "w", "hostNm": "web", "svrIp": "10.0.0.1"})
    for server in servers:
        emulator.add_server(**server)
    connect_to(emulator)
    options = {**options, "compose": {"mine": "inventory_hostname"}, **cached(tmp_path)}
    options["groups"] = {**options.get("groups", {}), "everyone": "true"}
    for _time in ("asked", "cached"):
        del warnings[:]
        inventory = read(**options)
        assert "web" not in inventory.hosts
        assert inventory.hosts["web-w"].vars["mine"] == "web-w"
        assert {"host-0", "host-1", "host-2"} <= set(names(inventory, "web"))
        assert sorted(names(inventory, "everyone")) == ["host-0", "host-1", "host-2", "web-w"]
        assert inventory.groups["web"] not in inventory.groups["everyone"].child_groups
        assert [text for text in warnings if "web" in text] == [
            "The host id was appended to names that are not unique: web."
        ]


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        "text",
        {"asked_at": 1, "servers": []},
        {"asked_at": "1", "servers": [], "workspaces": []},
        {"asked_at": 1, "servers": [{"host_id": "a"}], "workspaces": []},
        {"asked_at": 1, "servers": [], "workspaces": [{"name": "a", "targets": [{"host_id": []}]}]},
        {"asked_at": 1, "servers": [], "workspaces": None},
    ],
)
def test_a_cache_of_another_shape_is_none(content, emulator, connect_to, read, warnings, tmp_path):
    connect_to(emulator)
    options = {"with_targets": True, **cached(tmp_path)}
    read(**options)
    (file,) = [path for path in (tmp_path / "cache").iterdir() if path.is_file()]
    good = json.loads(file.read_text(encoding="utf-8"))
    for damaged in (content, {"__payload__": json.dumps(content)}):  # ansible-core from 2.19 on wraps the content
        file.write_text(json.dumps(damaged), encoding="utf-8")
        assert sorted(read(**options).hosts) == HOSTS, warnings
        assert json.loads(file.read_text(encoding="utf-8")).keys() == good.keys()


def test_omit_counts_as_not_set(emulator, connect_to, read):
    connect_to(emulator)
    names = ("app_key", "project_id", "region", "api_url", "validate_certs", "ca_path", "timeout", "retries")
    assert sorted(read(**dict.fromkeys(names, "{{ omit }}")).hosts) == HOSTS
