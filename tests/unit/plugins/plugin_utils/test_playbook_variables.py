# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of a playbook: types, defaults, refusals."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.playbook_variables import playbook_options
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_variables import RoleVariables


def options(playbook, **raw):
    return playbook_options(playbook, RoleVariables("localhost", raw, lambda _name, value: value), raw)


def test_types_and_defaults():
    assert options("prune", prune_max_share="5", prune_protect="a*,b", prune_workspace="") == {
        "workspace": None,
        "silent_for": "24h",
        "max_share": 5.0,
        "protect": ["a*", "b"],
        "label": "instance",
    }
    assert options("drift", drift_fail="yes") == {"silent_for": None, "page": None, "fail": True}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"prune_max_share": "many"}, "prune_max_share"),
        ({"prune_shares": 1}, "prune_shares is not a variable"),
        ({"ansible_facts": {"prune_protect": "x"}}, "facts contain prune_protect"),
        ({"ansible_facts": {"nhncloud_sysmon_api_url": "x"}}, "facts contain nhncloud_sysmon_api_url"),
    ],
)
def test_refused(raw, message):
    with pytest.raises(SysmonError, match=message) as caught:
        options("prune", **raw)
    assert caught.value.kind == "config"
