# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTML page of a fleet: one row per target. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from .._text import cleaned
from .drift import Drift
from .page_metrics import CELLS, DOWN, NONE, UP, Metrics
from .survey import PlacedTarget
from .targets import Target

_PLACE = re.compile(r"<!--@(\w+)-->")
_COLORS = {UP: "var(--up)", DOWN: "var(--down)"}
_USAGE = ("cpu", "memory", "disk")
_RANKS = {"failing": 0, "missing": 0, "preparing": 2}
_HOT = 90  # percent


@dataclass(frozen=True)
class Row:
    """A target, or a desired target that does not exist (its ``health`` is then ``missing``)."""

    workspace: str
    target: Target
    health: str
    drift: str | None
    reason: str
    strip: str | None
    usage: tuple[float | None, ...]

    @property
    def order(self) -> tuple[int, str, str, int, str]:
        """Sort key: targets that need attention come first."""
        rank = _RANKS.get(self.health, 1 if self.drift else 3)
        target = self.target
        return (rank, self.workspace, (target.hostname or "").lower(), target.port, str(target.target_id))


def page_rows(placed: Iterable[PlacedTarget], drifts: Sequence[Drift], metrics: Metrics) -> list[Row]:
    """Sorted rows: one per target, and one per desired target that does not exist."""
    by_id = {str(drift.target.target_id): drift for drift in drifts if drift.target.target_id}
    absent = [drift for drift in drifts if not drift.target.target_id]
    rows = [_row(each.workspace.name, each.target, by_id.get(str(each.target.target_id)), metrics) for each in placed]
    rows += [_row(drift.workspace.name, drift.target, drift, metrics) for drift in absent]
    return sorted(rows, key=lambda row: row.order)


def _row(workspace: str, target: Target, drift: Drift | None, metrics: Metrics) -> Row:
    reasons = [target.fail_reason, drift.reason if drift else None]
    return Row(
        workspace=workspace,
        target=target,
        health=target.health if target.target_id else "missing",
        drift=drift.drift if drift else None,
        reason=" ".join(dict.fromkeys(reason for reason in reasons if reason)),
        strip=metrics.strip(workspace, target),
        usage=tuple(metrics.used(what, workspace, target) for what in _USAGE),
    )


def render(template: str, title: str, time: str, rows: Sequence[Row], remarks: Sequence[str]) -> str:
    """Fill the template, which has placeholders such as ``<!--@rows-->``."""
    counts = {name: sum(row.health == name for row in rows) for name in ("collecting", "failing", "preparing")}
    counts["drifting"] = sum(row.drift is not None for row in rows)
    texts: Mapping[str, str] = {
        "title": _text(title),
        "time": _text(time),
        "total": str(len(rows)),
        **{name: str(count) for name, count in counts.items()},
        "remarks": "".join(f"<p class=remark>{_text(remark)}</p>" for remark in remarks),
        "rows": "\n".join(_html(row) for row in rows),
    }
    page = template.partition("-->\n")[2]  # without the licence of the template
    return _PLACE.sub(lambda place: texts[place[1]], page)


def _html(row: Row) -> str:
    target, drift = row.target, row.drift or ""
    host = f"[{target.ip}]" if target.ip and ":" in target.ip else target.ip or ""
    cells = [
        f"<td class=h>{_text(target.hostname or target.host_id or '')}",
        f"<td class=a>{_text(host)}:{target.port}",
        f"<td class=w>{_text(row.workspace)}",
        f"<td class=k><b class={row.health}>{row.health}</b>",
        f"<td class=d>{f'<b>{drift}</b>' if drift else ''}",
        f"<td class=s>{_strip(row.strip)}",
        *(_percent(name, value) for name, value in zip(_USAGE, row.usage)),
        f"<td class=r>{_text(row.reason)}",
    ]
    return f"<tr class='{row.health}{' drifting' if drift else ''}'>{''.join(cells)}"


def _text(text: str) -> str:
    return escape(cleaned(text))


def _percent(name: str, value: float | None) -> str:
    if value is None:
        return "<td class=n>"
    kind = "'n hot'" if value >= _HOT else "n"
    return f"<td class={kind} data-l={name} style=--v:{value:.0f}%>{value:.0f} %"


def _strip(strip: str | None) -> str:
    if strip is None:
        return ""
    # The minutes before the first sample do not count: the target may be new.
    up, known = strip.count(UP), max(1, len(strip.lstrip(NONE)))
    text = f"up in {up} of {known} minutes"
    stops, place = [], 0
    for cell, run in groupby(strip):
        end = place + len(list(run))
        stops.append(f"{_COLORS.get(cell, 'transparent')} {100 * place / CELLS:.4g}% {100 * end / CELLS:.4g}%")
        place = end
    style = "" if up == CELLS else f" style='background:linear-gradient(90deg,{','.join(stops)})'"
    return f"<i role=img title='{text}' aria-label='{text}'{style}></i>{100 * up // known} %"
