# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page reads of Prometheus, and what it says when there is no answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import page
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.drift import Comparison

TARGET = Target("h1", 9100, hostname="web-1", ip="10.0.0.1", target_id="t1", result_code=0)
COMPARED = Comparison([PlacedTarget(Workspace("w", "shop"), TARGET)], [], ["A warning."])
LABELS = {"instance": "10.0.0.1:9100", "job": "shop"}


class Prometheus:
    def __init__(self, kind="vector", error=None):
        self.kind, self.error, self.asked = kind, error, []

    def query_range(self, query, start, end, step):
        self.asked.append((query, int(end) - int(start), step))
        result = [{"metric": LABELS, "values": [[int(start), "1"]]}]
        return SimpleNamespace(data={"resultType": "matrix", "result": result}, warnings=["Not whole."])

    def query(self, query):
        self.asked.append(query)
        if self.error:
            raise self.error
        result = [{"metric": LABELS, "value": [0, "7"]}] if self.kind == "vector" else [0, "7"]
        return SimpleNamespace(data={"resultType": self.kind, "result": result}, warnings=[])


def build(monkeypatch, prometheus, label="instance"):
    monkeypatch.setattr(page, "connect_prometheus", lambda params: prometheus)
    return page.build_page(COMPARED, {"label": label}, "-->\n<!--@remarks--><!--@rows-->", "T")


def test_it_asks_four_times(monkeypatch):
    prometheus = Prometheus()
    text, remarks = build(monkeypatch, prometheus)
    assert prometheus.asked[0] == ("up", 3540, "60")
    assert len(prometheus.asked) == 4
    assert remarks == ["Not whole."]
    assert "A warning.</p><p class=remark>Not whole." in text
    assert "up in 1 of 60 minutes" in text
    assert text.count("--v:7%") == 3


@pytest.mark.parametrize(
    ("prometheus", "remark"),
    [
        (Prometheus(error=SysmonError("transport", "No connection.")), "Metrics are not shown: No connection."),
        (Prometheus(kind="scalar"), "the result type is not what Prometheus documents"),
    ],
)
def test_without_an_answer_it_says_so(monkeypatch, prometheus, remark):
    text, remarks = build(monkeypatch, prometheus)
    assert remark in remarks[-1]
    assert remark in text


def test_mistakes_of_users_are_failures(monkeypatch):
    with pytest.raises(SysmonError, match="not the name of a label"):
        build(monkeypatch, Prometheus(), "a b")
    with pytest.raises(SysmonError, match="No key"):
        build(monkeypatch, Prometheus(error=SysmonError("config", "No key.")))
