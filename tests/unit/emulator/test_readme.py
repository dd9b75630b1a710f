# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README.md of the emulator names what there is, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import (
    admin,
    app,
    cli,
    fault,
    faults,
    options,
    process,
    service,
)

TEXT = Path(process.HERE, "README.md").read_text(encoding="utf-8")
OPTIONS = {option for action in cli.parser()._actions for option in action.option_strings if option.startswith("--")}


def test_options():
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= OPTIONS


@pytest.mark.parametrize("key", sorted({*faults.SELECTING, *faults.MATCHING, *fault.ACTING, *faults.CALLS}))
def test_keys_of_rules(key):
    assert re.search(r"`%s[`:]" % key, TEXT)


def test_paths():
    shown = {"/_emulator" + path for path in re.findall(r"[` ](?:/_emulator)?(/[a-z]+)(?=[`/])", TEXT)} - {
        "/_emulator/prometheus"
    }
    routes = app.App(service.Service(options.Options())).application().router.resources()
    own = {route.canonical for route in routes if route.canonical.startswith(admin.PREFIX)}
    assert {path for path in own if "{" not in path} <= shown


def test_a_target_of_another_region_is_accepted(emulate, api_of):
    emulator = emulate()
    emulator.add_server(hostId="far", region="jp")
    api = api_of(emulator.url)
    assert api.body("GET", "/servers") == []
    job = api.make_workspace()
    assert api.code("POST", "/jobs/%s/targets" % job, {"hostId": "far", "port": 1}) == 0
