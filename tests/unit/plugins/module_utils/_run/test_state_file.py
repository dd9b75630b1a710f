# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import state_file
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.state_file import Memory, StateFile

MEMORY = Memory({"last": 1}, 5, [{"id": "x"}])


def test_round_trip(tmp_path):
    path = tmp_path / "state.json"
    file = StateFile(str(path), "w")
    assert file.read() == Memory()
    file.write(Memory({"last": 0}))
    file.write(MEMORY)
    assert StateFile(str(path), "w").read() == MEMORY
    assert os.listdir(tmp_path) == ["state.json"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_file():
    file = StateFile(None, "w")
    file.write(MEMORY)
    assert file.read() == Memory()


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    StateFile("~/state.json", "w").write(MEMORY)
    assert (tmp_path / "state.json").exists()


def test_a_failed_write_leaves_the_old_state(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    file = StateFile(str(path), "w")
    file.write(MEMORY)

    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(state_file.os, "fsync", fail)
    with pytest.raises(SysmonError, match="cannot be written .No space left on device") as failure:
        file.write(Memory({"last": 2}))
    assert failure.value.kind == "config"
    assert file.read() == MEMORY
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is not a state"),
        ("[]", "is not a state"),
        ("{}", "is not a state"),
        ('{"version": 2, "watched": "w"}', "is not a state"),
        ('{"version": 1, "watched": "w", "pending": 1}', "is not a state"),
        ('{"version": 1, "watched": "w", "more": 1}', "is not a state"),
        ('{"version": 1, "watched": "other"}', "belongs to 'other'"),
    ],
)
def test_not_a_state_of_this_source(tmp_path, content, words):
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SysmonError, match=words) as failure:
        StateFile(str(path), "w").read()
    assert failure.value.kind == "config"
    assert path.read_text(encoding="utf-8") == content


def test_not_readable(tmp_path):
    with pytest.raises(SysmonError, match="cannot be read .Is a directory"):
        StateFile(str(tmp_path), "w").read()
