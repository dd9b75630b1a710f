# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A template is rendered; that it fails does not matter."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import preload


@pytest.mark.parametrize("fails", [False, True])
def test_a_template_is_rendered(monkeypatch, fails):
    rendered = []

    class Templar:
        def __init__(self, loader):
            pass

        def template(self, text):
            rendered.append(text)
            if fails:
                raise AnsibleError("no")

    monkeypatch.setattr(preload, "Templar", Templar)
    preload.preload()
    assert rendered == ["{{ nothing is defined or nothing | default('') }}"]


def test_with_ansible_itself():
    preload.preload()
