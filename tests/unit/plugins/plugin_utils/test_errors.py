# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.errors import ansible_errors


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
