# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of the documentation: READMEs, guides, and the examples of plugins.

usage: blocks.py FOLDER    writes all YAML blocks below FOLDER, each where ansible-lint knows it for what it is
"""

from __future__ import annotations

import ast
import os
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import yaml

# ansible-test runs a copy of the target, so the collection is found where Ansible finds it.
PLACES = [
    Path(root, "ansible_collections/nhncloud/sysmon") for root in os.environ["ANSIBLE_COLLECTIONS_PATH"].split(":")
]
ROOT = next(place for place in PLACES if place.is_dir())
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DIRECTIVE = re.compile(
    r"^([ ]*)\.\. code-block:: (\S+)\n(?:[ ]+:caption: (\S+)\n)?\n((?:\1[ ]{3}.*\n|[ ]*\n)+)", re.MULTILINE
)

# Ansible's tag for text that is no template.
yaml.SafeLoader.add_constructor("!unsafe", yaml.SafeLoader.construct_scalar)

# Where ansible-lint expects each kind.
FOLDERS = {
    "play": "playbooks",
    "tasks": "tasks",
    "inventory": "inventory",
    "vars": "vars",
    "requirements": "collections",
}


@dataclass(frozen=True)
class Block:
    document: str
    line: int
    language: str
    text: str
    caption: str | None = None

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def kind(self) -> str:
        """What a YAML block is."""
        content = yaml.safe_load(self.text)
        if isinstance(content, dict):
            return "inventory" if "plugin" in content else "requirements" if "collections" in content else "vars"
        if isinstance(content, list) and all(isinstance(entry, dict) for entry in content):
            plays = [{"hosts", "ansible.builtin.import_playbook"} & set(entry) for entry in content]
            return "play" if all(plays) else "tasks"
        raise ValueError(f"{self}: neither plays nor tasks nor a mapping")

    @property
    def name(self) -> str:
        """The file's name, which is its caption or a comment that it begins with."""
        if self.caption:
            return self.caption
        found = re.match(r"# ([\w.-]+\.(?:yml|yaml|ini|json))\n", self.text.removeprefix("---\n"))
        return found.group(1) if found else f"block-{self.line}.yml"


def documents() -> list[Path]:
    """All that has code blocks for readers, README.ko.md excepted: a unit test holds its blocks to those of README.md."""
    patterns = (
        "README.md",
        "examples/**/README.md",
        "roles/*/README.md",
        "docs/*.md",
        "docs/docsite/rst/*.rst",
        "docs/docsite/site/reference.yml",
        "tests/emulator/README.md",
    )
    patterns += tuple(f"plugins/{kind}/*.py" for kind in ("modules", "lookup", "inventory", "filter"))
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def blocks_of(path: Path) -> list[Block]:
    text, document = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    if path.suffix == ".py":
        return [Block(document, line, "yaml", part) for line, part in examples(text)]
    if path.suffix == ".yml":  # the reference pages of the playbooks
        entries = yaml.safe_load(text).items()
        return [
            Block(document, text[: text.index(f"\n{name}:")].count("\n") + 2, "bash", entry["example"])
            for name, entry in entries
        ]
    if path.suffix == ".rst":
        found = [(match, match[2], textwrap.dedent(match[4]), match[3]) for match in DIRECTIVE.finditer(text)]
    else:
        found = [(match, match[1], match[2], None) for match in FENCE.finditer(text)]
    shells = {"shell": "bash"}
    return [
        Block(document, text.count("\n", 0, match.start()) + 1, shells.get(language, language), code, caption)
        for match, language, code, caption in found
    ]


def examples(source: str) -> list[tuple[int, str]]:
    """The documents in a plugin's EXAMPLES."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "EXAMPLES":
            parts = re.split(r"^---\n", node.value.value, flags=re.MULTILINE)
            return [(node.lineno, part) for part in parts if yaml.safe_load(part)]
    raise ValueError("no EXAMPLES")


def all_blocks() -> list[Block]:
    return [block for path in documents() for block in blocks_of(path)]


def main() -> int:
    folder, count = Path(sys.argv[1]), 0
    for number, block in enumerate(block for block in all_blocks() if block.language.startswith("yaml")):
        suffix = ".sysmon.yml" if block.kind == "inventory" else ".yml"
        name = re.sub(r"\W+", "_", block.document).lower()
        where = folder / FOLDERS[block.kind] / f"{name}_{block.line}_{number}{suffix}"
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text("---\n" + block.text.strip().removeprefix("---\n") + "\n", encoding="utf-8")
        count += 1
    print(f"{count} YAML blocks")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
