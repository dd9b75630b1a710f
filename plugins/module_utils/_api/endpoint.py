# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""API endpoint from options: URL, appkey, TLS verification, proxies. Validated before any request."""

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
    """URL and credentials of the API. ``verify`` is requests' parameter: True, False or a CA path."""

    url: str
    app_key: str
    verify: bool | str
    use_proxies: bool


def option_value(options: Mapping[str, Any], name: str) -> Any:
    """Value of an option, else of its environment variable. Empty text counts as not set in both."""
    value = options.get(name)
    if value is None or value == "":
        value = os.environ.get(ENVIRONMENT[name])
    return None if value == "" else value


def endpoint_from(options: Mapping[str, Any], region: str | None) -> Endpoint:
    """Build the endpoint and register the appkey for redaction. Raises SysmonError of kind config."""
    app_key = str(option_value(options, "app_key"))
    remember(app_key)
    if not re.fullmatch(r"[!-~]+", app_key):
        raise config_error("app_key contains spaces, line breaks or non-ASCII characters.")
    url = option_value(options, "api_url")
    if url is None and region not in ENDPOINTS:
        raise config_error(
            f"region {region!r} is not one of {', '.join(ENDPOINTS)}; any other region needs api_url as well."
        )
    url = ENDPOINTS[str(region)] if url is None else str(url).rstrip("/")
    verify = _verify(options)
    plain_loopback = _check_url(url, bool(verify))
    if verify is True and url.startswith("https:"):
        _check_bundle()
    # A proxy would receive the appkey unencrypted, although it was meant for this machine only.
    return Endpoint(url, app_key, verify, use_proxies=not plain_loopback)


def _check_url(url: str, verified: bool) -> bool:
    """Reject URLs that could leak the appkey. Returns True for plain HTTP to a loopback address."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url):
        raise config_error("api_url is not a URL like https://host or https://host:port/path.")
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        raise config_error("api_url must not contain a user, a query or a fragment.")
    if parts.scheme == "https":
        return False
    if _is_loopback(host):
        return True
    if verified:
        raise config_error(
            f"api_url is http to {host}: the appkey would be sent unencrypted. Use https, or validate_certs: false."
        )
    return False


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    # Before Python 3.13, is_loopback is false for IPv4-mapped IPv6 addresses.
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback and "%" not in host


def _verify(options: Mapping[str, Any]) -> bool | str:
    checked = option_value(options, "validate_certs")
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
    ca_path = option_value(options, "ca_path")
    if ca_path is None:
        return True
    if not os.path.exists(ca_path):
        raise config_error(f"ca_path {ca_path!r} does not exist.")
    if os.path.isfile(ca_path):
        try:
            ssl.create_default_context(cafile=ca_path)
        except OSError:
            raise config_error(f"ca_path {ca_path!r} contains no readable PEM certificates.") from None
    return str(ca_path)


def _check_bundle() -> None:
    """Check the CA bundle that the environment names. requests would report it at the first request only."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(variable)
        if bundle:
            if not os.path.exists(bundle):
                raise config_error(f"The environment variable {variable} names {bundle!r}, which does not exist.")
            return


def config_error(message: str) -> SysmonError:
    """Error about an option."""
    return SysmonError("config", message)
