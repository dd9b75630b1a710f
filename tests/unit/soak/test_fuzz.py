# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from unittest import mock

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _text
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import unpack
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import module
from ansible_collections.nhncloud.sysmon.tests.soak.fuzz import fuzz


def test_hostile_answers():
    found = fuzz(1, 800)
    assert found.violations == []
    assert found.answers >= 800
    assert {"good", "protocol", "transport", "server", "query"} <= set(found.kinds)


PLANTS = {
    "keys in messages": mock.patch.object(_text, "redact", lambda text: text),
    "keys in results": mock.patch.object(module, "redact_data", lambda data: data),
    "a framing error of urllib3": mock.patch.object(
        unpack, "_pieces", lambda raw: raw.stream(99, decode_content=False)
    ),
}


@pytest.mark.parametrize("plant", sorted(PLANTS))
def test_planted_bug_is_found(plant):
    with PLANTS[plant]:
        assert fuzz(1, 20_000, most_violations=1).violations
