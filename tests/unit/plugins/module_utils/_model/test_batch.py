# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections import Counter

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import (
    FLOATING,
    PART,
    entries_of,
    noted_in,
    parts_of,
    reason_for,
    registered_by,
    unseen_by,
    verdicts_of,
)

UUID = "0c1b1e8a-6e0f-4d0e-8d2f-1a2b3c4d5e6f"


def targets_of(variables, match="ip", port=9100, host="web1"):
    (entry,) = entries_of([host], {host: variables}, match, port)
    return entry["problem"] or entry["targets"]


@pytest.mark.parametrize(
    ("host", "variables", "match", "targets"),
    [
        # By address: how the host is reached, and its own addresses where facts are there.
        ("web1", {"ansible_host": "10.0.0.1"}, "ip", [{"ip": ["10.0.0.1"], "port": 9100}]),
        ("10.0.0.9", {}, "ip", [{"ip": ["10.0.0.9"], "port": 9100}]),
        ("web1", {"ansible_host": "fd00::1"}, "ip", [{"ip": ["fd00::1"], "port": 9100}]),
        (
            "web1",
            {
                "ansible_host": "203.0.113.7",
                "ansible_facts": {
                    "all_ipv4_addresses": ["127.0.0.1", "10.0.0.1", "10.1.0.1"],
                    "all_ipv6_addresses": ["::1", "fd00::1"],
                },
            },
            "ip",
            [{"ip": ["203.0.113.7", "10.0.0.1", "10.1.0.1", "fd00::1"], "port": 9100}],
        ),
        (
            "web1",
            {"ansible_host": "web1.example", "ansible_facts": {"all_ipv4_addresses": ["10.0.0.1"]}},
            "ip",
            [{"ip": ["10.0.0.1"], "port": 9100}],
        ),
        (
            "10.0.0.1",
            {"ansible_facts": {"all_ipv4_addresses": ["10.0.0.1"]}},
            "ip",
            [{"ip": ["10.0.0.1"], "port": 9100}],
        ),
        ("web1", {"ansible_host": "127.0.0.5"}, "ip", [{"ip": ["127.0.0.5"], "port": 9100}]),
        # What is said of the host beats what is known of it.
        (
            "web1",
            {
                "ansible_host": "10.0.0.1",
                "ansible_facts": {"all_ipv4_addresses": ["10.0.0.2"]},
                "register_targets_identity": "10.9.9.9",
            },
            "ip",
            [{"ip": ["10.9.9.9"], "port": 9100}],
        ),
        (
            "web1",
            {"register_targets_identity": ["10.0.0.1", "fd00::1"]},
            "ip",
            [{"ip": ["10.0.0.1", "fd00::1"], "port": 9100}],
        ),
        ("web1", {"ansible_host": "10.0.0.1"}, "hostname", [{"hostname": "web1", "port": 9100}]),
        ("web1", {"register_targets_identity": "WEB 1"}, "hostname", [{"hostname": "WEB 1", "port": 9100}]),
        ("web1", {"register_targets_identity": UUID}, "instance_id", [{"instance_id": UUID, "port": 9100}]),
        ("web1", {"register_targets_identity": 17}, "host_id", [{"host_id": "17", "port": 9100}]),
        # Ports: of the host, else the default; numbers or texts; one or several.
        ("web1", {"register_targets_port": 9200}, "hostname", [{"hostname": "web1", "port": 9200}]),
        ("web1", {"register_targets_port": "9200"}, "hostname", [{"hostname": "web1", "port": 9200}]),
        (
            "web1",
            {"register_targets_port": [9100, "65535", 1]},
            "hostname",
            [{"hostname": "web1", "port": port} for port in (9100, 65535, 1)],
        ),
    ],
)
def test_entries(host, variables, match, targets):
    assert targets_of(variables, match, host=host) == targets


@pytest.mark.parametrize(
    ("variables", "match", "problem"),
    [
        (
            {"ansible_host": "web1.example"},
            "ip",
            f"ansible_host 'web1.example' is not an IP address, and there are no facts. {FLOATING}",
        ),
        ({}, "ip", f"ansible_host 'web1' is not an IP address, and there are no facts. {FLOATING}"),
        ({"ansible_facts": {"all_ipv4_addresses": ["127.0.0.1"]}}, "ip", FLOATING),
        ({"register_targets_identity": "web1"}, "ip", "register_targets_identity 'web1' is not an IP address."),
        ({"register_targets_identity": ["10.0.0.1", "x"]}, "ip", "register_targets_identity 'x' is not an IP address."),
        ({}, "host_id", "its host_id is not known: set register_targets_identity."),
        (
            {},
            "instance_id",
            "its instance_id is not known: set register_targets_identity, or apply the role to the host, which is then asked.",
        ),
        ({"register_targets_identity": "../x"}, "host_id", "register_targets_identity '../x' is not an id."),
        ({"register_targets_port": 65536}, "hostname", "register_targets_port 65536 is not a port"),
        ({"register_targets_port": "9100,9200"}, "hostname", "register_targets_port '9100,9200' is not a port"),
        ({"register_targets_port": [9100, -1]}, "hostname", "register_targets_port [9100, -1] is not a port"),
        ({"register_targets_port": "http"}, "hostname", "register_targets_port 'http' is not a port"),
        ({"register_targets_port": True}, "hostname", "register_targets_port True is not a port"),
        ({"register_targets_port": 9100.5}, "hostname", "register_targets_port 9100.5 is not a port"),
        ({"register_targets_port": 0}, "hostname", "register_targets_port 0 is not a port"),
        ({"register_targets_port": []}, "hostname", "register_targets_port [] is not a port"),
    ],
)
def test_problems_name_their_host(variables, match, problem):
    told = targets_of(variables, match)
    assert told.startswith("web1: ")
    assert problem in told


def test_the_default_port():
    assert targets_of({}, "hostname", port=["9100", 9200]) == [
        {"hostname": "web1", "port": port} for port in (9100, 9200)
    ]
    assert "'x' is not a port" in targets_of({}, "hostname", port="x")


def test_hosts_keep_their_order_and_unknown_ones_are_a_problem_of_their_own():
    entries = entries_of(["b", "nobody", "a"], {"a": {}, "b": {}}, "hostname", 9100)
    assert [entry["host"] for entry in entries] == ["b", "nobody", "a"]
    assert [entry["problem"] for entry in entries] == [None, "nobody: it is not a host of the inventory.", None]


def test_a_text_of_hosts_is_read_as_a_list():
    assert [entry["host"] for entry in entries_of("a, b", {"a": {}, "b": {}}, "hostname", 9100)] == ["a", "b"]


def test_a_match_that_is_none():
    with pytest.raises(ValueError, match="match is one of .*, not 'mac'"):
        entries_of(["a"], {"a": {}}, "mac", 9100)


class Counting(dict):
    """Variables of hosts that count how often a host is asked for, as every look at hostvars merges anew."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.looks = Counter()

    def __getitem__(self, host):
        self.looks[host] += 1
        return super().__getitem__(host)


def test_one_look_at_the_variables_of_a_host():
    hosts = [f"web{number}" for number in range(9)]
    variables = Counting({host: {"ansible_host": "10.0.0.1", "register_targets_port": [1, 2]} for host in hosts})
    entries_of(hosts, variables, "ip", 9100)
    assert set(variables.looks.values()) == {1}


class HostVars(Counting):
    """As Ansible's: raw_get gives variables as they are, and what is looked up is rendered."""

    def raw_get(self, host):
        return dict.__getitem__(self, host)

    def __getitem__(self, host):
        rendered = super().__getitem__(host)
        return {name: "10.9.9.9" if "{" in str(value) else value for name, value in rendered.items()}


def test_variables_are_read_raw_and_rendered_only_where_they_may_be_templates():
    facts = {"all_ipv4_addresses": ["10.0.0.2"], "odd": "{{ data }}"}
    variables = HostVars(
        {
            "plain": {"ansible_host": "10.0.0.1", "register_targets_port": 9100, "ansible_facts": facts},
            "template": {"ansible_host": "{{ address }}", "register_targets_port": 9100},
            "several": {"register_targets_identity": ["{{ one }}"], "register_targets_port": "9100"},
        }
    )
    entries = entries_of(variables, variables, "ip", 1)
    assert [entry["targets"][0]["ip"] for entry in entries] == [["10.0.0.1", "10.0.0.2"], ["10.9.9.9"], ["10.9.9.9"]]
    assert variables.looks["plain"] == 0


def test_variables_that_cannot_be_read_are_a_problem_of_their_host():
    class Undefined(dict):
        def get(self, key, default=None):
            raise RuntimeError(f"{key} cannot be read")

    bad, good = entries_of(["a", "b"], {"a": Undefined(), "b": {}}, "hostname", 9100)
    assert bad["problem"] == "a: its variables cannot be read: register_targets_port cannot be read"
    assert good["problem"] is None


def entry(host, *ports, problem=None, key="hostname"):
    return {"host": host, "targets": [{key: host, "port": port} for port in ports], "problem": problem}


def part(*entries):
    (whole,) = parts_of(entries, 500)
    return whole


def result(port, action="unchanged", kind=None, message="It broke."):
    return {"port": port, "action": action, "error": kind and {"kind": kind, "message": message}}


@pytest.mark.parametrize(
    ("size", "labels"),
    [
        (2, ["2 hosts, a to b", "1 hosts, c to c"]),
        (3, ["3 hosts, a to c"]),
        (500, ["3 hosts, a to c"]),
        (0, ["1 hosts, a to a", "1 hosts, b to b", "1 hosts, c to c"]),
        (-1, ["1 hosts, a to a", "1 hosts, b to b", "1 hosts, c to c"]),
    ],
)
def test_parts_of_a_size(size, labels):
    entries = [entry("a", 1, 2), entry("b", problem="b: no address."), entry("c", 1)]
    parts = parts_of(entries, size)
    assert [part["label"] for part in parts] == labels
    assert [entry for part in parts for entry in json.loads(part["entries"])] == entries
    assert [(target["hostname"], target["port"]) for part in parts for target in json.loads(part["targets"])] == [
        ("a", 1),
        ("a", 2),
        ("c", 1),
    ]


def test_no_parts_of_nothing():
    assert parts_of([], 500) == []


def test_a_part_without_targets():
    assert part(entry("b", problem="b: no address."))["targets"] == "[]"


def test_results_are_dealt_out_to_the_hosts_that_they_are_for():
    a, b, c, d = entry("a", 1), entry("b", 1, 2), entry("c", 1), entry("d", problem="d: no address.")
    first = {PART: part(a, b), "targets": [result(1, "created"), result(1), result(2, "failed", "server")]}
    second = {PART: part(d, c), "targets": [result(1, "deleted")]}
    assert verdicts_of([first, second]) == {
        "hosts": {"a": "", "b": "b port 2: It broke.", "d": "d: no address.", "c": ""},
        "changed": 2,
        "failed": {"b": "b port 2: It broke.", "d": "d: no address."},
        "refused": "",
    }
    assert registered_by([first, second], ["b", "d"]) == [
        {**a, "found": [result(1, "created")]},
        {**c, "found": [result(1, "deleted")]},
    ]


def test_a_host_with_a_failed_port_may_have_changed():
    call = {PART: part(entry("a", 1, 2)), "targets": [result(1, "created"), result(2, "failed", "server")]}
    entry_results = verdicts_of([call])
    assert (list(entry_results["failed"]), entry_results["changed"]) == (["a"], 1)


@pytest.mark.parametrize(
    ("call", "reason", "refused"),
    [
        ({"msg": "The appkey was refused."}, "a: The appkey was refused.", "The appkey was refused."),
        ({"msg": "Down.", "unreachable": True, "targets": None}, "a: Down.", "Down."),
        ({"targets": []}, "a: the registration gave no result.", ""),
        ({"skipped": True}, "a: the registration gave no result.", ""),
    ],
)
def test_a_call_that_failed_as_a_whole_fails_each_of_its_hosts(call, reason, refused):
    entry_results = verdicts_of([{PART: part(entry("a", 1)), **call}])
    assert entry_results == {"hosts": {"a": reason}, "changed": 0, "failed": {"a": reason}, "refused": refused}


def test_calls_that_were_left_out_for_a_reason():
    left_out = {PART: part(entry("a", 1), entry("b", problem="b: no address.")), "skipped": True}
    entry_results = verdicts_of([left_out], "No such project.")
    assert entry_results["failed"] == {"a": "a: No such project.", "b": "b: no address."}
    assert entry_results["refused"] == "No such project."


def test_a_call_that_was_answered_is_no_refusal_of_all():
    bad, good = {PART: part(entry("a", 1)), "msg": "Down."}, {PART: part(entry("b", 1)), "targets": [result(1)]}
    assert verdicts_of([bad, good])["refused"] == ""


def test_nothing_asked_for():
    assert verdicts_of([]) == {"hosts": {}, "changed": 0, "failed": {}, "refused": ""}


@pytest.mark.parametrize(
    ("key", "kind", "hinted"), [("ip", "not_found", True), ("ip", "server", False), ("hostname", "not_found", False)]
)
def test_only_an_address_that_is_not_listed_may_be_a_floating_one(key, kind, hinted):
    asked = entry("a", 1, key=key)
    entry_results = verdicts_of([{PART: part(asked), "targets": [result(1, "failed", kind)]}])
    assert (FLOATING in entry_results["failed"]["a"]) == hinted


TARGET = {"ip": "10.0.0.1", "hostname": "Host-1", "target_id": "T1", "host_id": "H1", "port": 9100}


def unseen(*samples, label="instance", target=None, **answer):
    registered = [{"host": "web1", "found": [target or TARGET]}]
    found = [{"labels": {"instance": name}, "value": value} for name, value in samples]
    return unseen_by(registered, {"samples": found, **answer}, label).get("web1")


@pytest.mark.parametrize(
    "name", ["10.0.0.1:9100", "10.0.0.1", "host-1:9100", "HOST-1", "web1", "WEB1:9100", "t1", "T1", "h1"]
)
def test_what_proves_a_target(name):
    assert unseen((name, "1")) is None
    assert unseen(("other", "1"), (name, "0"), (name, "0.01")) is None
    assert unseen((name, "+Inf")) is None


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "-Inf", "None", ""])
def test_a_sample_that_proves_nothing(value):
    assert unseen(("10.0.0.1:9100", value)) == f"web1 port 9100: the query gave the value {value}."


@pytest.mark.parametrize("name", ["10.0.0.1:9200", "10.0.0.11:9100", "10.0.0.11", "", "web1.example"])
def test_a_sample_of_something_else(name):
    assert unseen((name, "1")) == "web1 port 9100: the query gave no sample whose instance is one of its names."


def test_another_label_is_looked_at():
    assert unseen(("web1", "1"), label="nodename") is not None
    found = {"samples": [{"labels": {"nodename": "web1"}, "value": "1"}]}
    assert unseen_by([{"host": "web1", "found": [TARGET]}], found, "nodename") == {}


def test_every_port_of_a_host_is_to_be_proven():
    other = {**TARGET, "port": 9200, "target_id": "T2"}
    registered = [{"host": "web1", "found": [TARGET, other]}]
    found = {"samples": [{"labels": {"instance": "10.0.0.1:9100"}, "value": "1"}]}
    assert unseen_by(registered, found, "instance")["web1"].startswith("web1 port 9200: the query gave no sample")


def test_a_query_that_failed():
    assert unseen_by([{"host": "web1", "found": [TARGET]}], {"msg": "Prometheus is away"}, "instance") == {
        "web1": "web1 port 9100: the query failed: Prometheus is away."
    }


def test_names_that_are_not_known_match_nothing():
    bare = {"ip": None, "hostname": None, "target_id": None, "host_id": None, "port": 9100}
    assert unseen(("", "1"), ("none", "1"), target=bare) is not None


RUN, EARLIER = {"speaker": "a", "at": "10.5"}, {"speaker": "a", "at": "9.5"}


def note(run, host="a"):
    return {"register_targets_note": {"run": run, "entry": entry(host, 1)}}


@pytest.mark.parametrize(
    ("variables", "noted"),
    [
        ({"a": note(dict(RUN))}, [entry("a", 1)]),
        ({"a": note(EARLIER)}, []),
        ({"a": note({**RUN, "speaker": "b"})}, []),  # of another order
        ({"a": {}}, []),  # did not run the role
        ({"a": {"register_targets_note": None}}, []),
        ({"b": note(RUN)}, []),  # not of the batch
        ({}, []),
    ],
)
def test_only_notes_of_this_run_count(variables, noted):
    assert noted_in(["a"], variables, RUN) == noted


def test_one_look_at_the_notes_of_a_host():
    variables = Counting({host: note(RUN, host) for host in "abcd"})
    assert [entry["host"] for entry in noted_in("dcb", variables, RUN)] == ["d", "c", "b"]
    assert variables.looks == {"d": 1, "c": 1, "b": 1}


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ({"run": dict(RUN), "hosts": {"a": "", "b": "b: It broke."}}, "b: It broke."),
        ({"run": RUN, "hosts": {"a": "a: It broke.", "b": ""}}, ""),
        ({"run": EARLIER, "hosts": {"b": ""}}, "b: the registration of the batch was not carried out, see above."),
        ({"run": RUN, "hosts": {"a": ""}}, "b: the registration of the batch was not carried out, see above."),
        (None, "b: the registration of the batch was not carried out, see above."),
    ],
)
def test_what_the_speaker_noted_of_a_host(outcome, reason):
    speaker = {"register_targets_outcome": outcome, "register_targets_note": {}}
    assert reason_for("b", HostVars({"a": speaker, "b": {}}), RUN) == reason
    assert reason_for("b", {"a": speaker}, RUN) == reason
