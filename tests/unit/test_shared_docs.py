# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that modules or event sources share is the same in each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.tests.tools.load_names import load_names

TOOL = load_names(Path(__file__).parents[1] / "tools/shared_docs.py")
SHARED = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in TOOL["SOURCE"].glob("*.yml")}


def each_part(values):
    for name, value in (values or {}).items():
        if "contains" in value:
            yield {name: value}
            yield value["contains"]
            yield from each_part(value["contains"])


@pytest.mark.parametrize("path", TOOL["FILES"], ids=lambda path: path.stem)
def test_it_has_the_shared_parts(path):
    text = path.read_text(encoding="utf-8")
    assert TOOL["rendered"](text) == text, "run python tests/tools/shared_docs.py"


@pytest.mark.parametrize("path", TOOL["FILES"], ids=lambda path: path.stem)
def test_it_writes_no_shared_part_by_hand(path):
    block = re.search(r'^RETURN = r"""\n(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for part in each_part(yaml.safe_load(block[1]) if block else {}):
        for shared in SHARED.values():
            if set(part) >= set(shared) and (len(shared) > 1 or len(part) == 1):
                assert {name: part[name] for name in shared} == shared


def test_every_source_is_in_use():
    texts = [path.read_text(encoding="utf-8") for path in TOOL["FILES"]]
    assert [name for name in SHARED if sum(f"# BEGIN {name}: " in text for text in texts) == 0] == []
