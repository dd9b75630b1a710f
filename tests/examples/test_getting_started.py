# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide for the first five minutes, followed with nothing but the installed collection."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import textwrap
import time
from pathlib import Path

import pytest
from conftest import environment

GUIDE = Path(__file__).resolve().parents[2] / "docs/docsite/rst/guide_getting_started.rst"
BLOCK = re.compile(r"\.\. code-block:: (\w+)\n\n((?:   .*\n|\n)+)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


@pytest.fixture
def blocks():
    """The first shell's commands, then what the second shell does, with a port that is free."""
    port = free_port()
    text = GUIDE.read_text(encoding="utf-8").replace("8080", port)
    return port, [(language, textwrap.dedent(code)) for language, code in BLOCK.findall(text)]


def test_it_works_as_written(blocks, collections, shims, tmp_path):
    port, ((_language, install), *rest) = blocks
    home, own = tmp_path / "home", tmp_path / "own"
    own.mkdir()
    (home / ".ansible").mkdir(parents=True)
    (home / ".ansible/collections").symlink_to(collections)
    variables = {**environment(collections, shims), "HOME": str(home)}
    del variables["ANSIBLE_COLLECTIONS_PATH"]  # Ansible looks into the home folder by itself
    script = []
    for language, code in rest:
        if language == "yaml":
            name = re.match(r"# (\S+)", code)[1]
            own.joinpath(name).write_text(code, encoding="utf-8")
        else:
            script += ["echo ====", code]
    options = {"env": variables, "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    first = subprocess.Popen(["bash", "-ec", install], cwd=tmp_path, start_new_session=True, **options)
    try:
        wait_for(port)
        done = subprocess.run(["bash", "-e"], cwd=own, input="\n".join(script), check=False, **options)
    finally:
        first.send_signal(signal.SIGTERM)
        subprocess.run(["kill", "--", f"-{first.pid}"], check=False, capture_output=True)
        said = first.communicate(timeout=30)[0]
    assert done.returncode == 0, f"{said}\n{done.stdout}"
    _nothing, servers, check, runs, targets = done.stdout.split("====\n")
    assert servers.count('"hostname": "host-0000') == 3
    assert "changed=2" in check
    assert re.findall(r"changed=(\d)", runs) == ["2", "0"]
    assert targets.count('"workspace": "web"') == 3
    assert tmp_path.joinpath("downloads").read_text(encoding="utf-8").splitlines() == [
        "pip install ansible-core",
        "ansible-galaxy collection install nhncloud.sysmon",
        "pip install -r requirements.txt -r tests/emulator/requirements.txt",
    ]
