# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module against hostile answers: whatever comes, it ends in order, and shows neither the key nor control characters."""

from __future__ import annotations

import importlib
import json
import random
import re
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _secrets
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api import retry
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import reconcile_workspace, waiter, writes
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.inventory import read_inventory
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.module import MODULE_CLASS
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.hostnames import host_names
from ansible_collections.nhncloud.sysmon.tests.soak.answers import KEY, MARKS, HostileServer, hostile_server

SLOWEST = 10.0  # seconds, of one run of a module
HOSTS = [{"hostname": "web-1"}, {"ip": "10.0.0.2"}, {"host_id": "h3"}, {"instance_id": "i-1"}, {"hostname": "gone"}]
# Each way to read and to write. The inventory is no module.
RUNS: list[tuple[str, dict[str, Any]]] = [
    ("sysmon_workspace_info", {}),
    ("sysmon_workspace_info", {"workspace_id": "w0"}),
    ("sysmon_server_info", {"hostname": ["web-1"]}),
    ("sysmon_target_info", {}),
    ("sysmon_target_info", {"workspace": "shop", "target_id": ["t1"]}),
    ("sysmon_workspace", {"name": "shop", "description": "new"}),
    ("sysmon_workspace", {"name": "new"}),
    ("sysmon_workspace", {"name": "shop", "state": "absent", "force": True}),
    ("sysmon_workspace", {"name": "shop", "state": "absent"}),
    ("sysmon_target", {"workspace": "shop", "hostname": "web-3", "port": 9100, "wait": True, "wait_timeout": 0}),
    ("sysmon_target", {"workspace": "shop", "ip": "10.0.0.1", "port": 9100, "state": "absent"}),
    ("sysmon_targets", {"workspace": "shop", "port": 9200, "targets": HOSTS, "max_workers": 3}),
    ("sysmon_targets", {"workspace": "shop", "port": 9100, "targets": HOSTS[:2], "purge": True}),
    ("sysmon_targets", {"workspace_id": "w0", "port": 9100, "targets": HOSTS, "state": "absent"}),
    ("sysmon_prune", {"silent_for": "1h", "max_share": 100}),
    ("sysmon_prune", {"workspace": "shop", "silent_for": "0s", "max_share": 100}),
    ("sysmon_drift_info", {"workspace": "shop", "targets": HOSTS, "port": 9100, "silent_for": "1h"}),
    ("sysmon_query_info", {"query": "up"}),
    ("sysmon_query_info", {"query": "up", "want": ["json", "value"], "limit": 1}),
    ("sysmon_query_info", {"query": "up", "start": "now-5m"}),
    ("sysmon_metadata_info", {"endpoint": "series", "match": ["up"]}),
    ("sysmon_metadata_info", {"endpoint": "labels"}),
    ("sysmon_metadata_info", {"endpoint": "metadata"}),
    ("sysmon_metadata_info", {"endpoint": "label_values", "label": "job"}),
    ("sysmon_wait", {"workspace": "shop", "identities": ["web-1"], "wait_timeout": 0, "delay": 1}),
    ("inventory", {}),
]


@dataclass
class QueryResult:
    """What a fuzzing run came to."""

    answers: int = 0
    kinds: Counter = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


class _Exit(Exception):
    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class _Frame:
    """What a module needs of AnsibleModule."""

    def __init__(self, given: dict[str, Any], check: bool, argument_spec: Any, **rules: Any) -> None:
        rules.pop("supports_check_mode", None)
        checked = ArgumentSpecValidator(argument_spec, **rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        self.params, self.check_mode, self.no_log_values = checked.validated_parameters, check, set()
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def fail_json(self, **result: Any) -> None:
        self.exit_json(failed=True, **result)

    def exit_json(self, **result: Any) -> None:
        raise _Exit({**result, "warnings": self.warnings})


def fuzz(seed: int, answers: int, most_violations: int = 5) -> QueryResult:
    """Run modules until the service has given so many answers."""
    found = QueryResult()
    quick = (
        mock.patch.object(retry, "FIRST_DELAY", 0.0),
        mock.patch.object(writes, "SETTLE", 0.0),
        mock.patch.object(reconcile_workspace, "SETTLE", 0.0),
        mock.patch.object(waiter, "FIRST_POLL", 0.0),
    )
    with quick[0], quick[1], quick[2], quick[3], hostile_server() as server:
        while server.answers < answers and len(found.violations) < most_violations:
            _one(seed, server, found)
            seed += 1
        found.answers = server.answers
    _secrets.forget()
    return found


def _one(seed: int, server: HostileServer, found: QueryResult) -> None:
    chance = random.Random(seed)
    server.chance = random.Random(seed)
    name, arguments = chance.choice(RUNS)
    connection = {"app_key": KEY, "project_id": "p", "region": "kr", "api_url": server.url, "timeout": 3}
    given = {**connection, "retries": chance.choice([0, 1]), **arguments}
    began = time.monotonic()
    try:
        result = _inventory(given) if name == "inventory" else _module(name, given, chance.random() < 0.2)
        wrong = list(violations(result))
    except Exception:  # pylint: disable=broad-exception-caught
        result, wrong = {}, [traceback.format_exc()]
    if time.monotonic() - began > SLOWEST:
        wrong.append(f"It took {time.monotonic() - began:.0f} s.")
    found.kinds[(result.get("error") or {}).get("kind") or "good"] += 1
    found.violations += [f"seed {seed}, {name} {arguments}: {text}" for text in wrong[:1]]


def _module(name: str, given: dict[str, Any], check: bool) -> dict[str, Any]:
    module = importlib.import_module(f"ansible_collections.nhncloud.sysmon.plugins.modules.{name}")
    token = MODULE_CLASS.set(partial(_Frame, given, check))
    try:
        module.main()
    except _Exit as end:
        return end.result
    finally:
        MODULE_CLASS.reset(token)
    raise AssertionError("The module ended without a result.")


def _inventory(given: dict[str, Any]) -> dict[str, Any]:
    try:
        read = _secrets.redact_data(read_inventory(connect(given, connections=2), True, 2))
    except SysmonError as error:
        return {"failed": True, "msg": str(error), "error": error.as_result(), "warnings": []}
    names, _appended = host_names(read["servers"], ["hostname", "ip"], lambda _name, _host_id: False)
    assert len(names) == len(read["servers"])
    assert all(re.match(r"\w", name) and name.isprintable() for name in names)
    return {**read, "names": list(names), "warnings": []}


def violations(result: dict[str, Any]) -> Any:
    """What must not be in a result."""
    text = json.dumps(result, ensure_ascii=False)
    text.encode("utf-8")
    for mark in MARKS:
        if mark in text.lower():
            yield f"the key is in it: ...{text[max(0, text.lower().index(mark) - 100) :][:300]}"
    if "exception" in result:
        yield result["exception"]
    error = result.get("error") or {}
    shown = [result.get("msg"), *result["warnings"], error.get("result_message"), error.get("hint")]
    entries = [each for name in ("targets", "drift", "pruned", "kept") for each in result.get(name) or []]
    shown += [each.get("reason") for each in entries] + [(each.get("error") or {}).get("message") for each in entries]
    for each in shown:
        if each is not None and not each.isprintable():
            yield f"control characters in {each!r}"
        if each is not None and "x" * 301 in each:
            yield f"a text of the service is longer than 300: {each[:100]}..."
    if any(len(each.get("fail_reason") or "") > 1000 for each in entries):
        yield "a reason is longer than 1,000"
