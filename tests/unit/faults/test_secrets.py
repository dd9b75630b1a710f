# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection never writes the appkey: real playbooks with a marked key, and a search of everything they left."""

from __future__ import annotations

import base64
import contextlib
import getpass
import grp
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

KEY = "M4rked+Appkey/for=the%search"
COLLECTIONS = str(Path(__file__).resolve().parents[6])

# A requests library that fails with all its arguments in the text: an unexpected exception that contains secrets.
BROKEN_REQUESTS = """
from requests import adapters, exceptions, structures, utils
from requests.exceptions import RequestException
__version__ = "2.32.0"
class Session:
    def merge_environment_settings(self, *arguments):
        return {"verify": True}
class PreparedRequest:
    body = None
    def prepare_url(self, url, params):
        self.url = url
"""

BROKEN_UTILS = """
def select_proxy(*arguments):
    return None
def default_headers():
    return {}
def requote_uri(url):
    return url
"""
BROKEN_ADAPTERS = """
from base64 import b64encode
from urllib.parse import quote
class HTTPAdapter:
    def __init__(self, *arguments, **more):
        pass
    def send(self, request, **more):
        key = request.headers["X-TC-APP-KEY"]
        raise ValueError(f"boom {request.headers} {quote(key, safe='')} {quote(key)} {b64encode(key.encode()).decode()}")
"""


def spellings(key: str) -> list[bytes]:
    """The key itself, escaped in a URL, and the part of its base64 that is the same whatever stands around it."""
    found = [key, quote(key, safe=""), quote(key), key.encode().hex()]
    for before in range(3):
        text = base64.b64encode(b"x" * before + key.encode()).decode()
        found.append(text[4 if before else 0 : -4])
    return [text.encode() for text in found]


# What a server says that says the key back, more often than it is shown whole.
SAID = " ".join([KEY, quote(KEY, safe=""), quote(KEY), base64.b64encode(KEY.encode()).decode(), *[KEY] * 20])
MARKS = spellings(KEY)


def test_the_search_finds_what_it_looks_for():
    for text in (
        KEY,
        quote(KEY, safe=""),
        *(base64.b64encode(b"a" * n + KEY.encode() + b"z").decode() for n in range(4)),
    ):
        assert any(mark in text.encode() for mark in MARKS)


class Processes(threading.Thread):
    """Looks at the command lines of all processes that are new, again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.looks = 0
        self._earlier = set(os.listdir("/proc"))
        self.shown: set[bytes] = set()
        self._ended = threading.Event()

    def run(self):
        while not self._ended.wait(0.05):
            self.looks += 1
            for pid in filter(str.isdigit, set(os.listdir("/proc")) - self._earlier):
                with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
                    command = file.read()
                    if any(mark in command for mark in MARKS):
                        self.shown.add(command)

    def end(self):
        self._ended.set()
        self.join()


@pytest.fixture
def emulator():
    with Emulator(servers=3, app_keys={KEY: ["emulator"]}) as running:
        running.add_workspace(jobName="shop")
        yield running


@pytest.fixture
def place(tmp_path):
    """A folder for everything that a run writes."""
    for name in ("home", "local", "remote", "facts", "inventory-cache", "results"):
        (tmp_path / name).mkdir()
    return tmp_path


# With variables of the environment in a play its modules are processes of their own, otherwise not.
WAYS: list[dict[str, object]] = [
    {"vars": {"way": "in-process"}},
    {"vars": {"way": "own-process"}, "environment": {"ANY": "thing"}},
]


def both_ways(play):
    """This play with modules in Ansible's process, then with modules in processes of their own."""
    return [{**play, **way, "vars": {**play.get("vars", {}), **way["vars"]}} for way in WAYS]


def play(place, plays, emulator, *, key_in_environment=True, arguments=(), **environment):
    """Run a playbook at -vvvv --diff; what it wrote to its outputs. The variables are in a file, as with a vault."""
    (place / "play.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
    (place / "secret.yml").write_text(yaml.safe_dump({"the_key": KEY}), encoding="utf-8")
    binary = shutil.which("ansible-playbook", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    settings = {
        "HOME": str(place / "home"),
        "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
        "ANSIBLE_LOCAL_TEMP": str(place / "local"),
        "ANSIBLE_REMOTE_TEMP": str(place / "remote"),
        "ANSIBLE_LOG_PATH": str(place / "ansible.log"),
        "ANSIBLE_DISPLAY_TRACEBACK": "always",  # since ansible-core 2.19 they are not shown otherwise
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(place / "facts"),
        "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
        "NHNCLOUD_SYSMON_REGION": "kr",
        "NHNCLOUD_SYSMON_API_URL": emulator.url,
        **({"NHNCLOUD_SYSMON_APP_KEY": KEY} if key_in_environment else {}),
        **environment,
    }
    inherited = {name: value for name, value in os.environ.items() if name != "ANSIBLE_KEEP_REMOTE_FILES"}
    processes = Processes()
    processes.start()
    ended = subprocess.run(
        [
            binary,
            "-vvvv",
            "--diff",
            "-i",
            "localhost,",
            "-c",
            "local",
            "-e",
            '{"ansible_python_interpreter": "{{ ansible_playbook_python }}"}',
            "-e",
            "@secret.yml",
            *arguments,
            "play.yml",
        ],
        cwd=place,
        env={**inherited, **settings},
        capture_output=True,
        timeout=300,
        check=False,
    )
    processes.end()
    assert processes.looks > 5
    assert processes.shown == set()
    (place / "secret.yml").unlink()
    (place / "stdout").write_bytes(ended.stdout)
    (place / "stderr").write_bytes(ended.stderr)
    return ended.stdout.decode() + ended.stderr.decode()


def assert_nothing_holds_the_key(place):
    files = [file for file in place.rglob("*") if file.is_file()]
    assert any(file.stat().st_size > 2000 for file in files)
    for file in files:
        content = file.read_bytes()
        found = [mark for mark in MARKS if mark in content]
        assert not found, f"{file.relative_to(place)}: ...{content[max(0, content.find(found[0]) - 300) :][:400]!r}"
    assert [file for folder in ("local", "remote") for file in (place / folder).rglob("*") if file.is_file()] == []


def calls(workspace, options):
    """Every module, some of them in ways that fail."""
    in_it = {"workspace": workspace, **options}
    return [
        {"sysmon_workspace": {"name": workspace, "description": "made", **options}},
        {"sysmon_targets": {"port": 9100, "targets": [{"hostname": "host-00001"}], **in_it}},
        {"sysmon_target": {"hostname": "nobody", "port": 9100, **in_it}},
        {"sysmon_query_info": {"query": "up", "retries": 0, **options}},
        {"sysmon_workspace_info": options},
        {"sysmon_target_info": in_it},
        {"sysmon_server_info": options},
        {"sysmon_metadata_info": {"endpoint": "labels", "retries": 0, **options}},
        {"sysmon_workspace": {"nme": "an option that does not exist", **options}},
        {"sysmon_workspace": {"name": workspace, "state": "absent", "force": True, **options}},
    ]


def steps_of(place, some):
    """Tasks that make these calls, keep all results as a fact, and write them to a file."""
    names = ", ".join(f"result_{number}" for number in range(len(some)))
    steps = [
        {f"nhncloud.sysmon.{module}": arguments, "register": f"result_{number}", "ignore_errors": True, "diff": True}
        for number, call in enumerate(some)
        for module, arguments in call.items()
    ]
    return [
        *steps,
        {"ansible.builtin.set_fact": {"all_results": "{{ [%s] }}" % names, "cacheable": True}},
        {"ansible.builtin.debug": {"var": "all_results"}},
        {
            "ansible.builtin.copy": {
                "content": "{{ all_results | to_json }}",
                "dest": f"{place}/results/{{{{ way }}}}.json",
            }
        },
    ]


def kinds_of_failures(place):
    """Of the last play that kept its results, both ways the same."""
    kinds = []
    for way in WAYS:
        results = json.loads((place / f"results/{way['vars']['way']}.json").read_text(encoding="utf-8"))
        kinds.append([(result.get("error") or {}).get("kind") for result in results])
    assert kinds[0] == kinds[1]
    return kinds[0]


OPTION = {"app_key": "{{ the_key }}"}


def test_modules_with_the_key_of_the_environment(emulator, place):
    steps = steps_of(place, calls("new", {}))
    play(place, both_ways({"hosts": "localhost", "gather_facts": False, "tasks": steps}), emulator)
    assert kinds_of_failures(place) == [None, None, "not_found", "server", *[None] * 3, "server", None, None]
    assert_nothing_holds_the_key(place)


def test_modules_with_the_key_of_a_variable(emulator, place):
    some, defaults = calls("new", OPTION), {"group/nhncloud.sysmon.sysmon": OPTION}
    steps = {"hosts": "localhost", "gather_facts": False, "tasks": steps_of(place, some[:4] + some[8:])}
    with_defaults = {**steps, "module_defaults": defaults, "tasks": steps_of(place, calls("new", {})[:2])}
    plays = both_ways(steps) + both_ways(with_defaults)
    play(place, plays, emulator, key_in_environment=False)
    assert kinds_of_failures(place) == [None, None]
    assert_nothing_holds_the_key(place)


@pytest.mark.parametrize("way", ["environment", "option"])
def test_a_service_that_says_the_key_back(emulator, place, way):
    emulator.faults([{"call": "*", "status": 401, "result_code": SAID, "result_message": SAID}])
    some = calls("new", OPTION if way == "option" else {})[:4]
    plays = both_ways({"hosts": "localhost", "gather_facts": False, "tasks": steps_of(place, some)})
    output = play(place, plays, emulator, key_in_environment=way == "environment")
    assert kinds_of_failures(place) == ["auth"] * 4
    assert "********" in output
    assert KEY[:8] not in output
    assert_nothing_holds_the_key(place)


def test_a_leak_is_found(emulator, place):
    """The same search finds the key where something does show it: here a task of the playbook."""
    step = {"ansible.builtin.debug": {"msg": "{{ the_key | b64encode }}"}}
    play(place, [{"hosts": "localhost", "gather_facts": False, "tasks": [step]}], emulator)
    with pytest.raises(AssertionError, match="ansible.log|stdout"):
        assert_nothing_holds_the_key(place)


@pytest.mark.skipif(importlib.util.find_spec("ansible.module_utils.secrets") is None, reason="before ansible-core 2.22")
@pytest.mark.parametrize("plugin", ["module", "lookup", "inventory"])
def test_ansible_core_masks_the_key_wherever_it_turns_up_later(emulator, place, plugin):
    shown = "{{ [the_key, the_key | urlencode, the_key | b64encode] | join('  ') }}"
    steps = {
        "module": [{"nhncloud.sysmon.sysmon_server_info": {}}],
        "lookup": [
            {
                "ansible.builtin.debug": {"msg": "{{ lookup('nhncloud.sysmon.sysmon_query', 'up', retries=0) }}"},
                "ignore_errors": True,
            }
        ],
        "inventory": [],
    }[plugin]
    steps.append({"ansible.builtin.debug": {"msg": shown}})
    arguments = []
    if plugin == "inventory":
        (place / "sysmon.yml").write_text("plugin: nhncloud.sysmon.sysmon\n", encoding="utf-8")
        arguments = ["-i", "sysmon.yml"]
    play(place, both_ways({"hosts": "localhost", "gather_facts": False, "tasks": steps}), emulator, arguments=arguments)
    assert "$REDACTED$  $REDACTED$  $REDACTED$" in (place / "stdout").read_text(encoding="utf-8")
    assert_nothing_holds_the_key(place)


@pytest.mark.parametrize(("way", "options"), [("environment", [{}, {"app_key": ""}]), ("option", [OPTION])])
def test_an_exception_that_nobody_expected(emulator, place, way, options):
    library = place / "broken/requests"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(BROKEN_REQUESTS)
    (library / "utils.py").write_text(BROKEN_UTILS)
    (library / "structures.py").write_text("CaseInsensitiveDict = dict\n")
    (library / "exceptions.py").write_text("class RequestException(OSError):\n    pass\n")
    (library / "adapters.py").write_text(BROKEN_ADAPTERS)
    steps = [
        {"nhncloud.sysmon.sysmon_server_info": option, "ignore_errors": True, "register": f"result_{number}"}
        for number, option in enumerate(options)
    ]
    steps += [{"ansible.builtin.debug": {"var": f"result_{number}"}} for number in range(len(options))]
    plays = both_ways({"hosts": "localhost", "gather_facts": False, "tasks": steps})
    output = play(place, plays, emulator, key_in_environment=way != "option", PYTHONPATH=f"{place}/broken:{sys_path()}")
    assert (place / "stdout").read_text(encoding="utf-8").count("nhncloud.sysmon has a bug here") >= 2 * len(options)
    assert "boom" in output
    assert_nothing_holds_the_key(place)


def sys_path() -> str:
    return os.environ.get("PYTHONPATH", "")


def test_lookup(emulator, place):
    lookups = [
        "{{ lookup('nhncloud.sysmon.sysmon_query', 'up', app_key=the_key, retries=0) }}",
        "{{ lookup('nhncloud.sysmon.sysmon_query', 'up', app_key=the_key ~ ' ', retries=0) }}",
        "{{ lookup('nhncloud.sysmon.sysmon_query', 'up', retries=0) }}",
    ]
    emulator.faults([{"call": "prometheus", "result_code": 4011001, "result_message": SAID, "http_status": 401}])
    steps = [{"ansible.builtin.debug": {"msg": text}, "ignore_errors": True} for text in lookups]
    output = play(place, [{"hosts": "localhost", "gather_facts": False, "tasks": steps}], emulator)
    assert output.count("the appkey was refused") >= 2, output[-3000:]
    assert_nothing_holds_the_key(place)


def test_inventory_and_its_cache(emulator, place):
    source = {
        "plugin": "nhncloud.sysmon.sysmon",
        "with_targets": True,
        "cache": True,
        "cache_plugin": "jsonfile",
        "cache_connection": str(place / "inventory-cache"),
    }
    (place / "sysmon.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    # The variables of the inventory only: hostvars also hold the key, as a variable of the user's.
    found = "{{ hostvars['host-00001'] | dict2items | selectattr('key', 'match', 'sysmon_') }}"
    show = {"ansible.builtin.debug": {"msg": found}}
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [show]}]
    output = play(place, plays, emulator, arguments=["-i", "sysmon.yml"])
    assert "host-00001" in output, output[-3000:]
    assert list((place / "inventory-cache").iterdir())
    assert_nothing_holds_the_key(place)


@pytest.mark.parametrize("more", [{}, {"environment": {"ANY": "thing"}}], ids=["", "with environment"])
@pytest.mark.parametrize("way", ["environment", "variable"])
def test_role_register_targets(emulator, place, way, more):
    known = {server["hostNm"]: server["svrIp"] for server in emulator.state["servers"]}
    hosts = {name: {"ansible_host": address} for name, address in {**known, "stranger": "192.0.2.99"}.items()}
    (place / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    variables = {"register_targets_workspace": "new", "register_targets_server_timeout": 0}
    if way == "variable":
        variables["nhncloud_sysmon_app_key"] = "{{ the_key }}"
    role = {"name": "nhncloud.sysmon.register_targets"}
    step = {"ansible.builtin.include_role": role}
    plays = [{"hosts": "all:!localhost", "gather_facts": False, "vars": variables, "tasks": [step], **more}]
    output = play(place, plays, emulator, key_in_environment=way == "environment", arguments=["-i", "hosts.yml"])
    assert "stranger port 9100" in output, output[-3000:]
    assert len(emulator.state["targets"]) == 3
    assert_nothing_holds_the_key(place)


@pytest.mark.parametrize("way", ["environment", "variable"])
def test_role_grafana_datasource(emulator, place, way):
    group = grp.getgrgid(os.getgid()).gr_name
    variables = {
        "grafana_datasource_folder": str(place / "grafana"),
        "grafana_datasource_owner": getpass.getuser(),
        "grafana_datasource_group": group,
        "grafana_datasource_service": "",
    }
    if way == "variable":
        variables["grafana_datasource_app_key"] = "{{ the_key }}"
    role = {"name": "nhncloud.sysmon.grafana_datasource"}
    plays = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": variables,
            "tasks": [{"ansible.builtin.include_role": role}],
        }
    ]
    play(place, plays, emulator, key_in_environment=way == "environment")
    file = place / "grafana/datasources/nhncloud-sysmon.yaml"
    assert KEY in file.read_text(encoding="utf-8")  # the one exception
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    file.unlink()
    assert_nothing_holds_the_key(place)


def test_a_service_that_says_the_key_back_in_its_data(emulator, place):
    """As a name, as a value and as a name of a label: in results, host variables, warnings, caches and lookups."""
    said = f"{KEY} {base64.b64encode(b'name:' + KEY.encode()).decode()}"
    emulator.add_server(hostId="echo", hostNm=said, svrIp="10.9.9.9", instanceId=KEY.encode().hex())
    emulator.add_workspace(jobName=f"team-{KEY}", jobId="team", description=said)
    emulator.add_target(jobId="team", hostId="echo", port=9100, failReason=said * 20, resultCd=1)
    vector = {"resultType": "vector", "result": [{"metric": {KEY: said, "b": "1"}, "value": [1, "5"]}]}
    body = json.dumps({"status": "success", "data": vector, "warnings": [said], "infos": [said]})
    emulator.faults([{"call": "prometheus", "body": body}])
    source = {
        "plugin": "nhncloud.sysmon.sysmon",
        "with_targets": True,
        "cache": True,
        "cache_plugin": "jsonfile",
        "cache_connection": str(place / "inventory-cache"),
        "keyed_groups": [{"key": "sysmon_hostname", "prefix": "named"}],
    }
    (place / "sysmon.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    some = [
        {"sysmon_server_info": {}},
        {"sysmon_workspace_info": {}},
        {"sysmon_target_info": {"workspace_id": "team"}},
        {"sysmon_query_info": {"query": "up"}},
        {"sysmon_target": {"workspace_id": "team", "host_id": "echo", "port": 9100, "wait": True, "wait_timeout": 1}},
    ]
    found = "{{ hostvars['10.9.9.9'] | dict2items | selectattr('key', 'match', 'sysmon_') }}"
    steps = [
        *steps_of(place, some),
        {"ansible.builtin.debug": {"msg": found}},
        {"ansible.builtin.debug": {"msg": "{{ query('nhncloud.sysmon.sysmon_query', 'up', want='samples') }}"}},
        {"ansible.builtin.debug": {"msg": "{{ groups }}"}},
    ]
    plays = both_ways({"hosts": "localhost", "gather_facts": False, "tasks": steps})
    output = play(place, plays, emulator, arguments=["-i", "sysmon.yml"])
    assert kinds_of_failures(place) == [None] * 4 + ["timeout"], output[-3000:]
    assert output.count("********") > 10
    assert_nothing_holds_the_key(place)
