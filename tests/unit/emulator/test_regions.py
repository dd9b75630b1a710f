# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

WORKSPACE = {"jobName": "web", "metricsPath": "/metrics"}


def names(api, region, path="/jobs", key="jobName"):
    api.session.headers["X-SYSMON-REGION"] = region
    return [record[key] for record in api.body("GET", path)]


def test_regions_are_kept_apart(api_of):
    with Emulator() as emulator:
        api = api_of(emulator.url)
        made = api.make_workspace()
        assert (names(api, "kr"), names(api, "jp"), names(api, "kr2")) == (["web"], [], [])
        api.session.headers["X-SYSMON-REGION"] = "jp"
        assert api.make_workspace() != made
        assert api.code("POST", "/jobs", WORKSPACE) == -40001
        assert (names(api, "kr"), names(api, "jp"), names(api, "us")) == (["web"], ["web"], [])
        api.body("DELETE", "/jobs/%s" % made)
        assert (names(api, "kr"), names(api, "jp")) == ([], ["web"])


def test_shared_regions(api_of):
    with Emulator(servers=1, regions="shared") as emulator:
        api = api_of(emulator.url)
        api.make_workspace()
        api.session.headers["X-SYSMON-REGION"] = "jp"
        assert api.code("POST", "/jobs", WORKSPACE) == -40001
        assert names(api, "us") == ["web"]
        assert len(api.body("GET", "/servers")) == 1


def test_servers_have_a_region_and_a_restart_keeps_it(tmp_path, api_of):
    path = tmp_path / "servers.json"
    path.write_text(json.dumps([{"hostNm": "a"}, {"hostNm": "b", "region": "jp"}]), encoding="utf-8")
    for _start in range(2):
        with Emulator(servers_file=str(path), state=str(tmp_path / "state")) as emulator:
            api = api_of(emulator.url)
            if _start == 0:
                emulator.add_server(hostNm="c", region="us")
                emulator.add_workspace(jobName="w", region="us")
            found = {region: names(api, region, "/servers", "hostNm") for region in ("kr", "kr2", "jp", "us")}
            assert found == {"kr": ["a"], "kr2": [], "jp": ["b"], "us": ["c"]}
            assert (names(api, "us"), names(api, "kr")) == (["w"], [])
            assert "region" not in api.body("GET", "/servers")[0]


def test_an_unknown_region_is_refused():
    with Emulator() as emulator, pytest.raises(ValueError, match="region is one of"):
        emulator.add_server(region="mars")
