# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the role: fallbacks, types, omit."""

from __future__ import annotations

import os

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import role_variables
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_variables import (
    RoleVariables,
    checked_connection,
    entry_for,
    environment_of,
    fleet_entries,
    from_environment,
)

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


def test_checked_connection(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "kr")
    found = checked_connection({"app_key": "a", "timeout": "7"})
    assert (found["region"], found["timeout"], found["validate_certs"]) == ("kr", 7, True)
    with pytest.raises(SysmonError) as caught:
        checked_connection({"timeout": "soon"})
    assert "timeout" in str(caught.value)
    assert from_environment() == {"region": "kr"}


def test_environment_of_a_task(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "kr")
    with environment_of({"NHNCLOUD_SYSMON_REGION": "jp", "NHNCLOUD_SYSMON_CA_PATH": "x"}):
        assert os.environ["NHNCLOUD_SYSMON_REGION"] == "jp"
        assert os.environ["NHNCLOUD_SYSMON_CA_PATH"] == "x"
    assert os.environ["NHNCLOUD_SYSMON_REGION"] == "kr"
    assert "NHNCLOUD_SYSMON_CA_PATH" not in os.environ


def test_facts_that_pose_as_options():
    with pytest.raises(SysmonError):
        variables({"ansible_facts": {"nhncloud_sysmon_api_url": "http://evil"}})
    with pytest.raises(SysmonError):
        variables(prot=1)


def test_entry():
    assert entry_for(variables({"ansible_host": "10.0.0.1"}), "ip", None) == {
        "targets": [{"ip": ["10.0.0.1"], "port": 9100}]
    }
    assert entry_for(variables(), "hostname", None) == {"targets": [{"hostname": "web1", "port": 9100}]}


class HostVars(dict):
    def raw_get(self, host):
        return dict.__getitem__(self, host)

    def __getitem__(self, host):
        if host == "bad":
            raise ValueError("undefined")
        return {"ansible_host": "10.0.0.2"}


@pytest.mark.parametrize("named", ["web1, web2,bad,nobody,evil", ["web1", "web2", "bad", "nobody", "evil", "web1"]])
def test_fleet(named):
    hostvars = HostVars(
        web1={"ansible_host": "10.0.0.1", "register_targets_port": 9300},
        web2={"ansible_host": "{{ x }}"},
        bad={"ansible_host": "{{ y }}"},
        evil={"ansible_facts": {"gate_query": "x"}},
    )
    entries, failures = fleet_entries(variables(hosts=named, port=9200), hostvars)
    assert entries == {
        "web1": {"targets": [{"ip": ["10.0.0.1"], "port": 9300}]},
        "web2": {"targets": [{"ip": ["10.0.0.2"], "port": 9200}]},
    }
    assert str(failures["bad"]) == "bad: its variables cannot be read: undefined"
    assert "not a host of the inventory" in str(failures["nobody"])
    assert "gate_query" in str(failures["evil"])
