# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection of the role: types, defaults, environment."""

from __future__ import annotations

import os

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_connection import (
    checked_connection,
    environment_of,
    from_environment,
)


def test_checked_connection(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "kr")
    found = checked_connection({"app_key": "a", "timeout": "7"})
    assert (found["region"], found["timeout"], found["validate_certs"]) == ("kr", 7, True)
    with pytest.raises(SysmonError) as caught:
        checked_connection({"timeout": "soon"})
    assert "timeout" in str(caught.value)
    with pytest.raises(SysmonError, match="timeout must be a number, not True"):
        checked_connection({"app_key": "a", "timeout": True})
    assert from_environment() == {"region": "kr"}


def test_environment_of_a_task(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "kr")
    with environment_of({"NHNCLOUD_SYSMON_REGION": "jp", "NHNCLOUD_SYSMON_CA_PATH": "x"}):
        assert os.environ["NHNCLOUD_SYSMON_REGION"] == "jp"
        assert os.environ["NHNCLOUD_SYSMON_CA_PATH"] == "x"
    assert os.environ["NHNCLOUD_SYSMON_REGION"] == "kr"
    assert "NHNCLOUD_SYSMON_CA_PATH" not in os.environ
