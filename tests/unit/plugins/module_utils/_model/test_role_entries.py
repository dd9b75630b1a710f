# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry of each host, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import (
    PREFIX,
    VARIABLES,
    check_facts,
    check_names,
    entry_of,
)

ROLE = Path(__file__).parents[5] / "roles/register_targets"
ID = "2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11"
FACTS = {"all_ipv4_addresses": ["127.0.0.1", "10.0.0.7", "x"], "all_ipv6_addresses": ["::1", "fd00::7"]}


def entry(match="ip", port=9100, identity=None, address="10.0.0.1", facts=None):
    return entry_of("web1", match, port, identity, address, facts or {})["targets"]


def refusal(**more):
    with pytest.raises(SysmonError) as caught:
        entry(**more)
    assert caught.value.kind == "config"
    return str(caught.value)


def test_variables_are_those_of_the_spec():
    text = (ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8")
    options = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    told = {name.removeprefix(PREFIX): spec.get("default") for name, spec in options.items()}
    assert told == VARIABLES


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [{"ip": ["10.0.0.1"], "port": 9100}]),
        ({"port": "9200"}, [{"ip": ["10.0.0.1"], "port": 9200}]),
        ({"port": [9100, 9200, 9100]}, [{"ip": ["10.0.0.1"], "port": 9100}, {"ip": ["10.0.0.1"], "port": 9200}]),
        ({"facts": FACTS}, [{"ip": ["10.0.0.1", "10.0.0.7", "fd00::7"], "port": 9100}]),
        ({"facts": FACTS, "address": "web1.example"}, [{"ip": ["10.0.0.7", "fd00::7"], "port": 9100}]),
        ({"identity": "10.0.0.9"}, [{"ip": ["10.0.0.9"], "port": 9100}]),
        ({"identity": ["10.0.0.9", "fd00::9"]}, [{"ip": ["10.0.0.9", "fd00::9"], "port": 9100}]),
        ({"match": "hostname"}, [{"hostname": "web1", "port": 9100}]),
        ({"match": "hostname", "identity": "x.y"}, [{"hostname": "x.y", "port": 9100}]),
        ({"match": "host_id", "identity": ID}, [{"host_id": ID, "port": 9100}]),
        ({"match": "instance_id", "identity": ID}, [{"instance_id": ID, "port": 9100}]),
    ],
)
def test_entry(given, expected):
    assert entry(**given) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": 0}, "web1: register_targets_port 0 is not a port"),
        ({"port": "\u00b2"}, "web1: register_targets_port '\u00b2' is not a port"),
        ({"port": "9" * 5000}, "web1: register_targets_port '999"),
        ({"port": []}, "register_targets_port [] is not a port"),
        ({"port": [9100, "http"]}, "register_targets_port [9100, 'http']"),
        ({"identity": "10.0.0.300"}, "'10.0.0.300' is not an IP address"),
        ({"address": "db.example"}, "web1: ansible_host 'db.example' is not an IP address, and there are no facts"),
        ({"match": "host_id"}, "web1: its host_id is not known: set register_targets_identity."),
        ({"match": "instance_id"}, "or apply the role to the host"),
        ({"match": "host_id", "identity": "a/b"}, "register_targets_identity 'a/b' is not an id"),
        ({"match": "mac"}, "register_targets_match must be one of"),
    ],
)
def test_what_is_refused(given, words):
    assert words in refusal(**given)


@pytest.mark.parametrize(
    "key", ["nhncloud_sysmon_api_url", "register_targets_hosts", "gate_query", "grafana_datasource_file"]
)
def test_facts_that_pose_as_options(key):
    with pytest.raises(SysmonError) as caught:
        check_facts("web1", ["all_ipv4_addresses", key])
    assert caught.value.kind == "config"
    assert f"web1: its facts contain {key}" in str(caught.value)
    check_facts("web1", FACTS)


def test_names():
    check_names(["register_targets_port", "register_targets_result", "register_hosts", "x"])
    with pytest.raises(SysmonError) as caught:
        check_names(["register_targets_prot"])
    assert (
        str(caught.value) == "register_targets_prot is not a variable of the role: did you mean register_targets_port?"
    )
