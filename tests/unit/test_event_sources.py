# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each event source has documentation, a schema and options that say the same."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import event_sources

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "extensions/eda/plugins/event_source"
SOURCES = sorted(path.stem for path in FOLDER.glob("*.py"))
OPTIONS = {"promql": event_sources.PROMQL_OPTIONS, "servers": event_sources.SERVERS_OPTIONS}
TYPES = {"str": "string", "path": "string", "bool": "boolean", "int": "integer"}


def constant(name, which):
    """A text in the source, without running it."""
    for node in ast.parse(FOLDER.joinpath(f"{name}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == which:
            return yaml.safe_load(node.value.value)
    raise AssertionError(f"{name} has no {which}")


def schema(name):
    return json.loads(FOLDER.joinpath(f"schemas/{name}.json").read_text(encoding="utf-8"))


def test_there_is_something_to_look_at():
    assert set(SOURCES) == set(OPTIONS)
    assert {path.stem for path in FOLDER.glob("schemas/*.json")} == set(SOURCES)
    assert ROOT.joinpath("extensions/eda/eda_runtime.yml").exists()


@pytest.mark.parametrize("name", SOURCES)
def test_unit_tests(name):
    assert ROOT.joinpath(f"tests/unit/extensions/eda/plugins/event_source/test_{name}.py").exists()


@pytest.mark.parametrize("name", SOURCES)
def test_documentation(name):
    document = constant(name, "DOCUMENTATION")
    assert document["short_description"]
    assert document["description"]
    assert set(document["options"]) == set(OPTIONS[name])
    for option, (read, default) in OPTIONS[name].items():
        told = document["options"][option]
        assert told["description"], option
        if option == "validate_certs":
            assert told["default"] is True  # given by the connection
            continue
        told_default = told.get("default")
        assert (told_default is None) == (default is None), option
        if default is not None:
            assert read(told_default, option) == read(default, option), option


@pytest.mark.parametrize("name", SOURCES)
def test_schema(name):
    document, found = constant(name, "DOCUMENTATION"), schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["additionalProperties"] is False
    assert set(found["properties"]) == set(document["options"])
    assert found["required"] == [option for option, spec in document["options"].items() if spec.get("required")]
    for option, told in found["properties"].items():
        spec = document["options"][option]
        assert told["title"]
        assert told["description"]
        assert TYPES[spec["type"]] in ([told["type"]] if isinstance(told["type"], str) else told["type"]), option
        assert str(told.get("default")) == str(spec.get("default")), option
    assert found["properties"]["app_key"]["format"] == "password"


@pytest.mark.parametrize("name", SOURCES)
def test_examples_have_only_options_of_the_schema(name):
    for ruleset in constant(name, "EXAMPLES"):
        for source in ruleset["sources"]:
            given = source[f"nhncloud.sysmon.{name}"]
            assert set(given) <= set(schema(name)["properties"])
            assert set(schema(name)["required"]) <= set(given)


@pytest.mark.parametrize("name", SOURCES)
def test_wiring(name):
    assert len(FOLDER.joinpath(f"{name}.py").read_text(encoding="utf-8").split('"""')[-1].splitlines()) < 30


@pytest.mark.parametrize("name", SOURCES)
def test_no_ansible_is_imported(name):
    code = (
        "import asyncio, runpy, sys\n"
        f"main = runpy.run_path({str(FOLDER / name)!r} + '.py')['main']\n"
        "try:\n    asyncio.run(main(None, {'wrong': 1}))\n"
        "except Exception as error:\n    print(type(error).__name__, error.kind)\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('ansible', 'ansible_collections')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/", env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stdout.splitlines() == ["SysmonError config", "[]"], done.stderr
