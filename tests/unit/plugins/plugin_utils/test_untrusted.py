# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible import context
from ansible.cli.inventory import InventoryCLI
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data

PLAIN = ["web-1", "", "a b", "}}", "10.0.0.1", "웹"]
SUSPICIOUS = ["{{ 7 * 6 }}", "{% if true %}x{% endif %}", "{# gone #}", "#jinja2: variable_start_string: '[['\n[[ 7 ]]"]


@pytest.mark.parametrize("text", [*PLAIN, *SUSPICIOUS])
def test_is_never_a_template(text):
    templar = Templar(loader=DataLoader(), variables={"text": as_data(text)})
    assert templar.template(as_data(text)) == text
    assert templar.template(as_data([{"deep": [text]}])) == [{"deep": [text]}]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_prints_plainly(text, monkeypatch):
    monkeypatch.setattr(context, "CLIARGS", {"yaml": False, "toml": False})
    printed = InventoryCLI.dump({"_meta": {"hostvars": {"host": {"text": as_data(text), "deep": as_data([text])}}}})
    assert json.loads(printed)["_meta"]["hostvars"]["host"] == {"text": text, "deep": [text]}


@pytest.mark.parametrize("value", [None, 1, True, 1.5, [], {}])
def test_other_values_stay_as_they_are(value):
    assert as_data(value) == value
    assert type(as_data(value)) is type(value)
