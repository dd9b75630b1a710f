# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the charts of the documentation from the tables that ./dev bench prints, as docs/benchmark.md keeps them.

usage: charts.py BENCHMARK.md FOLDER
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from diagrams import LANGUAGES, svg, text

Point = tuple[float, float]

REGISTERED = "20 ms latency, 16 workers"
AGAINST_URI = "Against uri at 20 ms"
FLOORS = "Each beside its floor"
WAYS = {  # of the first chart: colour, and the name in each language
    "uri": ("#b83232", {"en": "ansible.builtin.uri, scaled from 200", "ko": "ansible.builtin.uri, 200대부터 환산"}),
    "applied, fresh": ("#b7791f", {"en": "the role applied to hosts", "ko": "호스트에 적용한 롤"}),
    "fleet, fresh": ("#2f855a", {"en": "fleet mode, all new", "ko": "플릿 모드, 모두 새로 등록"}),
    "fleet, unchanged": ("#3b73b9", {"en": "fleet mode, unchanged", "ko": "플릿 모드, 변경 없음"}),
    "wire": ("#6b7280", {"en": "plain keep-alive requests", "ko": "단순 keep-alive 요청"}),
    "empty play": ("#a3a9b6", {"en": "an empty play", "ko": "빈 플레이"}),
}
TITLES = {
    "registration": {
        "en": "Seconds by number of hosts (20 ms latency)",
        "ko": "호스트 수에 따른 소요 시간(초), 지연 20 ms",
    },
    "floors": {"en": "Measured, as a share of what is allowed", "ko": "허용 한도 대비 측정값"},
}


def tables(markdown: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Each table with its title, the rows by the names of their columns."""
    for title, body in re.findall(r"^\*\*(.+?)\*\*\n\n((?:\|.*\n)+)", markdown, re.MULTILINE):
        head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines())
        yield title, [dict(zip(head, row)) for row in rows]


def number(cell: str) -> float:
    return float(re.sub(r"[^0-9.eE+-]", "", cell.split(" ")[0]))


def lines(found: dict[str, list[dict[str, str]]]) -> dict[str, list[Point]]:
    """The points of each way of the first chart."""
    points: dict[str, list[Point]] = {way: [] for way in WAYS}
    for title, rows in found.items():
        for row in rows:
            if title.startswith(AGAINST_URI):
                best = min(number(cell) for column, cell in row.items() if column.startswith("uri"))
                points["uri"].append((number(row["hosts"]), best))
            elif title.startswith(REGISTERED) and row["way"] in points:
                points[row["way"]].append((number(row["hosts"]), number(row["wall, s"])))
    return {way: sorted(values) for way, values in points.items() if values}


def registration(points: dict[str, list[Point]], language: str) -> str:
    """Both axes are logarithmic."""
    left, top, width, height, decades = 56, 56, 640, 300, (-1, 4)

    def place(hosts: float, seconds: float) -> Point:
        high = (math.log10(seconds) - decades[0]) / (decades[1] - decades[0])
        return left + width * math.log10(hosts) / 4, top + height * (1 - high)

    title = TITLES["registration"][language]
    parts = [text(24, 28, [title], "title", "start")]
    for power in range(decades[0], decades[1] + 1):
        _x, y = place(10, 10.0**power)
        parts.append(f'<path stroke="#e3e6ec" d="M{left},{y:.1f}h{width}"/>')
        parts.append(text(left - 8, y, [f"{10.0**power:,g}"], "small", "end"))
    for power in range(5):
        x, _y = place(10.0**power, 1)
        parts.append(text(x, top + height + 18, [f"{10**power:,}"], "small"))
    for order, (way, values) in enumerate(points.items()):
        colour, names = WAYS[way]
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in (place(*value) for value in values))
        parts.append(f'<path fill="none" stroke="{colour}" stroke-width="2.5" d="M{path}"/>')
        x, y = left + 320 * (order % 2), top + height + 46 + 22 * (order // 2)
        parts.append(f'<path stroke="{colour}" stroke-width="4" d="M{x},{y}h22"/>')
        parts.append(text(x + 30, y, [names[language]], "small", "start"))
    return svg(740, 480, title, parts)


def floors(rows: list[dict[str, str]], language: str) -> str:
    """A bar for each figure that has a bound."""
    title = TITLES["floors"][language]
    bound = [row for row in rows if row["at most"]]
    parts = [text(24, 28, [title], "title", "start")]
    for order, row in enumerate(bound):
        y = 54 + 44 * order
        share = number(row["measured"]) / number(row["at most"])
        colour = "#2f855a" if share <= 1 else "#b83232"
        parts.append(text(24, y + 4, [row["what"]], "small", "start"))
        parts.append(f'<rect x="24" y="{y + 14}" width="540" height="12" fill="#eef0f4"/>')
        parts.append(
            f'<rect x="24" y="{y + 14}" width="{540 * max(0, min(1, share)):.1f}" height="12" fill="{colour}"/>'
        )
        parts.append(
            f'<text class="small" x="574" y="{y + 25}">{escape(row["measured"])} / {escape(row["at most"])}</text>'
        )
    return svg(740, 70 + 44 * len(bound), title, parts)


def main(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = dict(tables(source.read_text(encoding="utf-8")))
    for language, suffix in LANGUAGES.items():
        chart = registration(lines(found), language)
        folder.joinpath(f"benchmark_registration{suffix}.svg").write_text(chart, encoding="utf-8")
        chart = floors(found.get(FLOORS, []), language)
        folder.joinpath(f"benchmark_floors{suffix}.svg").write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
