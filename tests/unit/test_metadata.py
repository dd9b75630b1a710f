# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts that stand in two places are the same in both."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest
import yaml
from ansible.module_utils import basic

from ansible_collections.nhncloud.sysmon.plugins.doc_fragments import connection, targets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import connect
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import options

ROOT = Path(__file__).parents[2]
PACKAGE = "ansible_collections.nhncloud.sysmon.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
FRAGMENTS = {
    "nhncloud.sysmon.connection": connection.ModuleDocFragment.DOCUMENTATION,
    "nhncloud.sysmon.targets": targets.ModuleDocFragment.DOCUMENTATION,
}


def documented(name):
    """The options in a module's documentation, fragments included."""
    source = (ROOT / f"plugins/modules/{name}.py").read_text(encoding="utf-8")
    texts = [
        node.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
    ]
    document = yaml.safe_load(texts[0])
    found = dict(document.get("options") or {})
    for fragment in document["extends_documentation_fragment"]:
        found.update(yaml.safe_load(FRAGMENTS.get(fragment, "options: {}"))["options"])
    return found


@pytest.fixture
def spec_of(monkeypatch):
    """What a module hands to AnsibleModule."""

    class Stop(Exception):
        pass

    def spec(name):
        given = {}

        def record(_self, *positional, **named):
            given.update(inspect.signature(original).bind(None, *positional, **named).arguments)
            raise Stop

        original = basic.AnsibleModule.__init__
        monkeypatch.setattr(basic.AnsibleModule, "__init__", record)
        with pytest.raises(Stop):
            importlib.import_module(f"{PACKAGE}.modules.{name}").main()
        return given

    return spec


def test_version():
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == connect.VERSION
    assert f"{galaxy['namespace']}.{galaxy['name']}/{galaxy['version']}" == connect.USER_AGENT


def test_action_group():
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert runtime["action_groups"]["sysmon"] == MODULES


def test_action_plugins_are_identical():
    """Copy any of them for a new module. Only the action of a role or of the playbooks has a text of its own."""
    texts = {path.stem: path.read_bytes() for path in (ROOT / "plugins/action").glob("*.py")}
    assert {name for name, text in texts.items() if text != texts["sysmon_target"]} == {
        "sysmon_fleet",
        "sysmon_register",
    }


@pytest.mark.parametrize("name", MODULES)
def test_options(name, spec_of):
    given, told = spec_of(name)["argument_spec"], documented(name)
    assert set(given) == set(told)
    for option, spec in given.items():
        for key, default in (("type", "str"), ("default", None), ("required", False), ("choices", None)):
            assert spec.get(key, default) == told[option].get(key, default), (option, key)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_check_mode_and_no_aliases(name, spec_of):
    given = spec_of(name)
    assert given["supports_check_mode"] is True
    assert not [option for option, spec in given["argument_spec"].items() if "aliases" in spec]
    assert [option for option, spec in given["argument_spec"].items() if spec.get("no_log")] == ["app_key"]


def test_environment():
    told = yaml.safe_load(connection.ModuleDocFragment.DOCUMENTATION)["options"]
    for option, spec in options.connection().items():
        variables = spec.get("fallback", (None, []))[1]
        assert variables == ([connect.ENVIRONMENT[option]] if option in connect.ENVIRONMENT else [])
        for variable in variables:
            assert f"E({variable})" in " ".join(told[option]["description"])
    assert set(connect.ENVIRONMENT) <= set(options.connection())


def test_environment_of_plugins():
    told = yaml.safe_load(connection.ModuleDocFragment.PLUGINS)["options"]
    assert set(told) == set(options.connection())
    for option, spec in told.items():
        assert [entry["name"] for entry in spec["vars"]] == [f"nhncloud_sysmon_{option}"]
        variables = [connect.ENVIRONMENT[option]] if option in connect.ENVIRONMENT else []
        assert [entry["name"] for entry in spec.get("env", [])] == variables
