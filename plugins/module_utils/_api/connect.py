# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build clients from options; validate everything that needs no request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._text import ID
from .client import Client
from .endpoint import ENVIRONMENT, Endpoint, config_error, endpoint_from, option_value
from .rate_limit import RateLimiter
from .regions import normalise
from .transport import Transport, require_requests

if TYPE_CHECKING:
    from .prometheus import PrometheusClient

# Must equal the version in galaxy.yml; a unit test compares them.
VERSION = "1.0.0"
USER_AGENT = f"nhncloud.sysmon/{VERSION}"

# One day, in seconds: the operating system refuses much longer socket timeouts.
LONGEST_TIMEOUT = 86400


def connect(options: Mapping[str, Any], *, connections: int = 1, rate: float | None = None) -> Client:
    """Build the client for workspaces, targets and servers.

    ``connections`` is the number of parallel requests, ``rate`` their maximum per second. Raises SysmonError of kind
    config, or ImportError if requests is missing.
    """
    require_requests()
    _require(options, "app_key", "project_id", "region")
    project_id = str(option_value(options, "project_id"))
    if not ID.fullmatch(project_id):
        raise config_error("project_id may contain only letters, digits, '-' and '_'.")
    region = _region(str(option_value(options, "region")))
    endpoint = endpoint_from(options, region)
    timeout, retries = _limits(options)
    return Client(
        _transport(endpoint, timeout, connections),
        project_id=project_id,
        region=region,
        timeout=timeout,
        retries=retries,
        limiter=RateLimiter(rate),
    )


def connect_prometheus(options: Mapping[str, Any]) -> PrometheusClient:
    """Build the client for PromQL. It needs no project, and no region if api_url is set. Raises as ``connect``."""
    from .prometheus import (  # Ansible compiles every import of a module, and most modules do not need this one
        LARGEST_ANSWER,
        PrometheusClient,
    )

    require_requests()
    _require(options, "app_key", *(["region"] if option_value(options, "api_url") is None else []))
    region = option_value(options, "region")
    endpoint = endpoint_from(options, None if region is None else _region(str(region)))
    timeout, retries = _limits(options)
    return PrometheusClient(
        _transport(endpoint, timeout, 1, largest=LARGEST_ANSWER),
        timeout=timeout,
        retries=retries,
        limiter=RateLimiter(),
    )


def _transport(endpoint: Endpoint, timeout: int, connections: int, **bounds: int) -> Transport:
    return Transport(
        endpoint.url,
        {"X-TC-APP-KEY": endpoint.app_key, "User-Agent": USER_AGENT},
        timeout=timeout,
        verify=endpoint.verify,
        connections=connections,
        use_proxies=endpoint.use_proxies,
        **bounds,
    )


def _require(options: Mapping[str, Any], *names: str) -> None:
    """Report all missing options in one error."""
    missing = [name for name in names if option_value(options, name) is None]
    variables = [ENVIRONMENT[name] for name in missing]
    if len(missing) == 1:
        raise config_error(
            f"{missing[0]} is not set: give the option {missing[0]} or the environment variable {variables[0]}."
        )
    if missing:
        raise config_error(
            f"{_listed(missing)} are not set: give the options or the environment variables {_listed(variables)}."
        )


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _region(value: str) -> str:
    region = normalise(value)
    if not ID.fullmatch(region):
        raise config_error(f"region {region!r} is not a region code.")
    return region


def _limits(options: Mapping[str, Any]) -> tuple[int, int]:
    timeout, retries = int(options["timeout"]), int(options["retries"])
    if not 1 <= timeout <= LONGEST_TIMEOUT:
        raise config_error(f"timeout must be between 1 and {LONGEST_TIMEOUT} seconds.")
    if retries < 0:
        raise config_error("retries must be 0 or more.")
    return timeout, retries
