# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of the page, and its HTML."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.drift import Drift
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.page import page_rows, render
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.page_metrics import Metrics
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w", "shop")
TEMPLATE = "<!-- licence -->\n<!--@title-->|<!--@total-->|<!--@failing-->|<!--@drifting-->|<!--@remarks-->|<!--@rows-->"


def target(number, **fields):
    known = {"hostname": f"web-{number}", "ip": f"10.0.0.{number}", "target_id": f"t{number}", "result_code": 0}
    return Target(f"h{number}", 9100, **{**known, **fields})


def html(*rows, metrics=None):
    return render(
        TEMPLATE, "T", "now", page_rows([PlacedTarget(SHOP, row) for row in rows], [], metrics or Metrics()), []
    )


def test_what_needs_a_look_comes_first():
    there = [target(1), target(2, result_code=None), target(3, result_code=1), target(4)]
    missing = Target("h9", 9100, hostname="web-9")
    drifts = [Drift(SHOP, there[3], "orphaned", "Gone."), Drift(SHOP, missing, "missing", "It is not there.")]
    rows = page_rows([PlacedTarget(SHOP, each) for each in there], drifts, Metrics())
    assert [row.target.hostname for row in rows] == ["web-3", "web-9", "web-4", "web-2", "web-1"]
    assert [row.health for row in rows] == ["failing", "missing", "collecting", "preparing", "collecting"]
    assert [row.drift for row in rows] == [None, "missing", "orphaned", None, None]


def test_a_reason_is_not_repeated():
    broken = target(1, result_code=1, fail_reason="refused")
    (row,) = page_rows([PlacedTarget(SHOP, broken)], [Drift(SHOP, broken, "failing", "refused")], Metrics())
    assert row.reason == "refused"


def test_counts_and_remarks():
    there = [target(1), target(2, result_code=1)]
    rows = page_rows([PlacedTarget(SHOP, each) for each in there], [Drift(SHOP, there[1], "failing", "x")], Metrics())
    page = render(TEMPLATE, "<T>", "now", rows, ["A <b>", "B"])
    assert page.startswith(
        "&lt;T&gt;|2|1|1|<p class=remark>A &lt;b&gt;</p><p class=remark>B</p>|<tr class='failing drifting'>"
    )


@pytest.mark.parametrize("evil", ["<script>", "'\"><b>", "&lt;", "a\nb\u202e", "<!--@rows-->", "\x00", "{{ x }}"])
def test_every_text_is_escaped(evil):
    hostile = Target("h", 1, hostname=evil, ip=evil, target_id="t", fail_reason=evil)
    page = render(TEMPLATE, evil, evil, page_rows([PlacedTarget(Workspace("w", evil), hostile)], [], Metrics()), [evil])
    for sign in ("<script", "<b>", "\u202e", "<!--", "\x00"):
        assert sign not in page.replace("<b class=", "")


def test_strips_and_percentages():
    key = ("shop", "10.0.0.1", 9100)
    usage = {"cpu": {key: 41.6}, "memory": {}, "disk": {key: 0.0}}
    page = html(target(1), metrics=Metrics({key: "u" * 60}, usage))
    assert "<i role=img title='up in 60 of 60 minutes' aria-label='up in 60 of 60 minutes'></i>100 %" in page
    assert "<td class=n data-l=cpu style=--v:42%>42 %<td class=n><td class=n data-l=disk style=--v:0%>0 %" in page
    page = html(target(1), metrics=Metrics({key: "u" * 30 + "d" * 15 + "-" * 15}, usage))
    stops = "var(--up) 0% 50%,var(--down) 50% 75%,transparent 75% 100%"
    assert f"style='background:linear-gradient(90deg,{stops})'></i>50 %" in page
    page = html(target(1), metrics=Metrics({key: "-" * 56 + "du-u"}, usage))
    assert "up in 2 of 4 minutes" in page
    assert "</i>50 %" in page


def test_addresses():
    assert "<td class=a>[2001:db8::1]:9100" in html(target(1, ip="2001:db8::1"))
    assert "<td class=h>h1<td class=a>:9100" in html(target(1, ip=None, hostname=None))
