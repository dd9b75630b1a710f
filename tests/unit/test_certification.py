# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What docs/certification.md lists, as far as no tool of the field looks at it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
REPOSITORY = "https://github.com/nhn-cloud/ansible-collection-sysmon"
ROLES = sorted(ROOT.glob("roles/*"))
PLAYBOOKS = {path.stem for path in ROOT.glob("playbooks/*.yml")}

# https://github.com/ansible/galaxy-importer: one of these has to be among the tags.
REQUIRED_TAGS = {
    *("application", "cloud", "database", "eda", "infrastructure", "linux", "monitoring", "networking", "security"),
    *("storage", "tools", "windows"),
}
SECTIONS = [
    *("Description", "Requirements", "Installation", "Use Cases", "Testing", "Support", "Release Notes"),
    *("Related Information", "License Information"),
]
PLUGIN_TYPES = {"action", "doc_fragments", "filter", "inventory", "lookup", "module_utils", "modules", "plugin_utils"}


def read(name):
    return yaml.safe_load(ROOT.joinpath(name).read_text(encoding="utf-8"))


def test_metadata():
    galaxy = read("galaxy.yml")
    assert REQUIRED_TAGS & set(galaxy["tags"])
    assert len(galaxy["tags"]) <= 20
    assert galaxy["license"] == ["GPL-3.0-or-later"]
    assert galaxy["repository"] == REPOSITORY
    assert galaxy["issues"].startswith(REPOSITORY)
    assert galaxy["dependencies"] == {}
    assert tuple(map(int, galaxy["version"].split("."))) >= (1, 0, 0)


def test_requires_ansible_without_an_upper_bound():
    bound = re.fullmatch(r">=(\d+\.\d+)\.\d+", read("meta/runtime.yml")["requires_ansible"])
    assert bound
    assert f"ansible-core {bound[1]} or newer" in README


def test_pythons():
    bound = re.fullmatch(r">=(\d\.\d+)", read("tests/config.yml")["modules"]["python_requires"])
    assert f"Python {bound[1]} or newer" in README
    fragment = ROOT.joinpath("plugins/doc_fragments/connection.py").read_text(encoding="utf-8")
    assert f"- python >= {bound[1]}\n" in fragment


def test_requests():
    (line,) = [line for line in ROOT.joinpath("requirements.txt").read_text().splitlines() if line[:1] not in ("", "#")]
    bound = line.removeprefix("requests>=").removesuffix(".0")
    assert f"requests {bound} or newer" in README
    assert f"'requests>={bound}'" in README


def test_the_version_is_in_the_changelog():
    version = read("galaxy.yml")["version"]
    release = read("changelogs/changelog.yaml")["releases"][version]
    assert release["changes"]["release_summary"]
    anchor = f"v{version}".replace(".", "-")
    assert f'<a id="{anchor}"></a>' in ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8")


def test_all_content_is_in_the_changelog():
    releases = read("changelogs/changelog.yaml")["releases"].values()
    modules = {entry["name"] for release in releases for entry in release.get("modules", [])}
    assert modules == {path.stem for path in ROOT.glob("plugins/modules/*.py")}
    for kind in ("filter", "inventory", "lookup"):
        plugins = {entry["name"] for release in releases for entry in release.get("plugins", {}).get(kind, [])}
        assert plugins == {path.stem for path in ROOT.glob(f"plugins/{kind}/*.py")}, kind
    for kind, there in (("role", {path.name for path in ROLES}), ("playbook", PLAYBOOKS)):
        objects = {entry["name"] for release in releases for entry in release.get("objects", {}).get(kind, [])}
        assert objects == there, kind


def test_sections_of_the_readme():
    assert re.findall(r"^## (.*)$", README, re.MULTILINE) == SECTIONS


def test_links_of_the_readme():
    assert not re.search(r"\]\((?!https://)", README)
    paths = re.findall(rf"{REPOSITORY}/blob/main/(\S+)", README)
    assert paths
    assert [path for path in paths if not ROOT.joinpath(path).exists()] == []


def test_the_readme_does_not_install_ansible():
    assert not re.search(r"pip install[^\n]*ansible", README)


def test_no_sanity_ignore_files():
    assert list(ROOT.glob("tests/sanity/ignore*")) == []


def test_plugin_types():
    assert {path.name for path in ROOT.glob("plugins/*") if path.name != "__pycache__"} <= PLUGIN_TYPES


def test_content_does_not_reach_outside():
    for path in [*ROOT.glob("plugins/**/*.py"), *ROOT.glob("roles/**/*.yml"), *ROOT.glob("playbooks/**/*.yml")]:
        assert not re.search(r"sysmon[./](tests|docs)\b", path.read_text(encoding="utf-8")), path


def test_no_large_files():
    large = [
        path
        for folder in ("plugins", "roles", "playbooks", "docs", "tests", "changelogs", "meta")
        for path in ROOT.joinpath(folder).rglob("*")
        if path.is_file() and not {"_build", "output"} & set(path.parts) and path.stat().st_size > 1_000_000
    ]
    assert large == []


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_roles_are_described(role):
    assert f"# {role.name}\n" in role.joinpath("README.md").read_text(encoding="utf-8")
    (entry,) = yaml.safe_load(role.joinpath("meta/argument_specs.yml").read_text(encoding="utf-8"))[
        "argument_specs"
    ].values()
    assert entry["short_description"]
    assert entry["description"]
    for name, option in entry["options"].items():
        assert name.startswith(f"{role.name}_")
        assert option["description"], name
        assert option["type"], name


def test_every_demand_names_files_that_exist():
    text = ROOT.joinpath("docs/certification.md").read_text(encoding="utf-8")
    for name in re.findall(r"`(test_\w+\.py)`", text):
        assert ROOT.joinpath("tests/unit", name).exists(), name
    parts = ROOT.joinpath("noxfile.py").read_text(encoding="utf-8")
    held = [row.rsplit("|", 2)[1] for row in text.splitlines() if row.startswith("| ") and "`" in row.rsplit("|", 2)[1]]
    assert len(held) > 20
    for name in {name for cell in held for name in re.findall(r"`([a-z-]+)`", cell)}:
        assert f'"{name}",' in parts, name
