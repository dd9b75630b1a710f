# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating and deleting targets: nothing is lost and nothing doubled, whatever becomes of the answers."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.targets import Target
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import writes
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.reads import read_targets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.writes import (
    create_targets,
    delete_targets,
)


@pytest.fixture
def shop(emulate):
    def start(*faults, servers=3, **options):
        emulator = emulate(servers=servers, faults=list(faults), **options)
        emulator.add_workspace(jobName="shop", jobId="shop-id")
        return emulator

    return start


@pytest.fixture
def create(client_of):
    """Make a target on each server; what came of it."""

    def run(emulator, workers=1, retries=4, **options):
        targets = [Target(server["hostId"], 9100) for server in emulator.state["servers"]]
        client = client_of(emulator, workers, retries=retries, **options)
        emulator.clear()
        return list(create_targets(client, "shop-id", targets, workers=workers, retries=retries).values())

    return run


def ids(emulator):
    return {target["targetId"] for target in emulator.state["targets"]}


UNCLEAR = {
    "drop before": {"drop_before": True},
    "drop after": {"drop_after": True},
    "reset before": {"drop_before": "reset"},
    "reset after": {"drop_after": "reset"},
    "timeout": {"timeout": 3},
    "timeout, done": {"timeout": 3, "commit": "before"},
    "500": {"status": 500},
    "502": {"status": 502, "body_kind": "html"},
    "503, done": {"status": 503, "commit": "before"},
    "504": {"status": 504},
    "504, done": {"status": 504, "commit": "before"},
    "504, done a little later": {"late_commit": 0.01},
    "-50000": {"result_code": -50000},
    "-50000, done": {"refuse_committed": True},
    "page": {"html": True},
    "page, done": {"html": True, "commit": "before"},
    "cut": {"cut": "length"},
    "cut chunks": {"cut": "chunked"},
    "cut JSON": {"cut": "json"},
    "no id": {"mutate": {"set": {"body": None}}},
    "another id": {"mutate": {"set": {"body": "a/b"}}},
    "not an envelope": {"mutate": {"delete": ["header"]}},
    "200 and 5030001, done": {"refuse_committed": "5030001"},
}


@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("allow_doubles", [True, False])
def test_an_unclear_create_neither_loses_nor_doubles(fault, allow_doubles, shop, create):
    times = 1 if fault.startswith("timeout") else 2
    emulator = shop({"call": "create_target", "times": times, **UNCLEAR[fault]}, allow_doubles=allow_doubles)
    made = create(emulator, timeout=1)
    assert {target.target_id for target in made} == ids(emulator)
    assert len(emulator.state["targets"]) == 3


@pytest.mark.parametrize("fault", ["drop after", "504, done", "page, done"])
def test_what_was_done_is_not_sent_again(fault, shop, create):
    emulator = shop({"call": "create_target", **UNCLEAR[fault]})
    assert len(create(emulator)) == 3
    assert len(emulator.requests("create_target")) == 3
    assert len(emulator.requests("list_targets")) == 1


@pytest.mark.parametrize(("fault", "kind"), [("503", "server"), ("drop", "transport"), ("page", "protocol")])
def test_an_end_of_sending_again(fault, kind, shop, create):
    action = {"503": {"status": 503}, "drop": {"drop_before": True}, "page": {"html": True}}[fault]
    emulator = shop({"call": "create_target", **action}, servers=1)
    (error,) = create(emulator, retries=2)
    assert (error.kind, error.outcome_unknown) == (kind, False)  # the last look showed that it is not there
    assert len(emulator.requests("create_target")) == 3
    assert len(emulator.requests("list_targets")) == 3


def test_after_a_timeout_it_stays_unclear(shop, create):
    emulator = shop({"call": "create_target", "status": 504}, servers=1)
    (error,) = create(emulator, retries=0)
    assert (error.kind, error.outcome_unknown) == ("server", True)


def test_a_commit_that_comes_a_little_later_is_waited_for(shop, create, monkeypatch):
    monkeypatch.setattr(writes, "SETTLE", 0.6)
    emulator = shop({"call": "create_target", "late_commit": 0.2}, servers=2, allow_doubles=True)
    made = create(emulator)
    assert len(emulator.state["targets"]) == 2
    assert {target.target_id for target in made} == ids(emulator)
    assert len(emulator.requests("create_target")) == 2


def test_what_is_done_during_the_wait_is_seen(shop, create, monkeypatch):
    """The connection is lost at once, and the service carries the create out a little later all the same."""
    monkeypatch.setattr(retry, "FIRST_DELAY", 1.0)
    lost = {"call": "create_target", "times": 1, "drop_before": True, "late_commit": 0.2}
    emulator = shop(lost, servers=1, allow_doubles=True)
    (made,) = create(emulator)
    assert {made.target_id} == ids(emulator)
    assert len(emulator.requests("create_target")) == 1


def test_looking_again_fails_too(shop, create):
    emulator = shop({"call": "create_target", "status": 503}, {"call": "list_targets", "status": 503}, servers=1)
    (error,) = create(emulator, retries=1)
    assert (error.kind, error.outcome_unknown) == ("server", True)
    assert len(emulator.requests("create_target")) == 1  # not sent again without knowing


# Another controller was faster: its target is there when the refusal comes.
@pytest.mark.parametrize("code", [-40001, -40002, -49999, "ODD"])
def test_there_by_now(code, shop, create):
    emulator = shop({"call": "create_target", "refuse_committed": code})
    made = create(emulator)
    assert {target.target_id for target in made} == ids(emulator)
    assert len(emulator.requests("create_target")) == 3


@pytest.mark.parametrize(
    ("action", "kind", "hint"),
    [
        ({"result_code": -40001}, "exists", None),
        ({"result_code": -40002}, "bad_input", "five"),
        ({"result_code": -40004}, "bad_input", "host id"),
        ({"status": 400, "body_kind": "empty"}, "bad_input", "five"),
        ({"result_code": -49999}, "protocol", "five"),
        ({"result_code": -40012}, "reserved", None),
        ({"result_code": -40006}, "not_found", None),
        ({"redirect": "http://127.0.0.2:1"}, "protocol", "api_url"),
    ],
)
def test_refused_and_not_there(action, kind, hint, shop, create):
    emulator = shop({"call": "create_target", **action}, servers=2)
    for error in create(emulator):
        assert (error.kind, error.outcome_unknown) == (kind, False)
        assert (hint in error.hint) if hint else error.hint is None
    assert len(emulator.requests("create_target")) == 2
    assert len(emulator.requests("list_targets")) <= 1


def test_the_sixth_target_of_a_server(shop, create):
    emulator = shop(servers=1)
    for port in range(1, 6):
        emulator.add_target(jobName="shop", hostId=emulator.state["servers"][0]["hostId"], port=port)
    (error,) = create(emulator)
    assert error.kind == "bad_input"
    assert "five" in str(error)


def test_retry_after_of_an_unclear_create_is_obeyed(shop, create):
    emulator = shop({"call": "create_target", "times": 1, "status": 503, "headers": {"Retry-After": "1"}}, servers=1)
    assert create(emulator)[0].target_id
    first, look, again = emulator.requests()
    assert (first["call"], look["call"], again["call"]) == ("create_target", "list_targets", "create_target")
    assert look["time"] - first["time"] >= 1


@pytest.mark.parametrize("status", [429, 503])
def test_too_long_a_retry_after_ends_the_create(status, shop, create):
    emulator = shop({"call": "create_target", "status": status, "headers": {"Retry-After": "60"}}, servers=1)
    (error,) = create(emulator, timeout=5)
    assert error.kind == "rate_limited"
    assert "60 s" in str(error)
    assert len(emulator.requests("create_target")) == 1


def test_the_order_stays_that_of_the_plan(shop, create):
    emulator = shop({"call": "create_target", "times": 1, "status": 503}, servers=5)
    made = create(emulator)
    assert [target.host_id for target in made] == [server["hostId"] for server in emulator.state["servers"]]


def test_a_service_that_recovers_during_a_long_batch(shop, create):
    emulator = shop({"call": "create_target", "times": 40, "status": 503}, servers=100)
    made = create(emulator, workers=4)
    assert not [target for target in made if isinstance(target, SysmonError)]
    assert len(emulator.state["targets"]) == 100


@pytest.mark.parametrize(("action", "rounds"), [({"status": 401}, 1), ({"status": 503}, 3)])
def test_a_service_that_is_down_is_left_alone(action, rounds, shop, create):
    emulator = shop({"call": "create_target", **action}, servers=500)
    outcomes = create(emulator, workers=4, retries=2)
    assert all(isinstance(outcome, SysmonError) for outcome in outcomes)
    assert len(emulator.requests("create_target")) <= rounds * 20


@pytest.fixture
def delete(client_of):
    """Delete all targets; what came of it."""

    def run(emulator, **options):
        client = client_of(emulator, **options)
        targets = read_targets(client, "shop-id")
        emulator.clear()
        return delete_targets(client, "shop-id", targets, workers=2)

    return run


def filled(emulator, count=3):
    for number in range(count):
        emulator.add_target(jobName="shop", hostId=f"h{number}", targetId=f"t{number}")
    return emulator


def test_delete(shop, delete):
    emulator = filled(shop())
    assert delete(emulator) == [True] * 3
    assert emulator.state["targets"] == []
    assert len(emulator.requests()) == 3


@pytest.mark.parametrize("fault", [name for name in UNCLEAR if "id" not in name and "not done" not in name])
def test_an_unclear_delete_is_found_out(fault, shop, delete):
    emulator = filled(shop({"call": "delete_target", "times": 1, **UNCLEAR[fault]}))
    results = delete(emulator, timeout=1)
    left = {target["targetId"] for target in emulator.state["targets"]}
    for number, result in enumerate(results):
        assert (result is True) == (f"t{number}" not in left)
    assert "page" in fault or not left


def test_gone_already(shop, delete):
    emulator = filled(shop({"call": "delete_target", "match": {"target_id": "t1"}, "result_code": -40007}))
    assert delete(emulator) == [True, False, True]


@pytest.mark.parametrize(
    ("commit", "done"),
    [("before", True), ("never", False)],
)
def test_a_delete_that_is_never_answered(commit, done, shop, delete):
    emulator = filled(shop({"call": "delete_target", "drop": True, "commit": commit}), 1)
    (result,) = delete(emulator, retries=0)
    assert (result is True) is done
    if not done:
        assert (result.kind, result.outcome_unknown) == ("transport", False)


def test_a_delete_that_cannot_be_found_out(shop, delete):
    emulator = filled(
        shop({"call": "delete_target", "drop": True}, {"call": "list_targets", "after": 1, "status": 503}), 1
    )
    (result,) = delete(emulator, retries=0)
    assert (result.kind, result.outcome_unknown) == ("transport", True)


def test_a_refused_delete(shop, delete):
    emulator = filled(shop({"call": "delete_target", "result_code": -40012}), 1)
    (result,) = delete(emulator)
    assert (result.kind, len(emulator.requests())) == ("reserved", 1)
