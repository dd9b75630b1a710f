# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""examples/emulator as copied by a user, with the built collection installed into its own folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import BIN, ROOT, environment

EXAMPLE = ROOT / "examples/emulator"
INSTALLED = ".collections/ansible_collections/nhncloud/sysmon"


@pytest.fixture
def project(tmp_path):
    """A copy of the example."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project"))


def run(command, folder, variables, **options):
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **options,
    )


def test_pytest(project, collections):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v"]
    done = run(command, project, {**environment(collections), "COLLECTIONS": str(collections)})
    assert done.returncode == 0, done.stdout
    assert " 5 passed" in done.stdout


def test_molecule(project, collections):
    emulator = collections / "ansible_collections/nhncloud/sysmon/tests/emulator"
    command = [sys.executable, emulator, "--servers-file", "servers.json", "--", BIN / "molecule", "test"]
    done = run(command, project, {**environment(collections), "HOME": str(project), "NO_COLOR": "1", "TERM": "dumb"})
    assert done.returncode == 0, done.stdout
    for action in ("converge", "idempotence", "verify"):
        assert re.search(rf"default\W+{action}: Executed: Successful", done.stdout), done.stdout


@pytest.fixture
def on_a_runner(project, collections, shims, tmp_path):
    """Run shell commands as a CI runner does, with what it would download already there."""
    (project / ".collections").symlink_to(collections)

    def run_script(script, variables):
        done = run(["bash", "-e"], project, {**environment(collections, shims), **variables}, input=script)
        assert done.returncode == 0, done.stdout
        return done.stdout, (tmp_path / "downloads").read_text(encoding="utf-8").splitlines()

    return run_script


def check_downloads(downloads):
    assert downloads == [
        "pip install ansible-core",
        "ansible-galaxy collection install -p .collections nhncloud.sysmon",
        f"pip install -r {INSTALLED}/requirements.txt -r {INSTALLED}/tests/emulator/requirements.txt",
    ]


def test_github_actions(on_a_runner):
    workflow = yaml.safe_load((EXAMPLE / "github-actions.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert all("run" in step or "uses" in step for step in job["steps"])
    out, downloads = on_a_runner("\n".join(step["run"] for step in job["steps"] if "run" in step), job["env"])
    check_downloads(downloads)
    assert out.count("failed=0") == 4
    assert out.count("changed=1") == 4


def test_gitlab(on_a_runner):
    (job,) = yaml.safe_load((EXAMPLE / "gitlab-ci.yml").read_text(encoding="utf-8")).values()
    out, downloads = on_a_runner("\n".join([*job["before_script"], *job["script"]]), job["variables"])
    check_downloads(downloads)
    assert out.count("failed=0") == 4
    assert out.count("changed=1") == 4


def test_container_file(collections, tmp_path):
    """No build here: its instructions are known ones, its paths exist, and what it starts listens and ends."""
    text = (EXAMPLE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    assert [name for name, _rest in lines] == ["FROM", "RUN", "RUN", "USER", "EXPOSE", "ENTRYPOINT", "CMD"]
    for name, rest in lines:
        if name == "RUN":
            subprocess.run(["bash", "-n"], input=rest, text=True, check=True)
    for path in re.findall(r"/usr/share/ansible/collections(/\S+)", text.replace('"', " ").replace(",", " ")):
        assert (collections / path[1:]).exists(), path
    entry, command = (yaml.safe_load(rest) for name, rest in lines if name in ("ENTRYPOINT", "CMD"))
    assert entry.pop(0) == "python"
    words = [word.replace("/usr/share/ansible/collections", str(collections)) for word in entry + command]
    words[words.index("0.0.0.0:8080")] = "127.0.0.1:0"
    with subprocess.Popen([sys.executable, *words], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline().startswith("listening on http://127.0.0.1:")
        running.terminate()
        assert running.wait(20) == 0


@pytest.mark.parametrize("how", ["path", "module"])
def test_installed_emulator(collections, tmp_path, how):
    """Both forms that its README shows, from an installed collection and from any folder."""
    package = collections / "ansible_collections/nhncloud/sysmon"
    form = (
        [package / "tests/emulator"] if how == "path" else ["-m", "ansible_collections.nhncloud.sysmon.tests.emulator"]
    )
    ask = [BIN / "ansible", "localhost", "-m", "nhncloud.sysmon.sysmon_server_info"]
    variables = {**environment(collections), **({"PYTHONPATH": str(collections)} if how == "module" else {})}
    done = run([sys.executable, *form, "--servers", "3", "--", *ask], tmp_path, variables)
    assert done.returncode == 0, done.stdout
    assert "host-00003" in done.stdout
    assert not list(tmp_path.iterdir())


def test_the_live_playbook_is_installed(collections, tmp_path):
    package = collections / "ansible_collections/nhncloud/sysmon"
    command = [sys.executable, package / "tests/emulator", "--", BIN / "ansible-playbook", "nhncloud.sysmon.live"]
    done = run(command, tmp_path, environment(collections))
    assert done.returncode == 0, done.stdout
    (report,) = tmp_path.iterdir()
    assert "nhncloud.sysmon 1." in report.read_text(encoding="utf-8")


def test_readme(on_a_runner, collections, tmp_path):
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for path in EXAMPLE.iterdir():
        assert f"`{path.name}" in text or path.name == "README.md", path.name
    (tmp_path / ".ansible").mkdir()
    (tmp_path / ".ansible/collections").symlink_to(collections)
    out, downloads = on_a_runner(re.findall(r"```bash\n(.*?)```", text, re.DOTALL)[0], {"HOME": str(tmp_path)})
    assert out.count("changed=1") == 2
    assert len(downloads) == 1
