# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.change import Change, Plan
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target

OLD, NEW = Target("h", 1, hostname="a", ip="10.0.0.1", target_id="t"), Target("h", 2, hostname="a", ip="10.0.0.1")


def shown(port):
    return {"hostname": "a", "ip": "10.0.0.1", "port": port}


def test_nothing_to_do():
    plan = Plan(kept=(OLD,))
    assert (plan.changed, plan.before(), plan.after()) == (False, [], [])


def test_create_delete_and_replace():
    plan = Plan((Change(OLD, None), Change(None, NEW), Change(OLD, NEW)))
    assert plan.changed is True
    assert plan.before() == [shown(1), shown(1)]
    assert plan.after() == [shown(2), shown(2)]
