# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook has a reference page, whose variables the code knows; the site's index lists every guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.tests.tools.load_names import load_names

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs/docsite/site"
PAGES = load_names(SITE / "pages.py")
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("playbooks", "plugins", "roles")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".yml")
)


def test_each_playbook_has_a_page():
    assert sorted(PAGES["PLAYBOOKS"]) == PLAYBOOKS


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_the_code_knows_each_variable(name):
    variables = [variable for variable in PAGES["PLAYBOOKS"][name]["options"] if not variable.endswith("…")]
    assert variables
    assert [variable for variable in variables if not re.search(rf"\b{variable}\b", CODE)] == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_the_page_has_what_the_source_says(name):
    entry = PAGES["PLAYBOOKS"][name]
    page = PAGES["playbook_page"](name, entry)
    assert f"nhncloud.sysmon.{name}" in page
    for variable, option in entry["options"].items():
        assert f"``{variable}``" in page
        assert option["description"] in page


def test_the_index_lists_every_guide(tmp_path):
    index = PAGES["index_page"](tmp_path)
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [guide for section in sections for guide in section["toctree"]]
    assert re.findall(r"^   docsite/(\w+)$", index, re.MULTILINE) == listed
    assert sorted(listed) == sorted(path.stem for path in (ROOT / "docs/docsite/rst").glob("*.rst"))


def test_the_index_lists_the_pages_that_there_are(tmp_path):
    for name in ("a_module", "b_module", "c_playbook"):
        (tmp_path / f"{name}.rst").touch()
    index = PAGES["index_page"](tmp_path)
    assert "   a <a_module>\n   b <b_module>\n" in index
    assert "   c <c_playbook>" in index
