# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's variables stand in its argument spec and in the code."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.playbook_options import PLAYBOOKS

ROLE = Path(__file__).parents[3] / "roles/fleet_page"


def test_variables():
    text = (ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    known = PLAYBOOKS["fleet_page"]
    assert set(told) == set(known)
    for name, option in known.items():
        assert told[name].get("default") == option.get("default")
        assert told[name].get("required") == option.get("required")


def test_the_page_loads_nothing():
    page = (ROLE / "templates/page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src", "")
    assert "http" not in page.partition("-->")[2].replace("http-equiv", "")
