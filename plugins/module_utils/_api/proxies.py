# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy that the environment names, looked at before a request is sent."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from urllib.parse import urlsplit

from .._errors import SysmonError


def check_proxy(proxy: str | None, base_url: str) -> None:
    """Refuse what requests stumbles over in ways of its own. A proxy's URL may hold a password, and is not shown."""
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
        raise SysmonError("config", f"The proxy for {base_url} speaks SOCKS: install PySocks for {sys.executable}.")
