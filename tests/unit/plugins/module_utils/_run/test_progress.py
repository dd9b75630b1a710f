# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of progress."""

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import progress
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.progress import Progress


def test_a_line_for_every_so_many_writes():
    shown = []
    told = Progress(shown.append, 2)
    for _number in range(5):
        told.written()
    assert shown == ["2 targets written.", "4 targets written."]


def test_signs_of_life(monkeypatch):
    monkeypatch.setattr(progress, "WAITING_INTERVAL", 0)
    shown = []
    told = Progress(shown.append)
    told.waiting(["web1 port 9100", "web2"], "targets")
    told.waiting([], "targets")
    told.written()
    assert shown == ["Waiting for 2 targets, first web1 port 9100."]


def test_silence(monkeypatch):
    shown = []
    Progress(shown.append).waiting(["web1"], "targets")  # not yet
    monkeypatch.setattr(progress, "WAITING_INTERVAL", 0)
    Progress().waiting(["web1"], "targets")
    Progress(None, 1).written()
    assert shown == []
