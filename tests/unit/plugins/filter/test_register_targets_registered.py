# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.nhncloud.sysmon.plugins.filter import register_targets_registered as plugin
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.batch import parts_of

NAME = "nhncloud.sysmon.register_targets_registered"


@pytest.fixture
def render():
    """What a template with the filter gives."""
    environment = NativeEnvironment()
    environment.filters[NAME] = plugin.FilterModule().filters()["register_targets_registered"]
    return lambda template, **variables: environment.from_string(template).render(**variables)


def test_the_example_as_it_stands(render):
    task = yaml.safe_load(plugin.EXAMPLES)[0]
    entries = [{"host": "web-1", "targets": [{"hostname": "web-1", "port": 9100}], "problem": None}]
    call = {**task["vars"]["call"], "__register_targets_part": parts_of(entries, 500)[0]}
    found = render(task["ansible.builtin.debug"]["msg"], call=call)
    assert list(found) == ["web-1"]


def test_the_documented_order_of_arguments():
    assert yaml.safe_load(plugin.DOCUMENTATION)["positional"] == "failed"
