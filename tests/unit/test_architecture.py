# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house rules that no linter knows, read off the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ROOT / "plugins/module_utils"
PREFIX = "ansible_collections.nhncloud.sysmon.plugins.module_utils."

# What each layer may import: of our own layers, and of packages outside the standard library.
BASE = {"_secrets", "_text", "_errors"}
ALLOWED = {
    "_secrets": (set(), set()),
    "_text": ({"_secrets"}, set()),
    "_errors": ({"_text"}, set()),
    "_model": ({*BASE, "_model"}, set()),
    "_api": ({*BASE, "_api"}, {"requests", "urllib3"}),
    "_run": ({*BASE, "_model", "_api", "_run"}, {"ansible"}),
}
THIRD_PARTY = {"ansible", "requests", "urllib3", "yaml", "jinja2", "ansible_collections"}

SOURCES = sorted(LAYERS.rglob("*.py"))
MODULES = sorted((ROOT / "plugins/modules").glob("*.py"))


def layer_of(path):
    return path.relative_to(LAYERS).parts[0].removesuffix(".py")


def imported(path):
    """The absolute names of all that a file imports, anywhere in it."""
    package = (PREFIX + ".".join(path.relative_to(LAYERS).parts[:-1])).rstrip(".").split(".")
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *filter(None, [node.module])])
            names += [f"{prefix}.{alias.name}" for alias in node.names]
    return names


def test_there_is_something_to_look_at():
    assert {layer_of(path) for path in SOURCES} == set(ALLOWED)
    assert len(MODULES) >= 8


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(LAYERS)))
def test_imports_point_down(path):
    layers, packages = ALLOWED[layer_of(path)]
    for name in imported(path):
        if name.startswith(PREFIX):
            assert name[len(PREFIX) :].split(".")[0] in layers, name
        else:
            assert name.split(".")[0] not in THIRD_PARTY - packages, name


def test_imports_inside_the_api_are_relative():
    # ansible-rulebook loads event sources without the loader for collections.
    for path in [*LAYERS.glob("_*.py"), *LAYERS.glob("_api/*.py")]:
        assert "ansible_collections" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("word", ["check_mode", "exit_json", "fail_json"])
def test_only_the_run_layer_knows_modules(word):
    for path in [*SOURCES, *MODULES]:
        names = {
            part
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for part in (getattr(node, "attr", None), getattr(node, "id", None), getattr(node, "arg", None))
        }
        assert word not in names or layer_of_run(path), f"{word} in {path}"


def layer_of_run(path):
    return LAYERS / "_run" in path.parents


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_are_wiring(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))
    ]
    assert [function.name for function in functions] == ["main"]
    assert functions[0].end_lineno - functions[0].lineno < 30


def test_urls_of_the_service_stand_in_one_place():
    having = [
        path for path in (ROOT / "plugins").rglob("*.py") if "cloud.toast.com" in path.read_text(encoding="utf-8")
    ]
    assert having == [LAYERS / "_api/regions.py"]


def test_the_words_of_the_api_stay_in_the_records():
    words = re.compile(r"hostNm|svrIp|jobName|lstMod|reservedJobCd|resultCd|mntrnStatCd")
    for path in [*SOURCES, *MODULES]:
        if path.parent.name != "_model":
            assert not words.search(path.read_text(encoding="utf-8")), path
