# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress goes where it does not break what a machine reads."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import display


@pytest.mark.parametrize(("callback", "stderr"), [("default", False), ("ansible.posix.json", True)])
def test_show(monkeypatch, callback, stderr):
    shown = []
    monkeypatch.setattr(display.C.config, "get_config_value", lambda _name: callback)
    monkeypatch.setattr(display.Display, "display", lambda _self, text, stderr: shown.append((text, stderr)))
    display.show("line")
    assert shown == [("line", stderr)]
