# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are registered with ansible-core if it supports that; before 2.22 it does not."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import secrets

SPELLINGS = ["a/~~>k", "a%2F~~%3Ek", "a/~~%3Ek", "YS9+fj5r", "YS9-fj5r"]


@pytest.fixture(params=["ansible-core masks secrets", "it does not"])
def registered(request, monkeypatch):
    """The secrets that ansible-core knows, None if it does not support that."""
    told = [] if request.param == "ansible-core masks secrets" else None
    module = None
    if told is not None:
        module = ModuleType("ansible.module_utils.secrets")
        module.register_secrets = told.extend
    monkeypatch.setitem(sys.modules, "ansible.module_utils.secrets", module)  # None: it cannot be imported
    importlib.reload(secrets)
    yield told
    monkeypatch.undo()
    importlib.reload(secrets)


def test_every_spelling(registered):
    assert secrets.hide("a/~~>k") == SPELLINGS
    assert registered in (None, SPELLINGS)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_secret_masks_nothing(registered, nothing):
    assert secrets.hide(nothing) == []
    assert not registered
