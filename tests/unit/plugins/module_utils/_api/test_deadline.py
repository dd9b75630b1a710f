# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeout bounds the whole request, also one whose answer drips."""

from __future__ import annotations

import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError

PATH = "/v1.0/projects/emulator/servers"
HEADERS = {"X-TC-APP-KEY": "emulator-appkey", "X-SYSMON-REGION": "kr"}


def timed(emulator, timeout, **settings):
    start = time.monotonic()
    try:
        result = Transport(emulator.url, HEADERS, timeout=timeout, **settings).send("list_servers", "GET", PATH)
    except SysmonError as error:
        result = error
    return result, time.monotonic() - start


@pytest.mark.parametrize("header_too", [False, True])
@pytest.mark.parametrize("gzip", [False, True])
def test_an_answer_that_drips(header_too, gzip, emulate):
    drip = {"bytes_per_second": 20, "header_too": header_too}
    emulator = emulate(servers=5, faults=[{"call": "*", "drip": drip, "gzip": gzip}])
    error, seconds = timed(emulator, 0.5)
    assert isinstance(error, SysmonError)
    assert (error.kind, error.settling) == ("transport", True)
    assert 0.4 < seconds < 1.0


def test_the_last_read_has_only_what_is_left(emulate):
    # A byte at 0.9 s, the next at 1.8 s: waiting for that would be a second timeout.
    emulator = emulate(servers=5, faults=[{"call": "*", "drip": {"bytes_per_second": 1 / 0.9}}])
    error, seconds = timed(emulator, 1.0)
    assert isinstance(error, SysmonError)
    assert 0.9 < seconds < 1.5


def test_through_a_proxy(emulate, monkeypatch):
    emulator = emulate(servers=5, faults=[{"call": "*", "drip": {"bytes_per_second": 20}}])
    monkeypatch.setenv("http_proxy", emulator.url)
    start = time.monotonic()
    with pytest.raises(SysmonError) as caught:
        Transport("http://gateway.invalid", HEADERS, timeout=0.5).send("list_servers", "GET", PATH)
    assert caught.value.kind == "transport"
    assert time.monotonic() - start < 1.0


def test_each_request_has_its_own_time_on_a_kept_connection(emulate):
    emulator = emulate(servers=1, faults=[{"call": "*", "slow": 0.3}])
    sender = Transport(emulator.url, HEADERS, timeout=0.5)
    for _turn in range(3):
        assert sender.send("list_servers", "GET", PATH).status == 200
    assert emulator.stats()["connections"] == 1


def test_a_slow_answer_within_the_time_is_whole(emulate):
    emulator = emulate(servers=1, faults=[{"call": "*", "drip": {"bytes_per_second": 2000}}])
    reply, _seconds = timed(emulator, 5)
    assert reply.content.endswith(b"}]}")
