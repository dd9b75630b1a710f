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

MEMORY = Memory({"last": 1}, 5, [{"id": "x", "type": "firing"}])


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
        ("[" * 100_000, "is not a state"),
        ("\0" * 400, "is not a state"),
        ('{"version": 1, "watched": "w", "state": {"la', "is not a state"),
        ('{"version": 2, "watched": "w"}', "is from another version of the collection"),
        ('{"version": 1, "watched": "w", "pending": [1]}', "is not a state"),
        ('{"version": 1, "watched": "w", "pending": [{"id": "1"}]}', "is not a state"),
        ('{"version": 1, "watched": "w", "away_since": "soon"}', "is not a state"),
        ('{"version": 1, "watched": "w", "away_since": 1e99}', "is not a state"),
        ('{"version": 1, "watched": "w", "state": {"last": 1}}', "is not a state"),
        ('{"version": 1, "watched": "w", "pending": 1}', "is not a state"),
        ('{"version": 1, "watched": "w", "more": 1}', "is not a state"),
        ('{"version": 1, "watched": "other"}', "belongs to 'other'"),
    ],
)
def test_not_a_state_of_this_source(tmp_path, content, words):
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SysmonError, match=words) as failure:
        StateFile(str(path), "w", lambda state: state is None).read()
    assert failure.value.kind == "config"
    assert "\n" not in str(failure.value)
    assert path.read_text(encoding="utf-8") == content


def test_not_readable(tmp_path):
    with pytest.raises(SysmonError, match="cannot be read .Is a directory"):
        StateFile(str(tmp_path), "w").read()


def test_not_text(tmp_path):
    path = tmp_path / "state.json"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(SysmonError, match="is not a state"):
        StateFile(str(path), "w").read()


def test_one_source_has_a_file_at_a_time(tmp_path):
    path = str(tmp_path / "state.json")
    first, second = StateFile(path, "w"), StateFile(path, "w")
    first.lock()
    with pytest.raises(SysmonError, match="is in use by another event source") as failure:
        second.lock()
    assert failure.value.kind == "config"
    second.unlock()
    first.unlock()
    first.write(MEMORY)
    assert os.listdir(tmp_path) == [".state.json.lock"]
    third = StateFile(path, "w")
    third.lock()
    third.unlock()
    StateFile(str(tmp_path / "other.json"), "w").lock()
    StateFile(None, "w").lock()


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(state_file.fcntl, "flock", fail)
    StateFile(str(tmp_path / "state.json"), "w").lock()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing/state.json", "cannot be written: its folder does not exist"),
        ("file/state.json", "cannot be written: its folder does not exist"),
        ("x" * 300, "cannot be written .File name too long"),
    ],
)
def test_not_writable(tmp_path, path, words):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for use in (StateFile.lock, lambda file: file.write(MEMORY)):
        with pytest.raises(SysmonError, match=words) as failure:
            use(StateFile(str(tmp_path / path), "w"))
        assert failure.value.kind == "config"


def test_what_a_killed_process_left_is_replaced(tmp_path):
    (tmp_path / ".state.json.new").write_text("{", encoding="utf-8")
    file = StateFile(str(tmp_path / "state.json"), "w")
    file.write(MEMORY)
    assert file.read() == MEMORY
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_link_stays_one(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "state.json"
    link.symlink_to(tmp_path / "disk/state.json")
    StateFile(str(link), "w").write(MEMORY)
    assert link.is_symlink()
    assert StateFile(str(tmp_path / "disk/state.json"), "w").read() == MEMORY
