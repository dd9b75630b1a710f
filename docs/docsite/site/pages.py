# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the pages that antsibull-docs does not: the index, and a reference page for each playbook.

usage: pages.py FOLDER    the folder that holds the pages of antsibull-docs
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
PLAYBOOKS = yaml.safe_load((HERE / "reference.yml").read_text(encoding="utf-8"))
GLOB = re.compile(r"^( +)\*(_\w+)$", re.MULTILINE)
LABEL = "ansible_collections.nhncloud.sysmon.{}_playbook"


def playbook_page(name: str, entry: dict[str, Any]) -> str:
    """The reference page of one playbook."""
    title = f"nhncloud.sysmon.{name} playbook -- {entry['short_description']}"
    lines = [f".. _{LABEL.format(name)}:", "", title, "=" * len(title), ""]
    for paragraph in entry["description"]:
        lines += [paragraph, ""]
    lines += [".. code-block:: bash", "", textwrap.indent(entry["example"].strip(), "   "), ""]
    lines += [
        "Variables",
        "---------",
        "",
        "Set them with ``-e``. A variable that the playbook does not have is refused.",
        "",
    ]
    lines += [".. list-table::", "   :header-rows: 1", "   :widths: 30 20 50", ""]
    lines += ["   * - Variable", "     - Type, default", "     - Description"]
    for variable, option in entry["options"].items():
        default = str(option.get("default", "not set"))
        shown = "required" if option.get("required") else default if " " in default else f"``{default}``"
        lines += [f"   * - ``{variable}``", f"     - {option['type']}, {shown}", f"     - {option['description']}"]
    return "\n".join([*lines, ""])


def index_page(folder: Path) -> str:
    """The index, its globs replaced by the pages that there are, under short names."""

    def entries(match: re.Match[str]) -> str:
        margin, suffix = match.groups()
        pages = sorted(path.stem for path in folder.glob(f"*{suffix}.rst"))
        return "\n".join(f"{margin}{page.removesuffix(suffix)} <{page}>" for page in pages)

    return GLOB.sub(entries, (HERE / "index.rst").read_text(encoding="utf-8"))


def main(folder: Path) -> None:
    for name, entry in PLAYBOOKS.items():
        folder.joinpath(f"{name}_playbook.rst").write_text(playbook_page(name, entry), encoding="utf-8")
    folder.joinpath("index.rst").write_text(index_page(folder), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
