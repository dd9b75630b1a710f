# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gc
import json
from time import time
from urllib.parse import parse_qs

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import connect_prometheus
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.queries import query_metadata, query_prometheus
from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

SERIES = [{"metric": {"instance": name}, "value": [1, "1"]} for name in "cab"]


@pytest.fixture(name="emulator", scope="module")
def _emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(name="client")
def _client(emulator):
    emulator.clear()
    return connect_prometheus({"app_key": emulator.app_key, "api_url": emulator.url, "timeout": 5, "retries": 0})


def answer(emulator, data, **more):
    body = json.dumps({"status": "success", "data": data, **more})
    emulator.faults([{"call": "prometheus", "body": body}])


def sent(emulator):
    (request,) = emulator.requests()
    return request["path"].rpartition("/")[2], {name: texts[0] for name, texts in parse_qs(request["query"]).items()}


def test_an_instant_query(emulator, client):
    answer(emulator, {"resultType": "vector", "result": SERIES}, warnings=["w"], infos=["i"])
    result = query_prometheus(client, {"query": "up", "time": "5.25", "query_timeout": "1m", "limit": None})
    assert sent(emulator) == ("query", {"query": "up", "time": "5.25", "timeout": "60"})
    assert result == {
        "result_type": "vector",
        "result": SERIES,
        "value": None,
        "samples": [{"labels": {"instance": name}, "value": "1", "timestamp": 1} for name in "abc"],
        "query_warnings": ["w"],
        "query_infos": ["i"],
        "warnings": ["Prometheus: w", "Prometheus: i"],
    }


def test_without_a_time_the_server_takes_its_own(emulator, client):
    answer(emulator, {"resultType": "scalar", "result": [1, "2"]})
    assert query_prometheus(client, {"query": "2", "time": ""})["value"] == "2"
    assert sent(emulator) == ("query", {"query": "2"})


def test_a_range(emulator, client):
    answer(emulator, {"resultType": "matrix", "result": []})
    query_prometheus(client, {"query": "up", "start": "1000", "end": "1600", "step": "1m30s"})
    assert sent(emulator) == ("query_range", {"query": "up", "start": "1000", "end": "1600", "step": "90"})


@pytest.mark.parametrize("enabled", [True, False])
def test_a_range_leaves_the_collection_of_garbage_on_or_off(emulator, client, enabled):
    answer(emulator, {"resultType": "matrix", "result": None})
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(SysmonError, match="matrix"):
            query_prometheus(client, {"query": "up", "start": "1000", "end": "1600"})
        assert gc.isenabled() is enabled
    finally:
        gc.unfreeze()
        (gc.enable if before else gc.disable)()


def test_start_alone_lasts_until_now(emulator, client):
    answer(emulator, {"resultType": "matrix", "result": []})
    before = time()
    query_prometheus(client, {"query": "up", "start": "now-30d"})
    path, parameters = sent(emulator)
    assert (path, parameters["step"]) == ("query_range", "240")
    assert before - 0.001 <= float(parameters["end"]) <= time()
    assert float(parameters["end"]) - float(parameters["start"]) == 30 * 86400


def test_the_limit_holds_where_the_server_does_not_know_it(emulator, client):
    answer(emulator, {"resultType": "vector", "result": SERIES})
    result = query_prometheus(client, {"query": "up", "limit": 2})
    assert sent(emulator) == ("query", {"query": "up", "limit": "2"})
    assert (result["result"], len(result["samples"])) == (SERIES[:2], 2)
    assert result["warnings"] == ["Prometheus sent more than limit allows; 1 more were left off."]
    assert query_prometheus(client, {"query": "up", "limit": 1})["value"] is None
    assert query_prometheus(client, {"query": "up", "limit": 3})["warnings"] == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"query": " \n"}, "query is empty"),
        ({"end": "now"}, "needs start"),
        ({"step": "1m"}, "needs start"),
        ({"time": "now", "start": "now-1h"}, "give one of them"),
        ({"start": "now", "end": "now-1h"}, "is before start"),
        ({"start": "now+1h"}, "is before start"),
        ({"start": "now-1h", "step": "0"}, "step '0'"),
        ({"start": "now-1h", "step": "1ms"}, "3,600,000 intervals per series"),
        ({"limit": 0}, "limit must be 1 or more"),
        ({"query_timeout": "x"}, "query_timeout 'x'"),
    ],
)
def test_refusals_are_not_sent(emulator, client, options, says):
    with pytest.raises(SysmonError, match=says) as raised:
        query_prometheus(client, {"query": "up", **options})
    assert raised.value.kind == "config"
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("options", "data", "path", "parameters"),
    [
        ({"endpoint": "series", "match": ["up"], "end": "5"}, [{"a": "b"}], "series", {"match[]": "up", "end": "5"}),
        ({"endpoint": "labels", "start": "1", "end": "5", "match": []}, ["job"], "labels", {"start": "1", "end": "5"}),
        ({"endpoint": "label_values", "label": "job", "limit": 9}, ["shop"], "values", {"limit": "9"}),
        ({"endpoint": "metadata", "metric": "up"}, {"up": []}, "metadata", {"metric": "up"}),
    ],
)
def test_metadata(emulator, client, options, data, path, parameters):
    answer(emulator, data)
    assert query_metadata(client, options) == {"data": data, "query_warnings": [], "query_infos": [], "warnings": []}
    assert sent(emulator) == (path, parameters)


def test_the_limit_of_metadata(emulator, client):
    answer(emulator, ["b", "c", "a"])
    result = query_metadata(client, {"endpoint": "labels", "limit": 2})
    assert (result["data"], len(result["warnings"])) == (["a", "b"], 1)


@pytest.mark.parametrize(
    ("endpoint", "option"),
    [
        ("series", {"label": "job"}),
        ("series", {"metric": "up"}),
        ("labels", {"label": "job"}),
        ("label_values", {"metric": "up"}),
        ("metadata", {"match": ["up"]}),
        ("metadata", {"start": "now"}),
        ("metadata", {"end": "now"}),
        ("metadata", {"label": "job"}),
    ],
)
def test_options_that_are_of_no_use(emulator, client, endpoint, option):
    with pytest.raises(SysmonError, match=f"{next(iter(option))} has no effect with endpoint: {endpoint}"):
        query_metadata(client, {"endpoint": endpoint, **option})
    assert emulator.requests() == []
