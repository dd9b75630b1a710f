# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build clients from options; validate everything that needs no request."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._errors import SysmonError
from .._secrets import remember
from .._text import ID
from .client import Client
from .rate_limit import RateLimiter
from .regions import ENDPOINTS, normalise
from .transport import Transport, require_requests

if TYPE_CHECKING:
    from .prometheus import PrometheusClient

# Must equal the version in galaxy.yml; a unit test holds it there.
VERSION = "1.0.0"
USER_AGENT = f"nhncloud.sysmon/{VERSION}"

# A day: the operating system refuses times that are much longer.
LONGEST_TIMEOUT = 86400

ENVIRONMENT = {
    "app_key": "NHNCLOUD_SYSMON_APP_KEY",
    "project_id": "NHNCLOUD_SYSMON_PROJECT_ID",
    "region": "NHNCLOUD_SYSMON_REGION",
    "api_url": "NHNCLOUD_SYSMON_API_URL",
    "validate_certs": "NHNCLOUD_SYSMON_VALIDATE_CERTS",
    "ca_path": "NHNCLOUD_SYSMON_CA_PATH",
}


def connect(options: Mapping[str, Any], *, connections: int = 1, rate: float | None = None) -> Client:
    """A client for workspaces, targets and servers. Raises SysmonError of kind config, or ImportError."""
    require_requests()
    _require(options, "app_key", "project_id", "region")
    project_id = str(given(options, "project_id"))
    if not ID.fullmatch(project_id):
        raise _config("project_id holds letters, digits, '-' and '_' only.")
    region = _region(str(given(options, "region")))
    endpoint = _endpoint(options, region)
    timeout, retries = _limits(options)
    return Client(
        endpoint.transport(timeout, connections),
        project_id=project_id,
        region=region,
        timeout=timeout,
        retries=retries,
        limiter=RateLimiter(rate),
    )


def connect_prometheus(options: Mapping[str, Any]) -> PrometheusClient:
    """A client for PromQL, which needs neither project nor, with api_url, a region. Raises as ``connect``."""
    from .prometheus import (  # Ansible compiles each import anew, and most modules do without this one
        LARGEST_ANSWER,
        PrometheusClient,
    )

    require_requests()
    _require(options, "app_key", *(["region"] if given(options, "api_url") is None else []))
    region = given(options, "region")
    endpoint = _endpoint(options, None if region is None else _region(str(region)))
    timeout, retries = _limits(options)
    return PrometheusClient(
        endpoint.transport(timeout, 1, LARGEST_ANSWER), timeout=timeout, retries=retries, limiter=RateLimiter()
    )


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and with what."""

    url: str
    app_key: str
    verify: bool | str
    use_proxies: bool

    def transport(self, timeout: int, connections: int, largest: int | None = None) -> Transport:
        """A new session for it."""
        return Transport(
            self.url,
            {"X-TC-APP-KEY": self.app_key, "User-Agent": USER_AGENT},
            timeout=timeout,
            verify=self.verify,
            connections=connections,
            use_proxies=self.use_proxies,
            **({} if largest is None else {"largest": largest}),
        )


def given(options: Mapping[str, Any], name: str) -> Any:
    """An option, else its environment variable; empty text in either counts as not set."""
    value = options.get(name)
    if value is None or value == "":
        value = os.environ.get(ENVIRONMENT[name])
    return None if value == "" else value


def _require(options: Mapping[str, Any], *names: str) -> None:
    """Name all that is missing at once, so that nobody has to come back for the next."""
    missing = [name for name in names if given(options, name) is None]
    variables = [ENVIRONMENT[name] for name in missing]
    if len(missing) == 1:
        raise _config(
            f"{missing[0]} is not set: give the option {missing[0]} or the environment variable {variables[0]}."
        )
    if missing:
        raise _config(
            f"{_listed(missing)} are not set: give the options or the environment variables {_listed(variables)}."
        )


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _endpoint(options: Mapping[str, Any], region: str | None) -> Endpoint:
    app_key = str(given(options, "app_key"))
    remember(app_key)
    if not re.fullmatch(r"[!-~]+", app_key):
        raise _config("app_key holds blanks, line breaks or characters that are not ASCII.")
    url = given(options, "api_url")
    if url is None and region not in ENDPOINTS:
        raise _config(f"region {region!r} is not one of {', '.join(ENDPOINTS)}; another one needs api_url as well.")
    url = ENDPOINTS[str(region)] if url is None else str(url).rstrip("/")
    verify = _verify(options)
    plain_loopback = _check_url(url, bool(verify))
    if verify is True and url.startswith("https:"):
        _check_bundle()
    # A proxy would carry the appkey in clear away from the machine that it was not to leave.
    return Endpoint(url, app_key, verify, use_proxies=not plain_loopback)


def _region(value: str) -> str:
    region = normalise(value)
    if not ID.fullmatch(region):
        raise _config(f"region {region!r} is not a region code.")
    return region


def _check_url(url: str, verified: bool) -> bool:
    """Refuse what could give the appkey away; true for plain http to this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not re.fullmatch(r"[!-~]+", url):
        raise _config("api_url is not a URL like https://host or https://host:port/path.")
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        raise _config("api_url holds a user, a query or a fragment.")
    if parts.scheme == "https":
        return False
    if _is_loopback(host):
        return True
    if verified:
        raise _config(
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
            raise _config(f"validate_certs ({ENVIRONMENT['validate_certs']}) is neither true nor false.")
    if checked is False:
        return False
    ca_path = given(options, "ca_path")
    if ca_path is None:
        return True
    if not os.path.exists(ca_path):
        raise _config(f"ca_path {ca_path!r} does not exist.")
    if os.path.isfile(ca_path):
        try:
            ssl.create_default_context(cafile=ca_path)
        except OSError:
            raise _config(f"ca_path {ca_path!r} cannot be read as certificates in PEM form.") from None
    return str(ca_path)


def _check_bundle() -> None:
    """The environment's choice of authorities, which requests finds at the first request only."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(variable)
        if bundle:
            if not os.path.exists(bundle):
                raise _config(f"The environment variable {variable} names {bundle!r}, which does not exist.")
            return


def _limits(options: Mapping[str, Any]) -> tuple[int, int]:
    timeout, retries = int(options["timeout"]), int(options["retries"])
    if not 1 <= timeout <= LONGEST_TIMEOUT:
        raise _config(f"timeout is between 1 and {LONGEST_TIMEOUT} seconds.")
    if retries < 0:
        raise _config("retries is 0 or more.")
    return timeout, retries


def _config(message: str) -> SysmonError:
    return SysmonError("config", message)
