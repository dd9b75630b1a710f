# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.options import (
    CONNECTION,
    connection,
    no_empty_environment,
    templated,
    without_empty,
)


class Shouting:
    """A templar whose templates are easy to tell."""

    def template(self, value):
        return value.upper()


def test_templated():
    values = {"region": "kr", "other": "left", "ca_path": ""}
    assert templated(Shouting(), values, CONNECTION) == {"region": "KR", "other": "left"}
    assert values["region"] == "kr"


def test_templates_that_give_nothing_count_as_not_set():
    class Nothing:
        def template(self, _value):
            return ""

    assert templated(Nothing(), {"validate_certs": "{{ unset }}"}, CONNECTION) == {}


def test_without_empty():
    values = {"validate_certs": "", "ca_path": None, "timeout": 0, "retries": False, "want": ""}
    assert without_empty(values, CONNECTION) == {"ca_path": None, "timeout": 0, "retries": False, "want": ""}


def test_the_environment_comes_back(monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_CA_PATH", "")
    monkeypatch.setenv("NHNCLOUD_SYSMON_REGION", "kr")
    with pytest.raises(KeyError, match="inside"), no_empty_environment():
        assert "NHNCLOUD_SYSMON_CA_PATH" not in os.environ
        assert os.environ["NHNCLOUD_SYSMON_REGION"] == "kr"
        raise KeyError("inside")
    assert os.environ["NHNCLOUD_SYSMON_CA_PATH"] == ""


def test_connection():
    class Plugin:
        def get_option(self, name):
            return f"the {name}"

    assert connection(Plugin()) == {name: f"the {name}" for name in CONNECTION}
