# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of examples/events/controller, without Event-Driven Ansible: what it does with them is done here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jinja2
import yaml
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(ROOT.parents[2])
sys.path.insert(0, COLLECTIONS)

from ansible_collections.nhncloud.sysmon.tests.emulator import Emulator  # noqa: E402

EXAMPLE = ROOT / "examples/events/controller"
BIN = Path(sys.executable).parent
KEY = "secret-appkey-of-a-test"
JOB = """        run_job_template:
          name: Register collection targets
          organization: Default
          job_args:
            extra_vars:
              register_hosts: all
"""


def environment(**variables):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NHNCLOUD_", "ANSIBLE_"))}
    return {**inherited, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **variables}


def injected(inputs):
    """The extra variables that a credential gives to an activation."""
    kind = yaml.safe_load((EXAMPLE / "credential-type.yml").read_text(encoding="utf-8"))
    assert set(kind["inputs"]["required"]) <= set(inputs)
    values = {field["id"]: field.get("default", "") for field in kind["inputs"]["fields"]}
    render = NativeEnvironment(undefined=jinja2.StrictUndefined).from_string
    assert list(kind["injectors"]) == ["extra_vars"]
    return {name: render(text).render({**values, **inputs}) for name, text in kind["injectors"]["extra_vars"].items()}


def test_the_rulebook_takes_what_the_credential_injects(tmp_path):
    with Emulator(servers=1, app_keys={KEY: ["emulator"]}) as emulator:
        text = (EXAMPLE / "register.yml").read_text(encoding="utf-8")
        assert JOB in text
        text = text.replace(JOB, "        shutdown:\n          delay: 0\n")
        text = text.replace("interval: 60", "interval: 1\n        report_existing: true")
        (tmp_path / "rulebook.yml").write_text(text.replace("/var/lib/eda", str(tmp_path)), encoding="utf-8")
        given = injected({"app_key": KEY, "project_id": emulator.project_id, "region": "kr", "api_url": emulator.url})
        (tmp_path / "vars.yml").write_text(json.dumps(given), encoding="utf-8")
        command = [BIN / "ansible-rulebook", "-r", "rulebook.yml", "--vars", "vars.yml", "-vv"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(ANSIBLE_COLLECTIONS_PATH=COLLECTIONS, HOME=str(tmp_path)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "'type': 'appeared'" in done.stdout, done.stdout + done.stderr
    # What ansible-rulebook prints are the templates.
    written = done.stdout + done.stderr + (tmp_path / "register.json").read_text(encoding="utf-8")
    assert KEY not in written


def test_configure():
    """Stand-ins for the modules of ansible.eda check the names of the options."""
    folders = [COLLECTIONS, str(Path(__file__).with_name("collections"))]
    command = [BIN / "ansible-playbook", "-i", "localhost,", "-c", "local", "configure.yml", "-vv"]
    done = subprocess.run(
        [*command, "-e", "project_id=p", "-e", "region=kr", "-e", "repository=https://git.example.com/rulebooks.git"],
        cwd=EXAMPLE,
        env=environment(ANSIBLE_COLLECTIONS_PATH=os.pathsep.join(folders), NHNCLOUD_SYSMON_APP_KEY=KEY),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Unlike everything else the injectors are not templated here.
    assert '"nhncloud_sysmon_app_key": "{{ app_key }}"' in done.stdout
    assert KEY not in done.stdout + done.stderr
