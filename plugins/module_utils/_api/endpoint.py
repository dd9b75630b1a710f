# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where requests go and how they are protected: URL, certificates, proxies. Checked before a request is sent."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .._errors import SysmonError
from .._secrets import remember
from .regions import ENDPOINTS

ENVIRONMENT = {
    "app_key": "NHNCLOUD_SYSMON_APP_KEY",
    "project_id": "NHNCLOUD_SYSMON_PROJECT_ID",
    "region": "NHNCLOUD_SYSMON_REGION",
    "api_url": "NHNCLOUD_SYSMON_API_URL",
    "validate_certs": "NHNCLOUD_SYSMON_VALIDATE_CERTS",
    "ca_path": "NHNCLOUD_SYSMON_CA_PATH",
}


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and with what."""

    url: str
    app_key: str
    verify: bool | str
    use_proxies: bool


def given(options: Mapping[str, Any], name: str) -> Any:
    """An option, else its environment variable; empty text in either counts as not set."""
    value = options.get(name)
    if value is None or value == "":
        value = os.environ.get(ENVIRONMENT[name])
    return None if value == "" else value


def endpoint_from(options: Mapping[str, Any], region: str | None) -> Endpoint:
    app_key = str(given(options, "app_key"))
    remember(app_key)
    if not re.fullmatch(r"[!-~]+", app_key):
        raise config_error("app_key holds blanks, line breaks or characters that are not ASCII.")
    url = given(options, "api_url")
    if url is None and region not in ENDPOINTS:
        raise config_error(
            f"region {region!r} is not one of {', '.join(ENDPOINTS)}; another one needs api_url as well."
        )
    url = ENDPOINTS[str(region)] if url is None else str(url).rstrip("/")
    verify = _verify(options)
    plain_loopback = _check_url(url, bool(verify))
    if verify is True and url.startswith("https:"):
        _check_bundle()
    # A proxy would carry the appkey in clear away from the machine that it was not to leave.
    return Endpoint(url, app_key, verify, use_proxies=not plain_loopback)


def _check_url(url: str, verified: bool) -> bool:
    """Refuse what could give the appkey away; true for plain http to this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url):
        raise config_error("api_url is not a URL like https://host or https://host:port/path.")
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        raise config_error("api_url holds a user, a query or a fragment.")
    if parts.scheme == "https":
        return False
    if _is_loopback(host):
        return True
    if verified:
        raise config_error(
            f"api_url is http to {host}: the appkey would travel in clear. Use https, or validate_certs: false."
        )
    return False


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    # Python before 3.13 does not look into an IPv4 address that is mapped into IPv6.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback and "%" not in host


def _verify(options: Mapping[str, Any]) -> bool | str:
    checked = given(options, "validate_certs")
    if isinstance(checked, str):
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        checked = words.get(checked.strip().lower())
        if checked is None:
            raise config_error(f"validate_certs ({ENVIRONMENT['validate_certs']}) is neither true nor false.")
    if checked is False:
        return False
    ca_path = given(options, "ca_path")
    if ca_path is None:
        return True
    if not os.path.exists(ca_path):
        raise config_error(f"ca_path {ca_path!r} does not exist.")
    if os.path.isfile(ca_path):
        try:
            ssl.create_default_context(cafile=ca_path)
        except OSError:
            raise config_error(f"ca_path {ca_path!r} cannot be read as certificates in PEM form.") from None
    return str(ca_path)


def _check_bundle() -> None:
    """The environment's choice of authorities, which requests finds at the first request only."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(variable)
        if bundle:
            if not os.path.exists(bundle):
                raise config_error(f"The environment variable {variable} names {bundle!r}, which does not exist.")
            return


def config_error(message: str) -> SysmonError:
    """What is wrong with an option."""
    return SysmonError("config", message)
