# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxies of the environment are refused before a request is sent."""

from __future__ import annotations

import importlib.machinery

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import proxies
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError


@pytest.mark.parametrize(
    "proxy",
    [
        None,
        "",
        "http://proxy:3128",
        "HTTPS://proxy",
        "proxy:3128",
        "http://user:p%40ss@[::1]:3128/",
        "http://é.example:1",
    ],
)
def test_usable(proxy):
    proxies.check_proxy(proxy, "https://host")


@pytest.mark.parametrize(
    "proxy",
    [
        "://s3cret",
        "http://",
        "http://s3cret@",
        "ftp://s3cret:1",
        "http://[s3cret",
        "http://s3 cret:1",
        "s3cret:0",
        "x:s3cret",
    ],
)
def test_not_usable(proxy):
    with pytest.raises(SysmonError, match="^The proxy that the environment names for https://host is not") as caught:
        proxies.check_proxy(proxy, "https://host")
    assert caught.value.kind == "config"
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["socks4", "socks5", "SOCKS5h"])
def test_socks_needs_a_library(scheme, monkeypatch):
    monkeypatch.setattr(proxies, "find_spec", lambda name: None)
    with pytest.raises(SysmonError, match="PySocks") as caught:
        proxies.check_proxy(f"{scheme}://user:s3cret@proxy:1080", "https://host")
    assert "s3cret" not in str(caught.value)
    monkeypatch.setattr(proxies, "find_spec", lambda name: importlib.machinery.ModuleSpec(name, None))
    proxies.check_proxy(f"{scheme}://user:s3cret@proxy:1080", "https://host")
