# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role says twice, since tasks on the host of Grafana cannot ask the collection's Python."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.regions import ENDPOINTS, normalise

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


@pytest.mark.parametrize("name", sorted(path.name for path in ROLE.glob("tasks/*.yml")))
def test_what_holds_the_appkey_is_never_shown(name):
    for task in read(f"tasks/{name}"):
        if task.get("ansible.builtin.template", {}).get("src") == "datasources.yaml.j2":
            assert task["no_log"] is True
            assert task["diff"] is False
            break
    else:
        assert name != "main.yml"
