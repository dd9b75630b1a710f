# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role says twice, since tasks on the host of Grafana cannot ask the collection's Python."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.regions import ENDPOINTS, normalise
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_entries import OPTION_PREFIXES

ROLE = Path(__file__).parents[3] / "roles/grafana_datasource"


def read(name):
    return yaml.safe_load((ROLE / name).read_text(encoding="utf-8"))


def test_endpoints():
    told = read("vars/main.yml")["__grafana_datasource_endpoints"]
    assert {normalise(region): url for region, url in told.items()} == ENDPOINTS
    assert all(ENDPOINTS[normalise(region)] == url for region, url in told.items())
    assert {"kr1", "kr2", "us1", "jp1"} <= set(told)


def test_defaults():
    options = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    told = {name: spec["default"] for name, spec in options.items() if "default" in spec}
    assert read("defaults/main.yml") == told


def test_secrets_are_marked():
    options = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    options.update(options["grafana_datasource_sources"]["options"])
    secret = [name for name in options if name.endswith(("app_key", "password"))]
    assert len(secret) == 3
    assert all(options[name]["no_log"] is True for name in secret)


def tasks_of(name):
    """All tasks of a file, those of blocks too."""
    waiting = read(f"tasks/{name}")
    for task in waiting:
        waiting += task.get("block", []) + task.get("rescue", [])
    return waiting


def test_what_holds_the_appkey_is_never_shown():
    (task,) = [
        t for t in tasks_of("main.yml") if t.get("ansible.builtin.template", {}).get("src") == "datasources.yaml.j2"
    ]
    assert task["no_log"] is True
    assert task["diff"] is False


def test_owner_group_and_mode_are_settled_before_the_appkey_is_written():
    settings = [
        {name: arguments.get(name) for name in ("dest", "path", "owner", "group", "mode")}
        for task in tasks_of("main.yml")
        for arguments in (task.get("ansible.builtin.file", {}), task.get("ansible.builtin.template", {}))
        if "owner" in arguments
    ]
    before, after = settings
    assert before.pop("path") == after.pop("dest") == "{{ __grafana_datasource_path }}"
    assert {name: value for name, value in before.items() if value} == {n: v for n, v in after.items() if v}


def test_facts_that_act_as_options_are_those_of_the_collection():
    (pattern,) = re.findall(r"'(\([a-z_|]+\)_)'", (ROLE / "tasks/check.yml").read_text(encoding="utf-8"))
    assert sorted(f"{name}_" for name in pattern[1:-2].split("|")) == sorted(OPTION_PREFIXES)
