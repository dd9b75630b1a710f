# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs that modules share. The documentation fragments of the same names describe them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleFallbackNotFound

from .._api.connect import ENVIRONMENT
from .._errors import SysmonError

Spec = dict[str, dict[str, Any]]


def _environment(name: str) -> Any:
    """Like Ansible's env_fallback, but an empty variable counts as not set: AWX injects empty variables."""
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _fallback(option: str) -> tuple[Any, list[str]]:
    return (_environment, [ENVIRONMENT[option]])


def connection() -> Spec:
    """Connection options of every module."""
    return {
        "app_key": {"type": "str", "no_log": True, "fallback": _fallback("app_key")},
        "project_id": {"type": "str", "fallback": _fallback("project_id")},
        "region": {"type": "str", "fallback": _fallback("region")},
        "api_url": {"type": "str", "fallback": _fallback("api_url")},
        "validate_certs": {"type": "bool", "default": True, "fallback": _fallback("validate_certs")},
        "ca_path": {"type": "path", "fallback": _fallback("ca_path")},
        "timeout": {"type": "int", "default": 30},
        "retries": {"type": "int", "default": 4},
    }


def without_empty(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters without connection options that are empty text, which counts as not set."""
    return {name: value for name, value in params.items() if value != "" or name not in connection()}


def check_numbers(params: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> None:
    """Reject booleans, which Ansible takes for numbers. Raises SysmonError of kind config."""
    for name, option in spec.items():
        value = params.get(name)
        if option.get("type") in ("int", "float") and isinstance(value, bool):
            raise SysmonError("config", f"{name} must be a number, not {value}.")
        for entry in value if "options" in option and isinstance(value, list) else ():
            check_numbers(entry, option["options"])


def workspace_reference() -> Spec:
    """Options for the workspace of the targets."""
    return {"workspace": {"type": "str"}, "workspace_id": {"type": "str"}}


def waiting() -> Spec:
    """Options for waiting until servers are listed and targets are collected."""
    return {
        "server_timeout": {"type": "int", "default": 0},
        "wait": {"type": "bool", "default": False},
        "wait_timeout": {"type": "int", "default": 300},
    }


def state() -> Spec:
    """Option for whether the thing should exist."""
    return {"state": {"type": "str", "default": "present", "choices": ["present", "absent"]}}


def host_selector(ip: dict[str, Any]) -> Spec:
    """Options for the server of a target; ``ip`` is the spec of the option ip."""
    return {"host_id": {"type": "str"}, "hostname": {"type": "str"}, "ip": ip, "instance_id": {"type": "str"}}


_WORKSPACE = ("workspace", "workspace_id")
_HOST = ("host_id", "hostname", "ip", "instance_id")

ONE_WORKSPACE = {"required_one_of": [_WORKSPACE], "mutually_exclusive": [_WORKSPACE]}
ONE_HOST = {"required_one_of": [_HOST], "mutually_exclusive": [_HOST]}
ONE_WORKSPACE_ONE_HOST = {"required_one_of": [_WORKSPACE, _HOST], "mutually_exclusive": [_WORKSPACE, _HOST]}
