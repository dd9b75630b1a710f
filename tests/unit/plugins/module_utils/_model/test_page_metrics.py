# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Series of Prometheus, as strips and percentages of targets."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.page_metrics import (
    Metrics,
    strips_of,
    usage_of,
    usage_queries,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target

TARGET = Target("h1", 9100, hostname="Web-1", ip="10.0.0.1", target_id="t1")
V6 = Target("h2", 9100, hostname=None, ip="2001:DB8::1", target_id="t2")


def series(instance, values=None, job="shop", **more):
    return {"metric": {"instance": instance, "job": job}, **more, **({"values": values} if values is not None else {})}


def test_strip():
    values = [[0, "1"], [60, "0"], [119.9, "1"], [3540, "NaN"], [3600, "1"], [-60, "1"], [240, "what"]]
    strip = Metrics(strips_of([series("10.0.0.1:9100", values)], "instance", 0)).strip("shop", TARGET)
    assert strip == "udu-d" + "-" * 54 + "d"
    assert len(strip) == 60


@pytest.mark.parametrize(
    ("instance", "job", "target", "found"),
    [
        ("10.0.0.1:9100", "shop", TARGET, True),
        ("10.0.0.1", "shop", TARGET, True),
        ("web-1:9100", "shop", TARGET, True),
        ("H1", "shop", TARGET, True),
        ("t1", "", TARGET, True),
        ("[2001:db8:0::1]:9100", "shop", V6, True),
        ("2001:db8::1", "shop", V6, True),
        ("10.0.0.1:9200", "shop", TARGET, False),
        ("10.0.0.1:9100", "other", TARGET, False),
        ("", "shop", TARGET, False),
    ],
)
def test_which_target_a_series_belongs_to(instance, job, target, found):
    metrics = Metrics(strips_of([series(instance, [[0, "1"]], job)], "instance", 0))
    assert (metrics.strip("shop", target) is not None) == found


def test_two_series_of_a_target_are_one_strip():
    both = [series("10.0.0.1", [[0, "0"], [60, "1"]]), series("10.0.0.1", [[0, "1"], [120, "0"]])]
    assert Metrics(strips_of(both, "instance", 0)).strip("shop", TARGET).startswith("uud-")


@pytest.mark.parametrize(("value", "shown"), [("42.4", 42.4), ("-1", 0), ("101", 100), ("NaN", None), ("+Inf", None)])
def test_usage(value, shown):
    found = usage_of([series("10.0.0.1:9100", value=[0, value]), series("x", histogram=[])], "instance")
    metrics = Metrics(usage={"cpu": found})
    assert metrics.used("cpu", "shop", TARGET) == shown
    assert metrics.used("disk", "shop", TARGET) is None


def test_queries():
    queries = usage_queries("nodename")
    assert set(queries) == {"cpu", "memory", "disk"}
    assert all("by (nodename, job)" in query and "{{" not in query for query in queries.values())
    assert "by (job)" in usage_queries("job")["cpu"]


@pytest.mark.parametrize("label", ["", "a b", "x)", "1a", "http.status"])
def test_refused_labels(label):
    with pytest.raises(SysmonError, match="is not the name of a label"):
        usage_queries(label)


def test_a_name_that_only_looks_as_if_it_had_a_port():
    target = Target("h3", 9100, hostname="svc:80", target_id="t3")
    assert Metrics(strips_of([series("SVC:80", [[0, "1"]])], "instance", 0)).strip("shop", target)
