# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the diagrams of diagrams.yml, in each language.

usage: diagrams.py FOLDER    where NAME.svg and NAME.ko.svg are written, as Sphinx looks for them
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
LANGUAGES = {"en": "", "ko": ".ko"}
LINE = 18
STYLE = """
  text { font: 14px "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; fill: #1f2430 }
  .card { fill: #ffffff; stroke: #c9ced8 }
  .yours { fill: #eaf2fd; stroke: #3b73b9 } .service { fill: #e9f6ee; stroke: #2f855a }
  .state { fill: #fdf4e3; stroke: #b7791f } .area { fill: none; stroke: #c9ced8; stroke-dasharray: 5 4 }
  .title { font-weight: 600 } .small { font-size: 12.5px; fill: #4a5263 }
  .arrow { fill: none; stroke: #4a5263; stroke-width: 1.5 } .head { fill: #4a5263 }
  .halo { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round }
"""

Box = tuple[float, float, float, float]


def svg(width: int, height: int, title: str, parts: list[str]) -> str:
    """A picture on a card of its own, so that it is readable on a dark page too."""
    marker = '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f'<defs>{marker}<path class="head" d="M0,0L10,5L0,10z"/></marker></defs>',
            f'<rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def text(x: float, y: float, lines: list[str], kind: str = "", anchor: str = "middle") -> str:
    """Lines around a point; the first of several is a title unless a kind is given."""
    top = y - (len(lines) - 1) * LINE / 2 + 5
    return "\n".join(
        f'<text x="{x:g}" y="{top + number * LINE:g}" text-anchor="{anchor}"'
        f' class="{kind or ("title" if number == 0 else "small")}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def border(box: Box, towards: tuple[float, float], square: bool) -> tuple[float, float]:
    """Where the line from a box's middle to a point leaves the box; at a right angle if it is square and can."""
    x, y, width, height = box
    middle = (x + width / 2, y + height / 2)
    if square and y < towards[1] < y + height:
        return (x if towards[0] < x else x + width), towards[1]
    if square and x < towards[0] < x + width:
        return towards[0], (y if towards[1] < y else y + height)
    dx, dy = towards[0] - middle[0], towards[1] - middle[1]
    share = min(width / 2 / abs(dx) if dx else 9e9, height / 2 / abs(dy) if dy else 9e9)
    return middle[0] + dx * share, middle[1] + dy * share


def arrow(boxes: dict[str, Box], entry: dict[str, Any], language: str) -> tuple[str, str]:
    """A line from box to box by way of corners, and the words at its middle."""
    start, end = boxes[entry["from"]], boxes[entry["to"]]
    corners = [tuple(corner) for corner in entry.get("by", [])]
    first = corners[0] if corners else (end[0] + end[2] / 2, end[1] + end[3] / 2)
    last = corners[-1] if corners else (start[0] + start[2] / 2, start[1] + start[3] / 2)
    square = bool(corners)
    points = [border(start, first, square), *corners, border(end, last, square)]
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawn = f'<path class="arrow" d="{path}" marker-end="url(#head)"/>'
    if "text" not in entry:
        return drawn, ""
    middle = len(points) // 2
    (x1, y1), (x2, y2) = points[middle - 1], points[middle]
    x, y = entry.get("at", [(x1 + x2) / 2, (y1 + y2) / 2])
    return drawn, text(x, y, entry["text"][language], "small halo")


def diagram(entry: dict[str, Any], language: str) -> str:
    """One diagram in one language."""
    boxes: dict[str, Box] = {name: tuple(box["at"]) for name, box in entry["boxes"].items()}
    parts = []
    for name, box in entry["boxes"].items():
        x, y, width, height = boxes[name]
        parts.append(f'<rect class="{box["kind"]}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>')
        if box["kind"] == "area":
            parts.append(text(x + 12, y + 16, box["text"][language], "small", "start"))
        else:
            parts.append(text(x + width / 2, y + height / 2, box["text"][language]))
    lines, words = zip(*(arrow(boxes, line, language) for line in entry["arrows"]))
    parts += [*lines, *filter(None, words)]
    return svg(*entry["size"], entry["title"][language], parts)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, entry in yaml.safe_load((HERE / "diagrams.yml").read_text(encoding="utf-8")).items():
        for language, suffix in LANGUAGES.items():
            folder.joinpath(f"{name}{suffix}.svg").write_text(diagram(entry, language), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
