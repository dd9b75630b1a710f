# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both READMEs say the same: commands, options, names, links; and they name all that the collection has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = (ROOT.joinpath(name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
PUBLIC = [
    *(path.stem for path in ROOT.glob("plugins/modules/*.py")),
    *(path.stem for path in ROOT.glob("plugins/lookup/*.py")),
    *(path.stem for path in ROOT.glob("plugins/inventory/*.py")),
    *(path.stem for path in ROOT.glob("extensions/eda/plugins/event_source/*.py")),
    *(path.name for path in ROOT.glob("roles/*")),
    *(path.stem for path in ROOT.glob("playbooks/*.yml")),
]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"```.*?```", id="commands and plays"),
        pytest.param(r"`[^`\n]+`", id="options and names"),
        pytest.param(r"https://[^\s)]+", id="links"),
    ],
)
def test_same_in_both(pattern):
    found = [sorted(set(re.findall(pattern, text, flags=re.DOTALL))) for text in (ENGLISH, KOREAN)]
    assert found[0]
    assert found[0] == found[1]


@pytest.mark.parametrize("name", PUBLIC)
def test_names_all_content(name):
    assert f"`{name}`" in ENGLISH


@pytest.mark.parametrize("text", [ENGLISH, KOREAN])
def test_is_short(text):
    assert len(text.splitlines()) < 180
