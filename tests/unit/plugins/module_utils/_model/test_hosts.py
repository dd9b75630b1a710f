# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import (
    Directory,
    Selector,
    Server,
    comparable,
    parse_ip,
    resolve_server,
    with_overview,
)

UUID = "2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11"
SERVERS = [
    Server("h1", "Web-1", "10.0.0.1", "p", UUID),
    Server("h2", "web-2.example", "10.0.0.2", "p", "i-2"),
    Server("h3", "twin", "10.0.0.3", "p", "i-3"),
    Server("h4", "TWIN", "10.0.0.4", "p", "i-4"),
    Server("h5", "six", "2001:db8::5", "p", "i-5"),
    Server("h6", "mapped", "::ffff:10.0.0.6", "p", "i-6"),
    Server("h7", None, None, None, None),
    Server("H1", "other-case", "10.0.0.8", "p", "i-8"),
    Server(UUID, "uuid", "10.0.0.9", "p", "i-9"),
    Server("h2", "web-2.example", "10.0.0.2", "p", "i-2"),  # the listing has it twice
]


@pytest.mark.parametrize(
    ("by", "values", "host_id"),
    [
        ("host_id", ["h1"], "h1"),
        ("host_id", ["H1"], "H1"),  # an id that is no UUID is compared as it is
        ("host_id", [UUID.upper()], UUID),
        ("hostname", ["web-1"], "h1"),
        ("hostname", ["WEB-2.EXAMPLE"], "h2"),
        ("instance_id", [UUID.upper()], "h1"),
        ("instance_id", ["i-2"], "h2"),
        ("ip", ["10.0.0.1"], "h1"),
        ("ip", ["::ffff:10.0.0.1"], "h1"),
        ("ip", ["2001:DB8:0:0::5"], "h5"),
        ("ip", ["10.0.0.6"], "h6"),
        ("ip", ["192.0.2.1", "10.0.0.2", "fe80::1"], "h2"),
        ("ip", ["10.0.0.1", "::ffff:10.0.0.1"], "h1"),  # one server by two addresses is one server
    ],
)
def test_resolve(by, values, host_id):
    assert resolve_server(Selector(by, tuple(values)), Directory(SERVERS)).host_id == host_id


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("host_id", "nobody"),
        ("hostname", "web-2"),  # no domain is stripped
        ("hostname", "10.0.0.1"),
        ("instance_id", "I-2"),
        ("ip", "10.0.0.99"),
        ("ip", "010.0.0.1"),
        ("hostname", ""),  # matches no server without a name
        ("ip", ""),
    ],
)
def test_not_found(by, value):
    with pytest.raises(SysmonError) as caught:
        resolve_server(Selector(by, (value,)), Directory(SERVERS))
    assert caught.value.kind == "not_found"
    assert f"{by} {value}" in caught.value.message
    assert "agent" in caught.value.hint


def test_hint_of_the_short_name():
    servers = Directory([Server("h1", "web-1")])
    with pytest.raises(SysmonError) as caught:
        resolve_server(Selector("hostname", ("Web-1.example.com",)), servers)
    assert caught.value.kind == "not_found"
    assert "web-1 is listed" in caught.value.hint.lower()


@pytest.mark.parametrize(
    ("by", "values", "named"),
    [
        ("hostname", ["twin"], ["h3 (10.0.0.3)", "h4 (10.0.0.4)"]),
        ("ip", ["10.0.0.1", "10.0.0.2"], ["h1 (10.0.0.1)", "h2 (10.0.0.2)"]),
    ],
)
def test_ambiguous(by, values, named):
    with pytest.raises(SysmonError) as caught:
        resolve_server(Selector(by, tuple(values)), Directory(SERVERS))
    assert caught.value.kind == "ambiguous"
    for server in named:
        assert server in caught.value.message
    assert "host_id" in caught.value.hint


def test_ambiguous_stays_short():
    many = Directory([Server(f"h{number}", "twin", f"10.0.0.{number}") for number in range(1, 101)])
    with pytest.raises(SysmonError, match=r"100 servers match.* and 95 more") as caught:
        resolve_server(Selector("hostname", ("twin",)), many)
    assert caught.value.message.count("(10.0.0.") == 5


@pytest.mark.parametrize("text", ["", "x", "10.0.0", "10.0.0.1/24", "300.1.1.1", "010.0.0.1"])
def test_no_address(text):
    assert parse_ip(text) is None
    assert comparable("ip", text) is None


def test_server_from_api():
    record = {"hostId": "h", "hostNm": "n", "svrIp": "10.0.0.1", "projectId": "p", "instanceId": "i", "later": [1]}
    expected = {"host_id": "h", "hostname": "n", "ip": "10.0.0.1", "project_id": "p", "instance_id": "i"}
    assert Server.from_api(record).to_result() == expected
    assert Server.from_api({"hostId": "h"}).to_result() == {**dict.fromkeys(expected), "host_id": "h"}


@pytest.mark.parametrize("record", [{}, {"hostId": None}, {"hostId": "../x"}, {"hostId": "h", "hostNm": 5}])
def test_server_from_a_strange_api(record):
    with pytest.raises(SysmonError) as caught:
        Server.from_api(record)
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize(
    "written",
    [
        *("10.0.0.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "10.0.0.300", "010.0.0.1", "10.0.0", "10.0.0.1."),
        *(".10.0.0.1", "10.0.0.1.1", " 10.0.0.1", "10.0.0.1\n", "10.0.0.a", "1.2.3.٤", "::ffff:10.0.0.1", "FD00::0:1"),
    ],
)
def test_plain_addresses_are_compared_as_parsed_ones(written):
    parsed = parse_ip(written)
    assert comparable("ip", written) == (None if parsed is None else str(parsed))


@pytest.mark.parametrize(
    ("selector", "suggest", "message", "listed"),
    [
        (
            Selector("hostname", ("web-11",)),
            True,
            "not here. Did you mean web-1?",
            "2 servers are listed (project p, region kr).",
        ),
        (Selector("hostname", ("web-11",)), False, "not here.", "2 servers are listed (project p, region kr)."),
        (Selector("hostname", ("zzz",)), True, "not here.", "2 servers are listed (project p, region kr)."),
        (Selector("ip", ("10.9.9.9",)), True, "not here.", "2 servers are listed (project p, region kr)."),
    ],
)
def test_overview_of_what_is_listed(selector, suggest, message, listed):
    servers = Directory([Server("h1", "web-1"), Server("h2", None)])
    error = with_overview(
        SysmonError("not_found", "not here.", hint="Wait."), selector, servers, "project p, region kr", suggest
    )
    assert (error.kind, error.message, error.hint) == ("not_found", message, f"{listed} Wait.")


def test_overview_of_one_server():
    error = with_overview(
        SysmonError("not_found", "x", hint="Wait."),
        Selector("ip", ("::1",)),
        Directory([Server("h1")]),
        "project p",
        False,
    )
    assert error.hint.startswith("1 server is listed (project p).")
