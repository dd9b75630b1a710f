# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator

VECTOR = {
    "resultType": "vector",
    "result": [{"metric": {"a": "2"}, "value": [1, "5"]}, {"metric": {"a": "1"}, "value": [1, "NaN"]}],
}
NATIVE = {"resultType": "vector", "result": [{"metric": {}, "histogram": [1, {"count": "1", "sum": "2"}]}]}
MATRIX = {"resultType": "matrix", "result": []}
SCALAR = {"resultType": "scalar", "result": [1, "7"]}
TEXT = {"resultType": "string", "result": [1, "text"]}


@pytest.fixture(name="emulator", scope="module")
def _emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(name="look_up")
def _look_up(emulator, monkeypatch):
    for name in ("APP_KEY", "API_URL", "REGION", "PROJECT_ID", "VALIDATE_CERTS", "CA_PATH"):
        monkeypatch.delenv(f"NHNCLOUD_SYSMON_{name}", raising=False)

    def look_up(data, *terms, variables=None, remarks=None, **options):
        body = json.dumps({"status": "success", "data": data, **(remarks or {})})
        emulator.faults([{"call": "prometheus", "body": body}] if data else [])
        emulator.clear()
        found = {"nhncloud_sysmon_app_key": emulator.app_key, "nhncloud_sysmon_api_url": emulator.url}
        found.update({"nhncloud_sysmon_retries": 0}, **(variables or {}))
        templar = Templar(DataLoader(), variables=found)
        plugin = lookup_loader.get("nhncloud.sysmon.sysmon_query", loader=DataLoader(), templar=templar)
        return plugin.run(list(terms), found, **options)

    return look_up


@pytest.mark.parametrize(
    ("data", "want", "found"),
    [
        (VECTOR, "value", ["NaN", "5"]),
        (VECTOR, "result", [VECTOR["result"]]),
        (SCALAR, "value", ["7"]),
        (SCALAR, "result", [[1, "7"]]),
        (TEXT, "value", ["text"]),
        (MATRIX, "result", [[]]),
        (NATIVE, "result", [NATIVE["result"]]),
    ],
)
def test_what_is_wanted(look_up, data, want, found):
    assert look_up(data, "q", want=want) == found
    assert look_up(data, "q", ["q"], want=want) == found * 2


ONE = {"resultType": "vector", "result": [{"metric": {"a": "2"}, "value": [1, "0.5"]}]}
NONE = {"resultType": "vector", "result": []}
NAN = {"resultType": "scalar", "result": [1, "NaN"]}


@pytest.mark.parametrize(("data", "number"), [(ONE, 0.5), (SCALAR, 7.0)])
def test_a_number(look_up, data, number):
    found = look_up(data, "q", "r", want="number", remarks={"warnings": ["PromQL warning: w"], "infos": ["i"]})
    assert found == [number, number]
    assert all(isinstance(each, float) for each in found)


@pytest.mark.parametrize(
    ("data", "remarks", "words"),
    [
        (NONE, {}, "it has 0 samples"),
        (VECTOR, {}, "it has 2 samples"),
        (NAN, {}, "it is NaN"),
        (TEXT, {}, "it is a string"),
        (MATRIX, {}, "it is a matrix"),
        (NATIVE, {}, "it has 1 samples"),
        (ONE, {"isPartial": True}, "The result is partial"),
        (ONE, {"warnings": ["a store is away"]}, "a store is away"),
    ],
)
def test_not_a_number(look_up, data, remarks, words):
    with pytest.raises(AnsibleLookupError, match=f"The result of some query is not exactly one number: {words}"):
        look_up(data, "some query", want="number", remarks=remarks)


def test_the_first_of_several_numbers_is_not_a_number(look_up):
    with pytest.raises(AnsibleLookupError, match="not exactly one number: it has 2 samples"):
        look_up({**VECTOR, "result": VECTOR["result"][:1] * 2}, "q", want="number", limit=1)
    assert look_up(ONE, "q", want="number", limit=1) == [0.5]


@pytest.mark.parametrize(
    ("option", "words"),
    [("wnat", "did you mean want"), ("start", "start is not an option"), ("end", "is not an option"), ("step", "step")],
)
def test_an_option_that_there_is_not(look_up, emulator, option, words):
    with pytest.raises(AnsibleLookupError, match=words):
        look_up(ONE, "q", **{option: "now-1h"})
    assert emulator.requests() == []


def test_what_ansible_gives_to_loops_is_no_option(look_up):
    assert look_up(ONE, "some query", wantlist=True) == look_up(ONE, "some query")


def test_samples(look_up):
    assert [sample["labels"]["a"] for sample in look_up(VECTOR, "q", want="samples")] == ["1", "2"]
    assert look_up(NATIVE, "q", want="samples")[0]["histogram"]["count"] == "1"


@pytest.mark.parametrize(
    ("data", "want"),
    [(MATRIX, "value"), (MATRIX, "samples"), (SCALAR, "samples"), (TEXT, "samples"), (NATIVE, "value")],
)
def test_what_cannot_be_had(look_up, data, want):
    with pytest.raises(AnsibleLookupError, match=f"does not support want: {want}"):
        look_up(data, "q", want=want)


def test_an_option_beats_the_variable(look_up, emulator):
    variables = {"nhncloud_sysmon_api_url": "http://127.0.0.1:9", "nhncloud_sysmon_app_key": "wrong"}
    options = {"api_url": emulator.url, "app_key": emulator.app_key}
    assert look_up(SCALAR, "q", variables=variables, **options) == ["7"]


def test_the_environment_is_last(look_up, emulator, monkeypatch):
    monkeypatch.setenv("NHNCLOUD_SYSMON_APP_KEY", emulator.app_key)
    monkeypatch.setenv("NHNCLOUD_SYSMON_API_URL", emulator.url)
    assert look_up(SCALAR, "q", variables={"nhncloud_sysmon_app_key": "", "nhncloud_sysmon_api_url": ""}) == ["7"]


def test_one_connection_for_all_terms(look_up, emulator):
    look_up(SCALAR, "a", "b", "c", time=5, limit=3)
    assert [request["query"] for request in emulator.requests()] == [f"query={q}&time=5&limit=3" for q in "abc"]
    assert len({request["connection"] for request in emulator.requests()}) == 1


@pytest.mark.parametrize(
    ("terms", "variables", "says"),
    [
        ([""], {}, "query is empty"),
        ([5], {}, "must be PromQL text, not int"),
        ([{"a": 1}], {}, "must be PromQL text, not a dictionary"),
        (["up"], {"nhncloud_sysmon_app_key": "wrong-key"}, "the appkey was refused"),
        (["up"], {"nhncloud_sysmon_app_key": "wrong key"}, "app_key contains spaces"),
        (["up"], {"nhncloud_sysmon_app_key": ""}, "app_key is not set"),
        (["up"], {"nhncloud_sysmon_api_url": ""}, "region is not set"),
        (["up"], {"nhncloud_sysmon_timeout": "soon"}, "timeout"),
    ],
)
def test_errors_are_clear_and_keep_the_key(look_up, terms, variables, says):
    with pytest.raises(AnsibleError, match=says) as raised:
        look_up(None, *terms, variables=variables)
    assert "wrong-key" not in str(raised.value)
    assert "wrong key" not in str(raised.value)


def test_warnings_are_shown(look_up, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "ansible.utils.display.Display.warning", lambda _self, text, *_args, **_kwargs: seen.append(text)
    )
    look_up(VECTOR, "q", limit=1)
    assert seen == ["Prometheus sent more than limit allows; 1 more were left off."]


@pytest.mark.parametrize("where", ["option", "variable"])
@pytest.mark.parametrize("kind", [list, dict, float])
def test_an_app_key_that_is_no_text_is_refused_unseen(look_up, where, kind):
    key = {list: ["S3cret-key"], dict: {"S3cret-key": 1}, float: 5.5e9}[kind]
    given = {"app_key": key} if where == "option" else {"variables": {"nhncloud_sysmon_app_key": key}}
    with pytest.raises(AnsibleLookupError, match="app_key is not text") as raised:
        look_up(None, "up", **given)
    assert "S3cret" not in str(raised.value)
    assert "5.5" not in str(raised.value)


@pytest.mark.parametrize("fact", ["nhncloud_sysmon_api_url", "register_targets_port", "gate_x", "grafana_datasource_y"])
def test_facts_are_no_options(look_up, emulator, fact):
    variables = {"inventory_hostname": "web-1", "ansible_facts": {"a": 1, fact: "https://example.com"}}
    with pytest.raises(AnsibleLookupError, match=f"web-1: its facts contain {fact}"):
        look_up(SCALAR, "up", variables=variables)
    assert emulator.requests() == []


def test_the_key_is_redacted_in_what_is_found(look_up, emulator):
    said = {"metric": {emulator.app_key: emulator.app_key.upper(), "b": "1"}, "value": [1, "5"]}
    found = look_up({"resultType": "vector", "result": [said]}, "q", want="samples")
    assert found[0]["labels"] == {"********": "********", "b": "1"}


def test_remarks_are_cleaned(look_up, emulator, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "ansible.utils.display.Display.warning", lambda _self, text, *_args, **_kwargs: seen.append(text)
    )
    bad = f"a\x1b[31m\nPLAY RECAP\u202e {emulator.app_key}" + "x" * 999
    assert look_up(SCALAR, "q", remarks={"warnings": [bad], "infos": [bad]}) == ["7"]
    assert len(seen) == 2
    assert all(text.isprintable() and len(text) < 330 and emulator.app_key not in text for text in seen)
