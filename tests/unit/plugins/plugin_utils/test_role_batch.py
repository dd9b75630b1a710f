# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a batch: defaults, types, and the workspace, which has none."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_batch import batch_from
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.role_variables import RoleVariables


def batch_of(check_mode=False, diff=False, **variables):
    raw = {f"register_targets_{name}": value for name, value in variables.items()}
    return batch_from(RoleVariables("web1", raw, lambda _name, raw: raw), check_mode, diff)


def test_defaults():
    batch = batch_of(workspace="shop")
    assert (batch.workspace, batch.state, batch.create_workspace, batch.verify) == ("shop", "present", True, "none")
    assert (batch.server_timeout, batch.max_workers, batch.rate_limit, batch.lines) == (300, 8, None, 500)
    assert (batch.check_mode, batch.diff, batch.description) == (False, False, None)


def test_types():
    batch = batch_of(True, True, workspace="shop", max_workers="4", rate_limit="1.5", create_workspace="no", batch="10")
    assert (batch.max_workers, batch.rate_limit, batch.create_workspace, batch.lines) == (4, 1.5, False, 10)
    assert (batch.check_mode, batch.diff) == (True, True)


@pytest.mark.parametrize(
    ("workspace", "query"),
    [("shop", 'up{job="shop"}'), ('a"b', 'up{job="a\\"b"}'), ("a\\b", 'up{job="a\\\\b"}')],
)
def test_the_query_is_that_of_the_workspace(workspace, query):
    assert batch_of(workspace=workspace).verify_query == query
    assert batch_of(workspace=workspace, verify_query="probe_success").verify_query == "probe_success"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "register_targets_workspace"),
        ({"workspace": "shop", "state": "gone"}, "register_targets_state must be one of present, absent"),
        ({"workspace": "shop", "verify": "yes"}, "register_targets_verify must be one of none, health, query"),
        ({"workspace": "shop", "batch": "many"}, "register_targets_batch 'many' is not a number"),
        ({"workspace": "shop", "max_workers": 65}, "max_workers must be between 1 and 64"),
        ({"workspace": "shop", "max_workers": "0"}, "max_workers must be between 1 and 64"),
        ({"workspace": "shop", "rate_limit": "0"}, "rate_limit must be more than 0"),
        ({"workspace": "shop", "rate_limit": "nan"}, "rate_limit must be more than 0"),
        ({"workspace": "shop", "server_timeout": -1}, "register_targets_server_timeout must be 0 or more"),
        ({"workspace": "shop", "verify_timeout": "-5"}, "register_targets_verify_timeout must be 0 or more"),
    ],
)
def test_what_is_refused(variables, words):
    with pytest.raises(SysmonError, match=words) as error:
        batch_of(**variables)
    assert error.value.kind == "config"
