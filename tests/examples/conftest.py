# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as users get it: built, and installed into a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def environment(collections, *first_on_path):
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NHNCLOUD_", "ANSIBLE_")) and not name.lower().endswith("_proxy")
    }
    path = [*map(str, first_on_path), str(BIN), clean["PATH"]]
    return {**clean, "ANSIBLE_COLLECTIONS_PATH": str(collections), "PATH": os.pathsep.join(path)}


@pytest.fixture(scope="session")
def collections(tmp_path_factory):
    """The folder in which the collection is installed."""
    folder = tmp_path_factory.mktemp("installed")
    galaxy = [BIN / "ansible-galaxy", "collection"]
    source = folder / "source"  # a plain copy: what git ignores is not built
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    for name in names or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    options = {"stdout": subprocess.DEVNULL, "env": environment(folder / "collections")}
    subprocess.run([*galaxy, "build", "--output-path", folder, source], check=True, **options)
    (built,) = folder.glob("*.tar.gz")
    install = ["install", "--offline", "--no-deps", "-p", folder / "collections", built]
    subprocess.run([*galaxy, *install], check=True, stderr=subprocess.DEVNULL, **options)
    return folder / "collections"


@pytest.fixture
def shims(tmp_path):
    """A folder of programs that write down what they would download, and a python that makes no virtual environment."""
    folder = tmp_path / "shims"
    folder.mkdir()
    for name in ("pip", "ansible-galaxy"):
        (folder / name).write_text(f'#!/bin/sh\necho {name} "$@" >> "{tmp_path}/downloads"\n', encoding="utf-8")
    (folder / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    venv = 'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && touch "$3/bin/activate"; exit; fi\n'
    (folder / "python3").write_text(f'#!/bin/sh\n{venv}exec {sys.executable} "$@"\n', encoding="utf-8")
    for shim in folder.iterdir():
        shim.chmod(0o755)
    return folder
