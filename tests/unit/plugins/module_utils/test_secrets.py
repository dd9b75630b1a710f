# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import html
import json
import time
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import (
    redact,
    redact_cut,
    redact_data,
    remember,
    spellings,
)

KEYS = ["4ppK3y/for+it>~?", "Zk3mP9qLw2XsT7Rb", "0123456789012345", "a\"b\\c&d<e>f'g", "emulator-appkey"]


def base64_of(text):
    return b64encode(text.encode()).decode()


SPELLINGS = {
    "plain": lambda key: key,
    "upper case": str.upper,
    "lower case": str.lower,
    "base64": base64_of,
    "base64 without padding": lambda key: base64_of(key).rstrip("="),
    "base64 for URLs": lambda key: urlsafe_b64encode(key.encode()).decode(),
    "base64 in a URL": lambda key: quote(base64_of(key), safe=""),
    "base64 of name:key": lambda key: base64_of(f"admin:{key}"),
    "base64 of x:key": lambda key: base64_of(f"x:{key}"),
    "base64 of key:": lambda key: base64_of(f"{key}:"),
    "base64 of a sentence": lambda key: base64_of(f"the key is {key}, they say"),
    "percent": lambda key: quote(key, safe=""),
    "percent, lower case": lambda key: quote(key, safe="").lower(),
    "percent in a path": quote,
    "percent, every letter": lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    "percent, every letter, lower case": lambda key: "".join(f"%{byte:02x}" for byte in key.encode()),
    "percent, twice": lambda key: quote(quote(key, safe=""), safe=""),
    "HTML": html.escape,
    "HTML, decimal": lambda key: "".join(f"&#{ord(x)};" for x in key),
    "HTML, hexadecimal": lambda key: "".join(f"&#x{ord(x):X};" for x in key),
    "HTML, every other letter": lambda key: "".join(
        f"&#{ord(x)};" if i % 2 else html.escape(x) for i, x in enumerate(key)
    ),
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON, every letter": lambda key: "".join(f"\\u{ord(x):04x}" for x in key),
    "JSON, slashes": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "Python": lambda key: "".join(f"\\x{ord(x):02x}" for x in key),
    "hex": lambda key: key.encode().hex(),
    "HEX": lambda key: key.encode().hex().upper(),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_are_redacted(key, spelling):
    remember(key)
    said = SPELLINGS[spelling](key)
    clean = redact(f"before {said} after")
    if spelling.startswith("base64 of"):
        # What stands around the key stays.
        assert "********" in clean
        assert len(clean.replace("********", "")) <= len(f"before {said} after") - len(key) * 8 // 6 + 1
    else:
        assert clean == "before ******** after"


def test_what_is_not_the_key_stays():
    remember("Zk3mP9qLw2XsT7Rb")
    for text in ("", "Zk3mP9qLw2XsT7R", "100 % of <b>&amp;</b> \\u00e4 한국", "%5a%6b"):
        assert redact(text) == text


@pytest.mark.parametrize("short", ["k", "kr", "test"])
def test_a_short_key_is_redacted_as_it_is_only(short):
    remember(short)
    assert redact(f"<{short}> {short.encode().hex()} 6b 74") == f"<********> {short.encode().hex()} 6b 74"


def test_no_key():
    remember(None)
    remember("")
    assert redact("as it was") == "as it was"
    assert redact_data({"a": ["as it was"]}) == {"a": ["as it was"]}


def test_several_keys():
    remember("first-app-key")
    remember("second-app-key")
    remember("second-app-key")
    assert redact("first-app-key, second-app-key") == "********, ********"


def test_data():
    remember("some-app-key")
    found = {
        "a": ["x", {"some-app-key": 1, "b": "SOME-APP-KEY!"}],
        "n": None,
        "t": True,
        "f": 1.5,
        "tuple": ("some-app-key",),
    }
    assert redact_data(found) == {
        "a": ["x", {"********": 1, "b": "********!"}],
        "n": None,
        "t": True,
        "f": 1.5,
        "tuple": ["********"],
    }


def test_data_that_is_no_json():
    remember("some-app-key")
    odd = object()
    assert redact_data({"odd": odd, 1: "some-app-key"}) == {"odd": odd, 1: "********"}


def test_a_key_of_digits_as_a_number():
    remember("1234567890123456")
    assert redact_data({"n": 1234567890123456, "m": 12}) == {"n": "********", "m": 12}


def test_data_without_the_key_is_returned_itself():
    remember("some-app-key")
    found = {"a": "100 % \\ &"}
    assert redact_data(found) is found


@pytest.mark.parametrize(
    "text", ["%" * 5_000_000, "&#0" * 1_500_000, "A" * 5_000_000, "\\" * 5_000_000, "%25" * 1_500_000]
)
def test_long_texts_take_no_longer_than_they_are(text):
    remember("Zk3mP9qLw2XsT7Rb")
    start = time.monotonic()
    assert redact(text) == text
    assert time.monotonic() - start < 10


def test_the_usual_spellings():
    assert spellings("plain") == ["plain", "cGxhaW4=", "cGxhaW4"]
    assert spellings("a/+~~>")[:5] == ["a/+~~>", "a%2F%2B~~%3E", "a/%2B~~%3E", "YS8rfn4+", "YS8rfn4-"]
    assert {"%73%6F%6D%65%2D%6B%65%79", "736f6d652d6b6579"} <= set(spellings("some-key"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("said M4rked+Appkey", "said ********"),
        ("said M4rked+", "said M4rked+"),
        ("said " + b64encode(b"M4rked+Appkey/for").decode()[:18], "said ********"),
        ("M4rked+Appkey is not the end", "M4rked+Appkey is not the end"),
    ],
)
def test_a_secret_that_the_end_cuts_off(text, left):
    remember("M4rked+Appkey/for")
    assert redact_cut(text) == left
