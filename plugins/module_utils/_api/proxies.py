# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate the proxy that the environment names, before any request."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from urllib.parse import urlsplit

from .._errors import SysmonError


def check_proxy(proxy: str | None, base_url: str) -> None:
    """Reject proxy URLs for which requests would raise unclear errors.

    The message omits the proxy's URL, which may contain a password. Raises SysmonError of kind config.
    """
    if not proxy:
        return
    scheme, separator, _rest = proxy.lower().partition("://")
    try:
        parts = urlsplit(proxy if separator else f"http://{proxy}")
        host = parts.hostname or ""
        usable = bool(host) and " " not in host and parts.port != 0
    except ValueError:
        usable = False
    if not usable or (separator and not re.fullmatch("https?|socks[45][ah]?", scheme)):
        raise SysmonError(
            "config", f"The proxy that the environment names for {base_url} is not a URL like http://host:port."
        )
    if scheme.startswith("socks") and find_spec("socks") is None:
        raise SysmonError("config", f"The proxy for {base_url} is a SOCKS proxy: install PySocks for {sys.executable}.")
