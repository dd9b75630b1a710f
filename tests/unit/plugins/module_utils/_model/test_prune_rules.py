# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every guard of sysmon_prune, as a table."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.prune_rules import (
    check_survey,
    protected_by,
    prune_rules_from,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget, survey
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w1", "shop")
SERVERS = [Server("h1", "web-1", "10.0.0.1"), Server("h2", "web-2", "10.0.0.2")]
OPTIONS = {
    "silent_for": "24h",
    "max_share": 20,
    "protect": None,
    "query": "up",
    "label": "instance",
    "max_workers": 8,
    "rate_limit": None,
}


def orphan(port):
    return Target("gone", port + 1, target_id=f"b{port}")


@pytest.mark.parametrize(
    ("listed", "orphans", "max_share", "refused"),
    [
        (4, 1, 20, False),
        (3, 1, 20, True),
        (50, 50, 20, True),
        (50, 50, 50, False),
        (0, 3, 100, False),
        (9, 0, 0, False),
        (999, 1, 0, True),
        (0, 0, 20, False),
        (999, 1, 0.1, False),
        (998, 2, 0.1, True),
        (9943, 57, 0.57, False),
        (9942, 58, 0.57, True),
        (0, 1, 0, True),
        (4, 1, 19.999, True),
    ],
)
def test_share(listed, orphans, max_share, refused):
    targets = [Target("h1", port + 1, target_id=f"a{port}") for port in range(listed)]
    targets += [orphan(port) for port in range(orphans)]
    found = survey([PlacedTarget(SHOP, target) for target in targets], SERVERS)
    rules = prune_rules_from({**OPTIONS, "max_share": max_share})
    if not refused:
        check_survey(found, len(SERVERS), rules)
        return
    with pytest.raises(SysmonError, match="max_share") as error:
        check_survey(found, len(SERVERS), rules)
    assert error.value.kind == "config"


def test_an_empty_server_list_refuses():
    for targets in ([], [orphan(0)]):
        found = survey([PlacedTarget(SHOP, target) for target in targets], [])
        with pytest.raises(SysmonError, match="server list is empty") as error:
            check_survey(found, 0, prune_rules_from({**OPTIONS, "max_share": 100}))
        assert error.value.kind == "config"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"max_share": -1}, "max_share"),
        ({"max_share": 101}, "max_share"),
        ({"max_share": float("nan")}, "max_share"),
        ({"max_workers": 0}, "max_workers"),
        ({"rate_limit": 0}, "rate_limit"),
        ({"silent_for": "never"}, "silent_for"),
        ({"silent_for": ""}, "silent_for"),
        ({"protect": ["db-*", " "]}, "protect"),
    ],
)
def test_refused_options(changed, words):
    with pytest.raises(SysmonError, match=words) as error:
        prune_rules_from({**OPTIONS, **changed})
    assert error.value.kind == "config"


@pytest.mark.parametrize(
    ("name", "pattern", "protected"),
    [
        ("db-1", "db-*", True),
        ("DB-1", "db-?", True),
        ("db-10", "db-?", False),
        ("adb-1", "db-*", False),
        ("a.b", "a?b", True),
        ("axb", "a.b", False),
        ("[a]", "[a]", True),
        ("a", "[a]", False),
    ],
)
def test_patterns(name, pattern, protected):
    assert bool(protected_by(Target("h", 1, hostname=name), [pattern])) is protected
