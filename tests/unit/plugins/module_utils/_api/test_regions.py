# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.regions import ENDPOINTS, normalise


@pytest.mark.parametrize(
    ("spelling", "code", "host"),
    [
        ("kr", "kr", "kr1-api-sysmon.cloud.toast.com"),
        ("kr1", "kr", "kr1-api-sysmon.cloud.toast.com"),
        ("KR1", "kr", "kr1-api-sysmon.cloud.toast.com"),
        ("kr2", "kr2", "kr2-api-sysmon.cloud.toast.com"),
        ("KR2", "kr2", "kr2-api-sysmon.cloud.toast.com"),
        ("us", "us", "us1-api-sysmon.cloud.toast.com"),
        ("US1", "us", "us1-api-sysmon.cloud.toast.com"),
        ("jp", "jp", "jp1-api-sysmon.cloud.toast.com"),
        (" Jp1 ", "jp", "jp1-api-sysmon.cloud.toast.com"),
    ],
)
def test_regions_of_the_guide(spelling, code, host):
    assert normalise(spelling) == code
    assert ENDPOINTS[code] == f"https://{host}"


def test_other_codes_are_left_alone():
    assert normalise("Gov") == "gov"
    assert set(ENDPOINTS) == {"kr", "kr2", "us", "jp"}
