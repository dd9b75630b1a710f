# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the playbook export."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.export import (
    check_export,
    to_file_sd,
    to_yaml,
    without_address,
)
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import Server
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.survey import PlacedTarget, survey
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace

SHOP = Workspace("w1", "shop", metrics_path="/custom")
SERVERS = [Server(f"h{number}", f"web-{number}", f"10.0.0.{number}") for number in (1, 2)]


class Loader(yaml.SafeLoader):
    """Ansible's tag for text that is never a template."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def placed(*targets):
    return [PlacedTarget(SHOP, target) for target in targets]


def target(number, target_id, port=9100, **fields):
    known = {"hostname": f"web-{number}", "ip": f"10.0.0.{number}", "last_modified_at": target_id}
    return Target(f"h{number}", port, target_id=target_id, **{**known, **fields})


def test_listed_targets_once_and_the_others_as_comments():
    there = placed(target(2, "t2"), target(1, "t1"), target(1, "t9"), target(3, "t3"))
    text = to_yaml(SHOP, survey(there, SERVERS))
    assert yaml.safe_load(text) == {
        "workspace": "shop",
        "targets": [{"host_id": "h1", "port": 9100}, {"host_id": "h2", "port": 9100}],
    }
    assert "# Duplicates, so listed once:\n# host_id h1, port 9100: web-1 10.0.0.1\n" in text
    assert "# Orphaned (the server is not listed), so left out:\n# host_id h3, port 9100: web-3 10.0.0.3\n" in text


def test_nothing_to_export():
    assert yaml.safe_load(to_yaml(SHOP, survey([], SERVERS))) == {"workspace": "shop", "targets": []}


@pytest.mark.parametrize(
    "name",
    ["no", "1e5", "a: b # c", 'x"\\y', "{{ x }}", "{% x", "a\nb", "탭\t\x85\u2028\ud800", "\U0001f600", "- x", " "],
)
def test_a_name_stays_what_it_is(name):
    text = to_yaml(Workspace("w", name), survey([], []))
    assert yaml.load(text, Loader)["workspace"] == name
    assert ("!unsafe" in text) == ("{" in name)


def test_names_of_hosts_stay_in_their_comments():
    hostile = target(1, "t1", hostname="x\n  - host_id: evil\u2028y", ip=None)
    loaded = yaml.safe_load(to_yaml(SHOP, survey(placed(hostile), SERVERS)))
    assert loaded["targets"] == [{"host_id": "h1", "port": 9100}]


def test_file_sd():
    there = placed(target(2, "t2", ip="2001:DB8::2", port=9200), target(1, "t1"), target(3, "t3", hostname=None))
    assert json.loads(to_file_sd(SHOP, there)) == [
        {
            "targets": [address],
            "labels": {
                "job": "shop",
                "__metrics_path__": "/custom",
                "openmetrics_id": target_id,
                **({"nodename": name} if name else {}),
            },
        }
        for address, target_id, name in (
            ("10.0.0.3:9100", "t3", None),
            ("10.0.0.1:9100", "t1", "web-1"),
            ("[2001:db8::2]:9200", "t2", "web-2"),
        )
    ]


def test_targets_without_an_address():
    there = placed(target(1, "t1", ip="web.example"), target(2, "t2", ip=None))
    assert json.loads(to_file_sd(SHOP, there)) == []
    assert [each.target_id for each in without_address(there)] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("path", "file_sd", "message"),
    [
        (None, None, "nothing to write"),
        ("a.yml", "a.txt", "must end in"),
        ("a.yml", "a.yml", "different files"),
    ],
)
def test_refused(path, file_sd, message):
    with pytest.raises(SysmonError, match=message):
        check_export(path, file_sd)


@pytest.mark.parametrize("paths", [("a", None), (None, "a.json"), ("a.yml", "b.yaml")])
def test_accepted(paths):
    check_export(*paths)


@pytest.mark.parametrize("paths", [("x.yml", "./x.yml"), ("a/../x.yml", "x.yml"), ("~/x.yml", "{home}/x.yml")])
def test_one_file_by_two_paths(paths, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SysmonError, match="must be different files"):
        check_export(*(path.format(home=tmp_path) for path in paths))


def test_a_link_to_the_same_file(tmp_path):
    (tmp_path / "link.yml").symlink_to(tmp_path / "x.yml")
    with pytest.raises(SysmonError, match="must be different files"):
        check_export(str(tmp_path / "x.yml"), str(tmp_path / "link.yml"))
