# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.nhncloud.sysmon.plugins.filter import register_targets_parts as plugin
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import entries_of

NAME = "nhncloud.sysmon.register_targets_parts"


@pytest.fixture
def render():
    """What a template with the filter gives."""
    environment = NativeEnvironment()
    environment.filters[NAME] = plugin.FilterModule().filters()["register_targets_parts"]
    return lambda template, **variables: environment.from_string(template).render(**variables)


def test_the_example_as_it_stands(render):
    template = yaml.safe_load(plugin.EXAMPLES)[0]["ansible.builtin.debug"]["msg"]
    assert render(template, groups={"web": ["web1"]}, hostvars={"web1": {"ansible_host": "10.0.0.1"}}) == (
        "1 hosts, web1 to web1"
    )


def test_the_documented_order_of_arguments():
    assert yaml.safe_load(plugin.DOCUMENTATION)["positional"] == "size, variables, match, port"


def test_names_of_hosts_or_their_entries(render):
    known = {"hosts": ["web1", "web2"], "variables": {name: {"ansible_host": "10.0.0.1"} for name in ("web1", "web2")}}
    entries = entries_of(known["hosts"], known["variables"], "ip", 9100)
    of_entries = render("{{ entries | nhncloud.sysmon.register_targets_parts(1) }}", entries=entries)
    template = "{{ hosts | nhncloud.sysmon.register_targets_parts(1, variables, 'ip', 9100) }}"
    assert render(template, **known) == of_entries
    assert [json.loads(part["entries"]) for part in of_entries] == [[entry] for entry in entries]
