# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.module_utils.basic import AnsibleFallbackNotFound

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import ENVIRONMENT
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import options


@pytest.mark.parametrize("option", ENVIRONMENT)
@pytest.mark.parametrize(("value", "found"), [("x", "x"), ("0", "0"), ("", None), (None, None)])
def test_fallback(option, value, found, monkeypatch):
    function, arguments = options.connection()[option]["fallback"]
    if value is not None:
        monkeypatch.setenv(ENVIRONMENT[option], value)
    if found is None:
        with pytest.raises(AnsibleFallbackNotFound):
            function(*arguments)
    else:
        assert function(*arguments) == found


def test_specs_are_not_shared():
    options.connection()["app_key"]["required"] = True
    assert "required" not in options.connection()["app_key"]


def test_one_workspace_and_one_host():
    rules = options.ONE_WORKSPACE_ONE_HOST
    for kind in ("required_one_of", "mutually_exclusive"):
        assert rules[kind] == options.ONE_WORKSPACE[kind] + options.ONE_HOST[kind]
    assert set(options.ONE_HOST["required_one_of"][0]) == set(options.host_selector({"type": "str"}))
    assert set(options.ONE_WORKSPACE["required_one_of"][0]) == set(options.workspace_reference())


def test_defaults():
    defaults = {name: spec.get("default") for name, spec in {**options.waiting(), **options.state()}.items()}
    assert defaults == {"server_timeout": 0, "wait": False, "wait_timeout": 300, "state": "present"}


@pytest.mark.parametrize("params", [{"port": True}, {"targets": [{"port": 1}, {"port": False}]}, {"rate": True}])
def test_booleans_are_no_numbers(params):
    spec = {"port": {"type": "int"}, "rate": {"type": "float"}, "wait": {"type": "bool"}}
    spec["targets"] = {"type": "list", "options": {"port": {"type": "int"}}}
    options.check_numbers({"wait": True, "port": 1, "rate": 0.5, "targets": [{"port": None}]}, spec)
    with pytest.raises(SysmonError, match="must be a number, not (True|False)") as caught:
        options.check_numbers(params, spec)
    assert caught.value.kind == "config"
