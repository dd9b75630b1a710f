# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of playbooks: unknown ones and facts that pose as such are refused."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.playbook_options import (
    PLAYBOOKS,
    check_playbook_facts,
    check_variables,
)


@pytest.mark.parametrize("playbook", sorted(PLAYBOOKS))
def test_its_own_variables_pass(playbook):
    check_variables(playbook, [*PLAYBOOKS[playbook], "other", "register_targets_port", f"x_{playbook}_y"])


@pytest.mark.parametrize(
    ("playbook", "name", "near"),
    [
        ("prune", "prune_workspaces", "prune_workspace"),
        ("prune", "prune_MAX_share", "prune_max_share"),
        ("drift", "drift_silent", "drift_silent_for"),
        ("drift", "register_host", "register_hosts"),
        ("register", "register_host", "register_hosts"),
        ("register", "register_port", "register_targets_port"),
        ("register", "deregister_workspace", "register_targets_workspace"),
        ("register", "deregister_hosts", "register_targets_hosts"),
        ("drift", "register_workspace", "register_targets_workspace"),
        ("export", "export_paths", "export_path"),
    ],
)
def test_others_are_refused(playbook, name, near):
    with pytest.raises(SysmonError, match=f"{name} is not a variable of {playbook}: did you mean {near}[?]") as caught:
        check_variables(playbook, [name])
    assert caught.value.kind == "config"


@pytest.mark.parametrize("playbook", ["register", "drift"])
def test_playbooks_with_hosts(playbook):
    check_variables(playbook, ["register_hosts"])


def test_playbooks_without_hosts():
    check_variables("prune", ["register_anything"])


@pytest.mark.parametrize("key", ["prune_max_share", "prune_", "register_hosts"])
def test_facts_are_no_options(key):
    with pytest.raises(SysmonError, match=f"web: its facts contain {key}"):
        check_playbook_facts("prune", "web", {"os_family": "Debian", key: 100})


def test_other_facts_pass():
    check_playbook_facts("prune", "web", {"os_family": "Debian", "drift_fail": 1})
