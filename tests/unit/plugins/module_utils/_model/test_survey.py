# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server list says about targets."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget, survey, unique
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP, OFFICE = Workspace("w1", "shop"), Workspace("w2", "office")


def placed(target_id, host_id="h1", workspace=SHOP, at="2026-01-01T00:00:00", **fields):
    return PlacedTarget(
        workspace, Target(host_id, fields.pop("port", 9100), target_id=target_id, last_modified_at=at, **fields)
    )


def test_listed_and_orphaned():
    found = survey([placed("t1"), placed("t2", "h2")], [Server("h1")])
    assert [each.target.target_id for each in found.listed] == ["t1"]
    assert [each.target.target_id for each in found.orphans] == ["t2"]
    assert (found.size, found.doubles, found.replaced) == (2, {}, {})


@pytest.mark.parametrize(
    ("hostname", "ip", "replaced"),
    [
        ("web-1", "10.0.0.1", True),
        ("WEB-1", "::ffff:10.0.0.1", True),
        ("web-1", "10.0.0.2", False),
        ("web-2", "10.0.0.1", False),
        ("web-1", None, False),
        (None, "10.0.0.1", False),
        (None, None, False),
        ("web-1", "nonsense", False),
    ],
)
def test_replaced(hostname, ip, replaced):
    # Name and address of one server; of two servers they would prove nothing.
    servers = [Server("h9", "web-1", "10.0.0.1"), Server("h8", "web-2", "10.0.0.2"), Server("h7", None, "10.0.0.3")]
    found = survey([placed("t1", "h1", hostname=hostname, ip=ip)], servers)
    assert set(found.replaced) == ({("w1", "t1")} if replaced else set())


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "0::0"])
def test_the_unspecified_address_is_that_of_nobody(address):
    found = survey([placed("t1", "h1", hostname="web", ip=address)], [Server("h9", "web", address)])
    assert found.replaced == {}


@pytest.mark.parametrize(("one", "other"), [("aB1", "Ab1"), ("0b1e-F" * 6, "0B1E-f" * 6)])
def test_another_case_of_an_id_makes_no_orphan(one, other):
    found = survey([placed("t1", one)], [Server(other)])
    assert (len(found.listed), found.orphans) == (1, [])


@pytest.mark.parametrize(
    ("times", "stays"),
    [
        (("2026-01-02T00:00:00", "2026-01-01T00:00:00", "2026-01-03T00:00:00"), "b"),
        (("2026-01-01T00:00:00",) * 3, "a"),
        ((None, "2026-01-01T00:00:00", None), "b"),
        ((None, None, None), "a"),
    ],
)
def test_doubles(times, stays):
    found = survey([placed(name, at=at) for name, at in zip("abc", times)], [Server("h1")])
    assert set(found.doubles) == {("w1", name) for name in set("abc") - {stays}}
    assert {target.target_id for target in found.doubles.values()} == {stays}


@pytest.mark.parametrize("other", [{"port": 9200}, {"workspace": OFFICE}, {"host_id": "h2"}])
def test_no_doubles(other):
    assert survey([placed("a"), placed("b", **other)], [Server("h1")]).doubles == {}


def test_a_uuid_in_another_case_doubles():
    uuid = "0b8e2c11-6a3e-4a57-9c43-aabbccddeeff"
    found = survey([placed("a", uuid), placed("b", uuid.upper())], [Server(uuid)])
    assert set(found.doubles) == {("w1", "b")}


def test_a_target_that_is_listed_twice_is_one():
    once = [placed("a"), placed("a", workspace=OFFICE)]
    assert unique([once[0], once[0], once[1]]) == once
