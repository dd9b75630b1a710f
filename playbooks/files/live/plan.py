# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run will do, told before anything is sent."""

from __future__ import annotations

from .settings import Settings


def plan(settings: Settings, report: str, state: str) -> str:
    if settings.clean:
        return "This run will delete what the run of %s left" % settings.clean
    if settings.sweep:
        return (
            "This run will delete the workspaces of region %s that earlier runs left over an hour ago" % settings.region
        )
    lines = [
        "This run will",
        "- create the workspaces %s and %s in region %s, and change only these"
        % (settings.name("b"), settings.name("a"), settings.region),
    ]
    if not settings.server:
        lines.append("- create no collection target: --server names a server for that")
    elif settings.fill_server:
        lines.append("- create collection targets on the server %s until no slot is free" % settings.server)
    else:
        lines.append("- create at most two collection targets at a time on the server %s" % settings.server)
    if settings.server:
        ports = [settings.dead_port, settings.good_port, settings.unavailable_port]
        lines.append("  (ports %s)" % ", ".join(str(port) for port in ports if port))
        lines.append(
            "- wait up to %g seconds for collections" % ((4 if settings.unavailable_port else 3) * settings.patience)
        )
    lines += [
        "- ask lists of this project, and send one request each with a wrong appkey, without one, and for another project",
        "- delete what it created, also after Ctrl-C",
        "- write the report %s row by row, and keep %s until all is deleted" % (report, state),
    ]
    return "\n".join(lines)
