# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export collection targets as YAML for sysmon_targets, and as JSON for Prometheus' file_sd_configs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from .._errors import SysmonError
from .._text import cleaned
from .hosts import parse_ip
from .survey import PlacedTarget, Survey
from .targets import Target
from .workspaces import DEFAULT_METRICS_PATH, Workspace

FILE_SD_NAMES = (".json", ".yml", ".yaml")


def check_export(path: str | None, file_sd: str | None) -> None:
    """Validate the paths. Raises SysmonError of kind config if both are missing, or Prometheus would not read ``file_sd``."""
    if not path and not file_sd:
        raise SysmonError("config", "Set export_path, export_file_sd or both: there is nothing to write.")
    if file_sd and not file_sd.endswith(FILE_SD_NAMES):
        raise SysmonError(
            "config", f"export_file_sd must end in {', '.join(FILE_SD_NAMES)}: Prometheus reads no other file."
        )
    if path and file_sd and _resolved(path) == _resolved(file_sd):
        raise SysmonError("config", "export_path and export_file_sd must be different files.")


def _resolved(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))


def to_yaml(workspace: Workspace, found: Survey) -> str:
    """YAML for sysmon_targets: targets with a listed server, without duplicates. The others become comments."""
    doubles = [each.target for each in found.listed if each.id in found.doubles]
    kept = [each.target for each in found.listed if each.id not in found.doubles]
    lines = [
        "---",
        "# Collection targets as nhncloud.sysmon.sysmon_targets takes them, also with purge: true.",
        f"workspace: {_quoted(workspace.name)}",
        "targets:" if kept else "targets: []",
    ]
    for target in _in_order(kept):
        lines += [f"  - host_id: {_quoted(str(target.host_id))} # {_names(target)}", f"    port: {target.port}"]
    lines += _comments("Duplicates, so listed once", doubles)
    lines += _comments("Orphaned (the server is not listed), so left out", [each.target for each in found.orphans])
    return "\n".join([*lines, ""])


def to_file_sd(workspace: Workspace, placed: Iterable[PlacedTarget]) -> str:
    """JSON for Prometheus' ``file_sd_configs``, with the labels that the service gives the series."""
    entries = []
    for target in _in_order(each.target for each in placed):
        address = parse_ip(str(target.ip))
        if address is None:
            continue
        labels = {
            "job": workspace.name,
            "nodename": target.hostname,
            "openmetrics_id": target.target_id,
            "__metrics_path__": workspace.metrics_path or DEFAULT_METRICS_PATH,
        }
        host = f"[{address}]" if address.version == 6 else str(address)
        known = {name: value for name, value in labels.items() if value}
        entries.append({"targets": [f"{host}:{target.port}"], "labels": known})
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def without_address(placed: Iterable[PlacedTarget]) -> list[Target]:
    """Targets without an IP address, which ``to_file_sd`` leaves out."""
    return [each.target for each in placed if parse_ip(str(each.target.ip)) is None]


def _in_order(targets: Iterable[Target]) -> list[Target]:
    return sorted(targets, key=lambda target: (target.hostname or "", target.port, str(target.target_id)))


def _comments(title: str, targets: list[Target]) -> list[str]:
    lines = [f"# host_id {target.host_id}, port {target.port}: {_names(target)}" for target in _in_order(targets)]
    return [f"# {title}:", *lines] if lines else []


def _names(target: Target) -> str:
    return cleaned(" ".join(text for text in (target.hostname, target.ip) if text))


def _quoted(text: str) -> str:
    """Text as a YAML scalar that Ansible does not template."""
    tag = "!unsafe " if "{" in text else ""
    return tag + '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"
