# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.nhncloud.sysmon.plugins.filter import register_targets_reason as plugin

NAME = "nhncloud.sysmon.register_targets_reason"


@pytest.fixture
def render():
    """What a template with the filter gives."""
    environment = NativeEnvironment()
    environment.filters[NAME] = plugin.FilterModule().filters()["register_targets_reason"]
    return lambda template, **variables: environment.from_string(template).render(**variables)


def test_the_example_as_it_stands(render):
    template = yaml.safe_load(plugin.EXAMPLES)[0]["ansible.builtin.debug"]["msg"]
    run = {"speaker": "web-1", "at": "10.5"}
    outcome = {"run": run, "hosts": {"web-1": "", "web-2": "web-2: It broke."}}
    variables = {"hostvars": {"web-1": {"register_targets_outcome": outcome}}, "register_targets_note": {"run": run}}
    assert render(template, inventory_hostname="web-2", **variables) == "web-2: It broke."
    assert render(template, inventory_hostname="web-1", **variables) == ""


def test_the_documented_order_of_arguments():
    assert yaml.safe_load(plugin.DOCUMENTATION)["positional"] == "variables, run"
