# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleAction, AnsibleError, AnsibleLookupError

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils import errors
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.errors import ansible_errors, without_repeated_error


@pytest.mark.parametrize("kind", [AnsibleError, AnsibleLookupError])
def test_failures_become_those_of_ansible(kind):
    with pytest.raises(kind, match=r"It failed\. Do this\.") as raised, ansible_errors(kind):
        raise SysmonError("auth", "It failed.", hint="Do this.")
    assert raised.type == kind
    with pytest.raises(kind, match="requests"), ansible_errors(kind):
        raise ImportError("requests (2.25 or newer)")


def test_other_exceptions_are_left_alone():
    with pytest.raises(KeyError), ansible_errors(AnsibleError):
        raise KeyError("x")


def test_what_ansible_would_print_twice_is_raised(monkeypatch):
    warned = []
    monkeypatch.setattr(errors.Display, "warning", lambda _self, text: warned.append(text))
    result = {"failed": True, "msg": "web1: no", "warnings": ["Look."]}
    monkeypatch.setattr(errors, "PRINTS_ERRORS", False)
    assert without_repeated_error(result) is result
    monkeypatch.setattr(errors, "PRINTS_ERRORS", True)
    assert without_repeated_error({"changed": True}) == {"changed": True}
    with pytest.raises(AnsibleAction) as raised:
        without_repeated_error(result)
    assert raised.value.result["msg"] == "web1: no"
    assert "web1" not in str(raised.value)
    assert warned == ["Look."]
