# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Korean catalogues of the documentation. `./dev docs` compares them with the messages that Sphinx finds."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs/docsite"
CATALOGS = sorted((DOCS / "locale/ko").rglob("*.po"))
CODE = re.compile(r"``[^`]+``|:[a-z]+:`(?:[^`<]*<)?([^`>]+)>?`")

pytestmark = pytest.mark.skipif(not (DOCS / "site").is_dir(), reason="only in a checkout")


def messages(path):
    """Each message with its translation."""
    for entry in path.read_text(encoding="utf-8").split("\n\n")[1:]:
        quoted = re.search(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', entry, re.MULTILINE)
        if quoted:
            yield tuple("".join(map(ast.literal_eval, part.splitlines())) for part in quoted.groups())


def code(text):
    return Counter(match.group(1) or match.group(0) for match in CODE.finditer(text))


def test_each_guide_has_one():
    guides = {path.stem for path in (DOCS / "rst").glob("*.rst")}
    assert {path.stem for path in CATALOGS} == guides | {"index"}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_translations_are_whole_and_leave_code_alone(path):
    assert "#, fuzzy" not in path.read_text(encoding="utf-8")
    found = list(messages(path))
    assert len(found) >= 10
    for english, korean in found:
        assert korean, english
        assert code(english) == code(korean), english
        assert "질의" not in korean, korean


def sentences(path):
    """The lines of a guide that readers see as text. A paragraph is one line there."""
    margin = None  # of a directive whose content is not text
    for line in path.read_text(encoding="utf-8").splitlines():
        indent = len(line) - len(line.lstrip())
        if margin is not None and (not line or indent > margin):
            continue
        margin = indent if re.match(r" *\.\.( code-block::.*)?$", line) else None
        text = re.sub(r"^ *(:alt: |(\* |- |#\. |\d\. )*)", "", line)
        if not re.match(r"\.\. |:[a-z-]+:( |$)|[-=~]{3,}$|\W*$", text):
            yield text


@pytest.mark.parametrize("path", sorted((DOCS / "rst").glob("*.rst")), ids=lambda path: path.stem)
def test_no_sentence_is_missing(path):
    known = {english for english, _korean in messages(DOCS / f"locale/ko/LC_MESSAGES/docsite/{path.stem}.po")}
    found = list(sentences(path))
    assert len(found) >= 10
    assert [text for text in found if text not in known] == []


def test_they_are_korean():
    translated = [korean for path in CATALOGS for _english, korean in messages(path) if re.search("[가-힣]", korean)]
    assert len(translated) > 400
