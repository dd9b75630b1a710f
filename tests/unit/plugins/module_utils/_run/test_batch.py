# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of a batch cannot be changed while it runs."""

from __future__ import annotations

import dataclasses

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.batch import Batch


def test_frozen():
    assert Batch.__dataclass_params__.frozen
    assert {"workspace", "verify", "check_mode"} <= {field.name for field in dataclasses.fields(Batch)}
