# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.options import (
    CONNECTION,
    VARIABLES,
    connection,
    templated,
    with_defaults,
    without_empty,
)

try:
    from ansible.template import trust_as_template

    older = False
except ImportError:  # before ansible-core 2.19 all text was trusted
    older = True

    def trust_as_template(text):
        return text


@pytest.fixture(name="templar")
def _templar():
    return Templar(DataLoader(), variables={"secret": "key", "yes": True})


def test_variables_are_templated_before_their_types_are_converted(templar):
    values = {
        "nhncloud_sysmon_app_key": trust_as_template("{{ secret }}"),
        "nhncloud_sysmon_validate_certs": trust_as_template("{{ yes }}"),
        "other": trust_as_template("{{ secret }}"),
    }
    found = templated(templar, values, VARIABLES)
    assert found == {"nhncloud_sysmon_app_key": "key", "nhncloud_sysmon_validate_certs": True, "other": "{{ secret }}"}
    assert values["nhncloud_sysmon_app_key"] == "{{ secret }}"


@pytest.mark.parametrize("name", VARIABLES)
def test_omit_counts_as_not_set(name):
    templar = Templar(DataLoader(), variables={"omit": "__omit_place_holder__1"} if older else {})
    assert templated(templar, {name: trust_as_template("{{ omit }}"), "other": 1}, VARIABLES) == {"other": 1}


def test_the_connection_has_all_its_options():
    class Plugin:
        def get_option(self, name):
            return f"value of {name}"

    assert connection(Plugin()) == {name: f"value of {name}" for name in CONNECTION}
    assert {"app_key", "region", "api_url", "timeout", "retries"} <= set(CONNECTION)


@pytest.mark.parametrize(
    ("args", "defaults", "found"),
    [
        ({"region": ""}, [], ""),
        ({"region": ""}, [{"group/nhncloud.sysmon.sysmon": {"region": "us"}}], "us"),
        ({"region": "kr"}, [{"group/nhncloud.sysmon.sysmon": {"region": "us"}}], "kr"),
        ({"region": ""}, [{"group/other.sysmon": {"region": "us"}, "x.y.z": {"region": "jp"}}], ""),
        ({"region": ""}, [{"group/nhncloud.sysmon.sysmon": None, "a.b.c": {"region": "jp"}}], "jp"),
        ({"region": ""}, [{"a.b.c": {"region": ""}, "group/nhncloud.sysmon.sysmon": {"region": "us"}}], "us"),
        ({"region": ""}, [{"a.b.c": {"region": "__omit_place_holder__1"}}], ""),
        ({"region": ""}, [{"a.b.c": {"region": "us"}}, {"a.b.c": {"region": "jp"}}], "jp"),
        ({"region": ""}, [{"a.b.c": {"region": "us"}}, {"a.b.c": {}}], ""),
    ],
)
def test_an_empty_option_leaves_the_default(args, defaults, found):
    assert with_defaults(args, defaults, "a.b.c", lambda value: value) == {"region": found}


def test_only_options_of_the_connection_count_as_not_set():
    defaults = [{"a.b.c": {"description": "d", "timeout": 7}}]
    args = {"description": "", "timeout": ""}
    assert with_defaults(args, defaults, "a.b.c", lambda value: value) == {"description": "", "timeout": 7}


@pytest.mark.parametrize("unset", ["", "__omit_place_holder__1a2b"])
def test_unset_options_are_left_out(unset):
    assert without_empty({"region": unset, "time": unset, "project_id": "p"}, CONNECTION) == {
        "time": unset,
        "project_id": "p",
    }
