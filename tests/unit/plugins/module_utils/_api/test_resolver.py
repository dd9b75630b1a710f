# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import time

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.resolver import addresses_of


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("::1", "::1")])
def test_an_address_is_not_looked_up(host, address, monkeypatch):
    monkeypatch.delattr(socket, "getaddrinfo")
    assert addresses_of(host, 80, 1) == [address]


def test_a_name():
    assert "127.0.0.1" in addresses_of("localhost", 80, 5)


@pytest.mark.parametrize(("name", "error"), [("nowhere.invalid", OSError), ("a" * 70, (OSError, UnicodeError))])
def test_unknown_names(name, error):
    with pytest.raises(error):
        addresses_of(name, 80, 30)


def test_a_resolver_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: time.sleep(3) or [])
    start = time.monotonic()
    with pytest.raises(socket.timeout):
        addresses_of("host.invalid", 80, 0.2)
    assert time.monotonic() - start < 2
