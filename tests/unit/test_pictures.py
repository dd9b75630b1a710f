# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures of the documentation: drawn from text, in both languages, and each one that a page shows is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

DOCS = Path(__file__).parents[2] / "docs"
SITE = DOCS / "docsite/site"
PAGES = [*sorted((DOCS / "docsite/rst").glob("*.rst")), SITE / "index.rst"]

pytestmark = pytest.mark.skipif(not SITE.is_dir(), reason="only in a checkout")


@pytest.fixture(name="pictures", scope="module")
def _pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    sys.path.insert(0, str(SITE))
    try:
        import charts
        import diagrams

        diagrams.main(folder)
        charts.main(DOCS / "benchmark.md", folder)
    finally:
        sys.path.remove(str(SITE))
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_pictures_are_whole_and_in_both_languages(pictures):
    for name, picture in pictures.items():
        assert len(list(ElementTree.fromstring(picture).iter())) > 10, name
    names = {name for name in pictures if not name.endswith(".ko.svg")}
    assert {name.replace(".svg", ".ko.svg") for name in names} == set(pictures) - names


def test_the_korean_ones_are_korean(pictures):
    korean = [picture for name, picture in pictures.items() if name.endswith(".ko.svg")]
    assert all(re.search("[가-힣]", picture) for picture in korean)


def test_the_charts_show_what_was_measured(pictures):
    # The measured ways are lines, and each figure with a bound is two bars.
    assert pictures["benchmark_registration.svg"].count('stroke-width="2.5"') >= 5
    assert pictures["benchmark_floors.svg"].count("<rect") >= 11


def test_each_picture_of_a_page_is_drawn_and_described(pictures):
    shown = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found = re.findall(r"^\.\. image:: /images/(\S+)\n   :alt: \S", text, re.MULTILINE)
        assert len(found) == text.count(".. image::"), page.name
        shown.update(found)
    made = {path.name for path in (SITE / "images").iterdir()}
    assert shown == made | {name for name in pictures if not name.endswith(".ko.svg")}


def test_a_terminal_is_drawn_with_its_colours(tmp_path, pictures):
    target = tmp_path / "terminal.svg"
    command = [sys.executable, "-c", "print('\\033[1;36mStart\\033[0m: <all>')"]
    subprocess.run([sys.executable, SITE / "terminal.py", target, *command], check=True, stdin=subprocess.DEVNULL)
    assert '<tspan class="bold cyan">Start</tspan>: &lt;all&gt;' in target.read_text(encoding="utf-8")
