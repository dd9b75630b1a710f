# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every plugin and every role has unit and integration tests."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "tests/unit/plugins"
TARGETS = ROOT / "tests/integration/targets"
PLUGINS = sorted(
    path.relative_to(ROOT / "plugins")
    for path in (ROOT / "plugins").rglob("*.py")
    if path.name != "__init__.py" and path.relative_to(ROOT / "plugins").parts[0] != "doc_fragments"
)
USED_BY_NAME = [path for path in PLUGINS if path.parts[0] not in ("module_utils", "plugin_utils")]
ROLES = sorted(("role", path.parent.parent.name) for path in ROOT.glob("roles/*/tasks/main.yml"))


def test_there_is_something_to_look_at():
    assert len(USED_BY_NAME) >= 8
    assert any(path.parts[0] == "module_utils" for path in PLUGINS)


@pytest.mark.parametrize("path", PLUGINS, ids=str)
def test_units(path):
    tests = UNITS / path.parent
    if path.parts[0] == "action":  # which has nothing of its own: its module's name
        assert "test_none_is_left_out" in tests.joinpath("test_all_actions.py").read_text(encoding="utf-8")
        return
    assert list(tests.glob(f"test_{path.stem.lstrip('_')}.py")) or list(
        tests.glob(f"test_{path.stem.lstrip('_')}_*.py")
    )


@pytest.mark.parametrize(("kind", "name"), [*((path.parts[0], path.stem) for path in USED_BY_NAME), *ROLES])
def test_integration(kind, name):
    names = [name, f"{kind}_{name}"]
    assert any(list((TARGETS / target).glob(pattern)) for target in names for pattern in ("tasks/main.yml", "runme.sh"))
