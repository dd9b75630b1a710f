# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plays, inventories and commands of the documentation, extracted unchanged."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROVISIONING = ROOT / "docs/docsite/rst/guide_provisioning.rst"
ROLE_GUIDE = ROOT / "docs/docsite/rst/guide_register_targets.rst"
ROLE_README = ROOT / "roles/register_targets/README.md"
RST = re.compile(r"^( *)\.\. code-block:: \S+\n\n((?:\1   .*\n|\n)+)", re.MULTILINE)
MARKDOWN = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[str]:
    """Its code blocks."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return MARKDOWN.findall(text)
    return [textwrap.dedent(body).strip() + "\n" for _indent, body in RST.findall(text)]


def block(page: Path, beginning: str) -> str:
    """The one code block that begins so, as in ``# site.yml``."""
    found = [text for text in blocks(page) if text.startswith(beginning)]
    assert len(found) == 1, f"{page.name} has {len(found)} blocks that begin with {beginning!r}"
    return found[0]
