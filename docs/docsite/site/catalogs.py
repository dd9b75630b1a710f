# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Korean catalogues of the index and the guides, beside the messages that Sphinx finds in them.

usage: catalogs.py update FOLDER    take new and changed messages into docs/docsite/locale; translate what is fuzzy then
       catalogs.py check FOLDER     fail where a message is missing, fuzzy, or has other code than the English one

FOLDER is what ``sphinx-build -b gettext`` wrote.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).parents[1] / "locale/ko/LC_MESSAGES"
# Code, and the targets of roles: what a reader copies or follows is the same in each language.
CODE = re.compile(r"``[^`]+``|:[a-z]+:`(?:[^`<]*<)?([^`>]+)>?`")
HEADER = "\n".join(Path(__file__).read_text(encoding="utf-8").splitlines()[:3])  # catalogues begin like this file


def pages(folder: Path) -> Iterator[tuple[Path, Catalog]]:
    """The template of each page that is translated, with the path of its catalogue."""
    for path in [folder / "index.pot", *sorted(folder.glob("docsite/*.pot"))]:
        with path.open("rb") as file:
            yield LOCALE / path.relative_to(folder).with_suffix(".po"), read_po(file, locale="ko")


def read(path: Path) -> Catalog:
    """A catalogue, empty where there is none."""
    if not path.exists():
        return Catalog(locale="ko")
    with path.open("rb") as file:
        return read_po(file, locale="ko")


def code(text: str) -> Counter[str]:
    return Counter(match.group(1) or match.group(0) for match in CODE.finditer(text))


def is_neutral(text: str) -> bool:
    """Whether it is the same in each language: code, numbers, names of modules."""
    return not re.search("[A-Za-z]", CODE.sub("", text)) or bool(re.fullmatch("[a-z_.]+", text))


def update(path: Path, template: Catalog) -> list[str]:
    """Take over what is new; what is gone is dropped."""
    catalog = read(path)
    catalog.update(template)
    catalog.header_comment = HEADER
    catalog.fuzzy = False
    for message in catalog:
        message.locations = []
        if message.id and (message.fuzzy or not message.string) and is_neutral(str(message.id)):
            message.string = message.id
            message.flags.discard("fuzzy")
    written = io.BytesIO()
    write_po(written, catalog, width=0, ignore_obsolete=True, omit_header=False, no_location=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Of the header only what readers of the format need: the rest has dates, and names of nobody.
    unused = rb'^"(?:Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By).*\n'
    lines = re.sub(unused, b"", written.getvalue(), flags=re.MULTILINE)
    path.write_bytes(lines)
    return []


def check(path: Path, template: Catalog) -> list[str]:
    """What is wrong with a catalogue."""
    catalog, wrong = read(path), []
    for message in template:
        if not message.id:
            continue
        found = catalog.get(message.id)
        if found is None or not found.string:
            wrong.append(f"{path.name}: not translated: {message.id}")
        elif found.fuzzy:
            wrong.append(f"{path.name}: fuzzy: {message.id}")
        elif code(str(message.id)) != code(str(found.string)):
            wrong.append(f"{path.name}: other code: {message.id}")
    return wrong


def main(verb: str, folder: Path) -> int:
    act = {"update": update, "check": check}[verb]
    wrong = [text for path, template in pages(folder) for text in act(path, template)]
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
