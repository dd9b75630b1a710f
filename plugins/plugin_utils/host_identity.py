# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that the role runs on the host itself: its exporter and its instance id."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any

from ..module_utils._errors import SysmonError

RunModule = Callable[[str, dict[str, Any]], dict[str, Any]]

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
WHAT_TO_CHECK = "Check that it runs there, register_targets_port and register_targets_metrics_path."
_FILES = {"cloud-init": "/var/lib/cloud/data/instance-id", "the firmware": "/sys/class/dmi/id/product_uuid"}


def check_exporter(run_module: RunModule, host: str, address: str, ports: Sequence[Any], path: str) -> None:
    """Request the exporter's metrics page on each port. Raises SysmonError of kind config if one does not respond."""
    silent = []
    for port in ports:
        url = f"http://{address}:{port}{path}"
        answer = run_module("ansible.builtin.uri", {"url": url, "use_proxy": False, "timeout": 10})
        if answer.get("status") != 200:
            silent.append(f"Port {port}: {_reason(answer)}")
    if silent:
        message = f"{host}: the exporter did not respond on the host itself. {'; '.join(silent)}. {WHAT_TO_CHECK}"
        raise SysmonError("config", message)


def instance_id(run_module: RunModule, host: str, url: str) -> tuple[str, str]:
    """The instance id and its source: the metadata service, else cloud-init, else the firmware.

    NHN Cloud Compute is OpenStack Nova; the vendor does not document the metadata URL. Raises SysmonError of kind
    config if no source has a UUID.
    """
    arguments = {"url": url, "use_proxy": False, "timeout": 5, "return_content": True}
    answer = run_module("ansible.builtin.uri", arguments)
    document = answer.get("json")
    found = str(document.get("uuid") or "") if isinstance(document, dict) else ""
    if _UUID.fullmatch(found):
        return found, "the metadata service"
    tried = [f"the metadata service at {url}: {_reason(answer) if document is None else 'no UUID'}"]
    for source, path in _FILES.items():
        answer = run_module("ansible.builtin.slurp", {"src": path})
        content = answer.get("content")
        found = b64decode(content).decode(errors="replace").strip() if content else ""
        if _UUID.fullmatch(found):
            return found, source
        tried.append(f"{source} ({path}): {_reason(answer) if content is None else 'no UUID'}")
    raise SysmonError(
        "config",
        f"{host}: its instance id is not known. Tried: {'; '.join(tried)}."
        " Set register_targets_identity, or choose another register_targets_match.",
    )


def _reason(answer: dict[str, Any]) -> str:
    return " ".join(str(answer.get("msg") or "no response").split())[:200].rstrip(".")
