# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ranges: the chosen step, and what Prometheus would refuse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.ranges import (
    MOST_INTERVALS,
    RESOLUTION,
    Range,
    check_order,
    plan_range,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.times import parse_duration

NOW = 1769853600250  # 2026-01-31T10:00:00.25Z
DAY = 86400000
SPANS = st.integers(0, 100 * 365 * DAY)


@pytest.mark.parametrize(
    ("span", "step"),
    [(0, 60), (3600, 60), (86400, 60), (7 * 86400, 60), (8 * 86400, 120), (30 * 86400, 240), (365 * 86400, 2880)],
)
def test_a_step_is_chosen(span, step):
    assert plan_range(NOW, NOW + span * 1000, None) == Range(NOW, NOW + span * 1000, step * 1000)


@given(SPANS)
def test_the_chosen_step_is_the_shortest_that_fits(span):
    step = plan_range(NOW, NOW + span, None).step
    assert step % RESOLUTION == 0
    assert span // step + 1 < MOST_INTERVALS
    assert step == RESOLUTION or span // (step - RESOLUTION) + 1 >= MOST_INTERVALS


@given(SPANS, st.integers(1, 10 * DAY))
def test_a_refusal_names_the_shortest_step_that_would_do(span, step):
    try:
        assert plan_range(NOW, NOW + span, step) == Range(NOW, NOW + span, step)
        assert span // step <= MOST_INTERVALS
    except SysmonError as error:
        assert span // step > MOST_INTERVALS
        named = parse_duration(error.message.split("a step of ")[1].split(" or more")[0], "step")
        plan_range(NOW, NOW + span, named)
        assert named % 1000 == 0
        if named > 1000:
            with pytest.raises(SysmonError, match="intervals per series"):
                plan_range(NOW, NOW + span, named - 1000)


def test_the_end_is_not_before_the_start():
    for refused in (lambda: plan_range(NOW, NOW - 1, None), lambda: check_order(NOW, NOW - 1)):
        with pytest.raises(SysmonError) as raised:
            refused()
        assert str(raised.value) == "end (2026-01-31T10:00:00.249Z) is before start (2026-01-31T10:00:00.250Z)."
    check_order(None, NOW)
    check_order(NOW, None)
    check_order(NOW, NOW)
