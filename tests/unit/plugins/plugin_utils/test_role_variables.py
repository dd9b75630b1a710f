# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the role: fallbacks, types, omit."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import role_variables
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_variables import RoleVariables

OMIT = "__omit_place_holder__1"


class Omit:
    pass


def variables(raw=None, template=lambda _name, raw: raw, **more):
    named = {f"register_targets_{name}": value for name, value in more.items()}
    return RoleVariables("web1", {**named, **(raw or {})}, template)


@pytest.mark.parametrize("value", ["", OMIT, Omit(), None])
def test_what_counts_as_not_set(value):
    assert variables(port=value).get("port") == 9100
    assert variables(metrics_path=value).text("metrics_path") is None


def test_a_template_that_is_omitted():
    def template(_name, _raw):
        raise role_variables.AnsibleValueOmittedError()

    assert variables(template=template, port="{{ omit }}").get("port") == 9100


def test_templates():
    found = variables(template=lambda name, raw: f"<{name} {raw}>", workspace="{{ x }}", verify="plain")
    assert found.get("workspace") == "<register_targets_workspace {{ x }}>"
    assert found.get("verify") == "plain"


def test_types():
    found = variables(
        port="9200", probe="yes", batch="many", create_workspace="perhaps", rate_limit="1.5", state="gone"
    )
    assert found.number("port") == 9200
    assert found.flag("probe") is True
    assert found.flag("create_workspace".replace("create_workspace", "probe")) is True
    assert found.number("rate_limit", float) == 1.5
    assert variables().number("rate_limit", float) is None
    for refused in (
        lambda: found.number("batch"),
        lambda: found.flag("create_workspace"),
        lambda: found.choice("state", "present", "absent"),
    ):
        with pytest.raises(SysmonError) as caught:
            refused()
        assert caught.value.kind == "config"
    assert variables().choice("state", "present", "absent") == "present"


def test_description():
    assert variables(description="").description() == ""
    assert variables().description() is None
    assert variables(description="x").description() == "x"


def test_connection():
    raw = {"nhncloud_sysmon_region": "kr2", "nhncloud_sysmon_app_key": "b", "nhncloud_sysmon_timeout": 7}
    found = variables(raw, app_key="a", region=OMIT).connection({"region": "jp", "retries": 2, "ca_path": ""})
    assert found == {"app_key": "a", "region": "kr2", "timeout": 7, "retries": 2}


def test_facts_that_pose_as_options():
    with pytest.raises(SysmonError):
        variables({"ansible_facts": {"nhncloud_sysmon_api_url": "http://evil"}})
    with pytest.raises(SysmonError):
        variables(prot=1)
