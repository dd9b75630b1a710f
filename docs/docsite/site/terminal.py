# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw what a command prints, as a terminal shows it.

usage: terminal.py FILE.svg COMMAND [ARGUMENT ...]

images/demo.svg is made by: python docs/docsite/site/terminal.py docs/docsite/site/images/demo.svg ./dev demo
"""

from __future__ import annotations

import os
import pty
import re
import sys
import textwrap
from html import escape
from pathlib import Path

COLUMNS = 108
LINE, LETTER = 19, 7.83  # of 13 px monospace
SGR = re.compile(r"\x1b\[([0-9;]*)m")
CLASSES = {"1": "bold", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
OWN_HEADER = Path(__file__).read_text(encoding="utf-8").splitlines()[:3]
LICENCE = "\n".join(["<!--", *(line.removeprefix("# ") for line in OWN_HEADER), "-->"])
STYLE = """
  text { font: 13px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d7dae0; white-space: pre }
  .bold { font-weight: bold } .red { fill: #ff7b72 } .green { fill: #7ee787 } .yellow { fill: #e3b341 } .cyan { fill: #56d4dd }
"""


def printed(command: list[str]) -> str:
    """What a command prints on a terminal."""
    chunks: list[bytes] = []

    def read(source: int) -> bytes:
        chunks.append(os.read(source, 1 << 16))
        return chunks[-1]

    status = pty.spawn(command, read)
    if status:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return b"".join(chunks).decode().replace("\r\n", "\n")


def wrapped(text: str) -> list[str]:
    """Its lines, long ones broken between words."""
    lines = []
    for line in text.strip("\n").splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        # Codes of colour count for nothing here: only titles have them, and these lines are short or break early.
        lines += textwrap.wrap(line, COLUMNS, subsequent_indent=indent, break_long_words=False) or [""]
    return lines


def spans(line: str) -> str:
    """A line as spans of one look each."""
    shown, look = [], ""
    for number, part in enumerate(SGR.split(line)):
        if number % 2:
            look = " ".join(CLASSES[code] for code in part.split(";") if code in CLASSES)
        elif part:
            shown.append(f'<tspan class="{look}">{escape(part)}</tspan>' if look else escape(part))
    return "".join(shown)


def drawn(title: str, lines: list[str]) -> str:
    """The picture."""
    width, height = int(COLUMNS * LETTER) + 48, LINE * len(lines) + 62
    parts = [
        f'<text xml:space="preserve" x="24" y="{52 + LINE * number}">{spans(line)}</text>'
        for number, line in enumerate(lines)
    ]
    dots = "".join(f'<circle cx="{22 + 18 * number}" cy="18" r="5" fill="#4a5263"/>' for number in range(3))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            LICENCE,
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#1b1f27"/>{dots}',
            f'<text x="{width / 2}" y="23" text-anchor="middle">{escape(title)}</text>',
            *parts,
            "</svg>",
            "",
        ]
    )


def main(target: Path, command: list[str]) -> None:
    text = printed(command)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(drawn(" ".join(command), wrapped(text)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
