# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Code, roles and guides use the field's standard terms: words that were retired stay so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["plugins", "roles", "playbooks", "extensions", "docs/docsite/rst", "examples", "meta"]
FILES = sorted(
    path
    for path in [ROOT / "dev", *ROOT.glob("*.md"), *(each for folder in FOLDERS for each in (ROOT / folder).rglob("*"))]
    if path.suffix in ("", ".md", ".py", ".yml", ".rst", ".j2") and path.is_file() and "README.ko" not in path.name
)
RETIRED = re.compile(
    r"speaks for|\bnoted?\b(?!::)|\bverdicts?\b|\bproofs?\b|\bproven\b|\brooms?\b|\bdoors?\b|\broads?\b|\bas it is\b"
    r"|\ball the same\b|\bhave the\b(?=.*(?:collected|exporter|workspace)\b)|\bof no use\b|\bfalls softly\b|\bdoes not open\b",
    re.IGNORECASE,
)


def test_it_looks_at_the_files():
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_has_no_retired_word(path):
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert [f"{number}: {line}" for number, line in lines if RETIRED.search(line)] == []


@pytest.mark.parametrize(
    "text", ["- name: Have the hosts collected", "One door for all", "left as it is", "Note the id", "a proof"]
)
def test_it_finds_one(text):
    assert RETIRED.search(text)


@pytest.mark.parametrize("text", [".. note::", "notes:", "hosts that have the agent", "improved"])
def test_it_leaves_other_words_alone(text):
    assert not RETIRED.search(text)
