# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short soak, which also has to find the bugs that were planted."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.tests.soak.jobs import Job, soak
from ansible_collections.nhncloud.sysmon.tests.soak.plants import PLANTS

# A seed that finds each, so that it is found fast: `./dev soak --plant all --seed 0 --jobs 1` tells them.
SEEDS = {
    "post_repeated_blindly": 6,
    "purge_from_half_a_picture": 15,
    "purge_after_failed_creates": 19,
    "unclear_create_believed": 19,
    "refusal_believed": 145,
    "cut_list_believed": 10,
    "unclear_delete_believed": 71,
    "check_mode_writes": 7,
    "update_wipes": 24,
    "changed_forgotten": 270,
    "changed_always": 87,
    "echo_told": 40,
    "host_removed_whole": 2,
}


def test_short_soak():
    found = soak(Job(first=0, stories=24, seconds=300))
    assert found.violations == []
    assert found.stories == 24
    assert found.counts["faults"] > found.stories // 2


def test_soak_of_module_processes():
    found = soak(Job(first=1, stories=2, seconds=300, processes=True))
    assert found.violations == []
    assert found.counts["runs"] >= 6


def test_replay():
    job = Job(first=7, stories=3, seconds=300)
    assert soak(job).counts["runs"] == soak(job).counts["runs"]


@pytest.mark.parametrize("plant", sorted(PLANTS))
def test_planted_bug_is_found(plant):
    found = soak(Job(first=SEEDS[plant], stories=40, seconds=300, plant=plant, most_violations=1))
    assert found.violations
