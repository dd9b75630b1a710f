# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model import event_options as read
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.options import connection


def test_defaults_and_empty_values():
    options = read.read_options({"app_key": "", "state_file": None}, read.COMMON)
    assert options == {
        **dict.fromkeys(read.COMMON),
        "timeout": 30,
        "retries": 4,
        "interval": 60_000,
        "feedback": False,
    }


def test_the_connection_has_the_options_of_the_modules():
    spec = connection()
    assert set(read.CONNECTION) == set(spec)
    for name in ("timeout", "retries"):
        assert read.CONNECTION[name][1] == spec[name]["default"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("interval", 1.5, 1500),
        ("interval", "90", 90_000),
        ("interval", "5m", 300_000),
        ("timeout", "20", 20),
        ("retries", 0, 0),
        ("validate_certs", "no", False),
        ("validate_certs", True, True),
        ("region", "kr", "kr"),
    ],
)
def test_values(name, value, expected):
    assert read.read_options({name: value}, read.COMMON)[name] == expected


@pytest.mark.parametrize("value", [0, "0", "0s", 0.0, "0m"])
def test_nothing(value):
    assert read.duration_or_none(value, "for") == 0


def test_something():
    assert read.duration_or_none("1m", "for") == 60_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("interval", 0),
        ("interval", True),
        ("interval", [1]),
        ("interval", "soon"),
        ("timeout", "x"),
        ("timeout", True),
        ("timeout", -1),
        ("validate_certs", "perhaps"),
        ("app_key", 12345678),
        ("region", ["kr"]),
        ("state_file", 1),
    ],
)
def test_wrong_values(name, value):
    with pytest.raises(SysmonError, match=name) as failure:
        read.read_options({name: value}, read.COMMON)
    assert failure.value.kind == "config"
    assert "12345678" not in str(failure.value)


def test_unknown_option():
    with pytest.raises(SysmonError, match="'intervall' is not an option. Did you mean interval") as failure:
        read.read_options({"intervall": 1}, read.COMMON)
    assert failure.value.kind == "config"
