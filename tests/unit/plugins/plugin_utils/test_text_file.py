# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file is written as a whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.text_file import write_text


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_it_writes_once(tmp_path):
    file = tmp_path / "page"
    assert write_text(str(file), "한\ud800", True) is True
    assert not file.exists()
    assert write_text(str(file), "한\ud800", False) is True
    assert file.read_text(encoding="utf-8") == "한\\ud800"
    assert mode(file) == 0o666 & ~os.umask(os.umask(0o022))
    assert write_text(str(file), "한\ud800", False) is False


def test_it_keeps_mode_and_links(tmp_path):
    file, link = tmp_path / "page", tmp_path / "link"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert write_text(str(link), "new", False)
    assert link.is_symlink()
    assert (file.read_text(encoding="utf-8"), mode(file)) == ("new", 0o640)


def test_relative_to_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_text("page", "x", False)
    assert (tmp_path / "page").exists()


@pytest.mark.parametrize(
    ("path", "message"), [(".", "is a folder"), ("no/page", "does not exist"), ("x" * 999, "cannot be")]
)
def test_refused(tmp_path, path, message):
    with pytest.raises(SysmonError, match=message) as caught:
        write_text(str(tmp_path / path), "x", False)
    assert caught.value.kind == "config"


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(SysmonError, match="No space left"):
        write_text(str(tmp_path / "page"), "x", False)
    assert list(tmp_path.iterdir()) == []
