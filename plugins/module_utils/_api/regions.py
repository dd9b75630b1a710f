# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions: API endpoints and the codes of the region header.

Source: API guide, "Basic information" for the endpoints, the header tables for the codes.
"""

from __future__ import annotations

ENDPOINTS = {
    "kr": "https://kr1-api-sysmon.cloud.toast.com",
    "kr2": "https://kr2-api-sysmon.cloud.toast.com",
    "us": "https://us1-api-sysmon.cloud.toast.com",
    "jp": "https://jp1-api-sysmon.cloud.toast.com",
}

# The vendor's other tools number every region. This service numbers only the second Korean region.
_NUMBERED = {"kr1": "kr", "us1": "us", "jp1": "jp"}


def normalise(region: str) -> str:
    """Region code for the header, from any spelling that the vendor's tools use."""
    code = region.strip().lower()
    return _NUMBERED.get(code, code)
