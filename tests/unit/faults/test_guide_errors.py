# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide "Errors and retries" holds: its tables are read, and each row is tried out."""

from __future__ import annotations

import contextlib
import math
import re
import socket
import threading
from pathlib import Path

import pytest
import trustme

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.options import connection

GUIDE = (Path(__file__).parents[3] / "docs/docsite/rst/guide_errors.rst").read_text(encoding="utf-8")


def table(title):
    """The rows below this heading, by their first cell, as plain text."""
    section = re.split(r"\n[^\n]+\n-{5,}\n", GUIDE.partition(f"\n{title}\n---")[2])[0]
    rows = {}
    for row in section.split("\n   * - ")[2:]:
        cells = [cell.strip().replace("``", "").replace("**", "") for cell in row.split("\n     -")]
        rows[cells[0]] = [cell.partition("\n\n")[0] for cell in cells[1:]]
    return rows


KINDS = table("Kinds of errors")
REPEATED = table("Retries")


# what each kind means


def target(**more):
    return "sysmon_target", {"workspace": "shop", "hostname": "host-00001", "port": 9100, **more}


def workspace(**more):
    return "sysmon_workspace", {"name": "shop", **more}


REFUSE = {"exists": -40001, "bad_input": -40002}
# Each kind: a task, the faults that it meets, and a word of what to do that its sentence has as well.
CASES = {
    "config": (*target(port=0), [], "port"),
    "auth": (*target(), [{"call": "*", "status": 401}], "URL & Appkey"),
    "forbidden": (*target(), [{"call": "*", "status": 403}], "project_id"),
    "not_found": (*target(hostname="nobody"), [], "agent"),
    "ambiguous": (*target(hostname="twin"), [], "host_id"),
    "reserved": (*workspace(name="@Linux", description="mine"), [], "default workspace"),
    "exists": (*workspace(name="new"), [{"call": "create_workspace", "result_code": -40001}], "-40001"),
    "bad_input": (*target(), [{"call": "create_target", "result_code": -40002}], "five"),
    "rate_limited": (*target(), [{"call": "*", "status": 429, "headers": {"Retry-After": "6"}}], "wait 6 s"),
    "server": (*target(), [{"call": "*", "status": 503}], "503"),
    "transport": (*target(), [{"call": "*", "drop_before": True}], "connection"),
    "protocol": (*target(), [{"call": "*", "html": True}], "web page"),
    "query": (
        "sysmon_query_info",
        {"query": "sum("},
        [{"call": "*", "status": 400, "body": '{"status": "error", "errorType": "bad_data", "error": "parse error"}'}],
        "parse error",
    ),
    "timeout": (*target(wait=True, wait_timeout=1), [], "not scraped yet"),
}


def test_every_kind_is_in_the_guide_and_tried_out():
    assert set(KINDS) == set(CASES)
    documented = re.search(r"is one of (.*?)\.\n", SysmonError.__doc__, re.DOTALL)
    assert set(re.findall("[a-z_]+", documented[1])) - {"and"} == set(CASES)
    assert all(len(cell) > 10 for row in KINDS.values() for cell in row)


@pytest.mark.parametrize("kind", KINDS)
def test_kind(kind, emulate, run_on):
    module, arguments, faults, word = CASES[kind]
    emulator = emulate(servers=2, reserved=["@Linux"], faults=faults, target_result="failing:not scraped yet")
    emulator.add_workspace(jobName="shop")
    for number in (1, 2):
        emulator.add_server(hostNm="twin", svrIp=f"192.0.2.{number}")
    result = run_on(emulator, module, arguments, retries=1)
    assert (result["failed"], result["error"]["kind"]) == (True, kind)
    assert word in result["msg"]


# what is repeated: the rows name the faults, the cells say what has to come of them

FAULTS = {
    "Connection refused, or not established in time": ["refused"],
    "429": [{"status": 429}, {"result_code": 4291000}],
    "Connection lost, or no complete answer in time": [{"drop_before": True}, {"timeout": 1.2}],
    "500, 502, 503, 504, -50000": [*({"status": status} for status in (500, 502, 503, 504)), {"result_code": -50000}],
    "A truncated answer, or one that cannot be unpacked": [
        {"cut": "length", "commit": "never"},
        {"cut": "json", "commit": "never"},
        {"gzip": "broken", "commit": "never"},
    ],
    "A web page, or a record that cannot be parsed, with HTTP 200": [
        {"html": True},
        {"body": '{"header": {"isSuccessful": true, "resultCode": 0}, "body": 7}', "commit": "never"},
    ],
    "A refusal of kind exists or bad_input, or an unknown code": [
        {"result_code": -40001},
        {"result_code": -40002},
        {"result_code": -49999},
    ],
    "401, 403, an untrusted certificate": [{"status": 401}, {"status": 403}, "certificate"],
}
ROWS = [(row, fault) for row, faults in FAULTS.items() for fault in faults]


def test_every_row_is_tried_out():
    assert set(REPEATED) == set(FAULTS)


@pytest.fixture
def service(emulate, tmp_path, monkeypatch):
    """Starts an emulator that the next request of this call meets with a fault, and a client's options for it."""
    with contextlib.ExitStack() as stack:

        def start(call, fault):
            more = {}
            if fault == "certificate":
                issued = trustme.CA().issue_cert("localhost")
                issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
                more = dict.fromkeys(("tls_cert", "tls_key"), str(tmp_path / "server.pem"))
            emulator = emulate(servers=2, allow_doubles=True, **more)
            emulator.add_workspace(jobName="shop", jobId="shop-id", description="old")
            emulator.add_target(jobName="shop", hostId=emulator.state["servers"][0]["hostId"], port=1, targetId="old")
            if isinstance(fault, dict):
                emulator.faults([{"call": call, "times": 1, **fault}])
            url = emulator.url
            if fault == "refused":
                monkeypatch.setattr(retry, "FIRST_DELAY", 0.4)
                url = stack.enter_context(door_that_opens_late(emulator, 0.1))
            return emulator, {
                **dict.fromkeys(connection()),
                "app_key": emulator.app_key,
                "project_id": emulator.project_id,
                "region": "kr",
                "api_url": url.replace("127.0.0.1", "localhost") if more else url,
                "timeout": 1,
                "retries": 3,
            }

        yield start


@contextlib.contextmanager
def door_that_opens_late(emulator, seconds):
    """The URL of a port that refuses connections at first, and then leads to the emulator."""
    port = int(emulator.url.rpartition(":")[2])

    def splice(source, sink):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(65536)
                sink.sendall(data)
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return

    def lead():
        with contextlib.suppress(OSError):
            listener.listen()
            while True:
                caller = listener.accept()[0]
                callee = socket.create_connection(("127.0.0.1", port))
                for pair in ((caller, callee), (callee, caller)):
                    threading.Thread(target=splice, args=pair, daemon=True).start()

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        threading.Timer(seconds, lead).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


CALLS = {
    "list_servers": lambda client: client.list_servers(),
    "update_workspace": lambda client: client.update_workspace("shop-id", {"metricsPath": "/new"}),
    "delete_target": lambda client: client.delete_target("shop-id", "old"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("row", "fault"), ROWS)
def test_reads_updates_and_deletes(row, fault, call, service):
    emulator, options = service(call, fault)
    failure = None
    try:
        CALLS[call](connect(options))
    except SysmonError as error:
        failure = error
    sent = len(emulator.requests(call))
    told = REPEATED[row][0]
    if told == "retried":
        assert failure is None
        assert sent == (1 if fault == "refused" else 2)
    else:
        assert told.startswith("final")
        # Even an answer that only the caller rejects is not requested again.
        assert failure is not None or call == "delete_target"
        assert sent == (0 if fault == "certificate" else 1)


@pytest.mark.parametrize("code", [-40001, -40002, -49999])
def test_a_refused_update_or_delete_is_looked_up(code, emulate, run_on):
    assert "the collection reads again, since the write may have happened anyway" in str(REPEATED)
    emulator = emulate(servers=1, faults=[{"call": "*", "match": {}, "refuse_committed": code, "after": 1, "times": 1}])
    emulator.add_workspace(jobName="shop")
    result = run_on(emulator, "sysmon_workspace", {"name": "shop", "description": "new"})
    assert (result.get("failed"), result["changed"], result["workspace"]["description"]) == (None, True, "new")
    emulator.faults([{"call": "delete_workspace", "refuse_committed": code, "times": 1}])
    result = run_on(emulator, "sysmon_workspace", {"name": "shop", "state": "absent"})
    assert (result.get("failed"), result["changed"], result["workspace"]) == (None, True, None)


CREATES = {
    "create_target": target(hostname="host-00002"),
    "create_workspace": workspace(name="new"),
}
LOOKS = {"create_target": "list_targets", "create_workspace": "list_workspaces"}


def made(emulator, call):
    if call == "create_workspace":
        return [record for record in emulator.state["workspaces"] if record["jobName"] == "new"]
    return [record for record in emulator.state["targets"] if record["port"] == 9100]


# Where a create is looked up, it may also have been done.
MAYBE_DONE = [(*row, done) for row in ROWS for done in (False, True) if not done or "read again" in REPEATED[row[0]][1]]


@pytest.mark.parametrize("call", CREATES)
@pytest.mark.parametrize(("row", "fault", "committed"), MAYBE_DONE)
def test_creates(row, fault, committed, call, service, run_main):
    told = REPEATED[row][1]
    if committed:
        code = fault.get("result_code")
        fault = {"refuse_committed": code} if code else {**fault, "commit": "before"}
    emulator, options = service(call, fault)
    module, arguments = CREATES[call]
    given = {name: value for name, value in options.items() if value is not None}
    result = run_main(module, {**given, **arguments})
    log = [request["call"] for request in emulator.requests()]
    sent = log.count(call)
    looks_after = LOOKS[call] in log[log.index(call) + 1 :][:1] if sent else False
    if told.startswith("retried: nothing was created"):
        assert sent == (1 if fault == "refused" else 2)
        assert log.count(LOOKS[call]) == (1 if call == "create_workspace" else 2)  # no look between
    elif told.startswith("read again"):
        assert looks_after
        if committed:
            assert sent == 1
        elif "sent again only if it does not exist" in told:
            assert sent == 2
        else:
            assert "not sent again" in told
            assert (sent, result["failed"]) == (1, True)
            return
    else:
        assert told == "final"
        assert (sent, result["failed"]) == (0 if fault == "certificate" else 1, True)
        return
    assert not result.get("failed"), result
    assert result["changed"]
    assert len(made(emulator, call)) == 1


# how long it can take


def test_the_figures_follow_from_the_defaults():
    timeout, retries = (connection()[name]["default"] for name in ("timeout", "retries"))
    waits = sum(min(8.0, 0.5 * 2**attempt) for attempt in range(retries))
    whole = (retries + 1) * timeout
    assert f"{math.ceil(whole + waits)} s, or {whole + retries * timeout} s with" in GUIDE.replace("``", "")
    assert f"(T {timeout} s, R {retries})" in GUIDE
