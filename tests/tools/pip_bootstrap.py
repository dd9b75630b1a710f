# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ansible-test make virtual environments on a network that reaches a package index but nothing else.

ansible-test bootstraps pip with a script from a file host of its own. Where that host cannot be reached, this puts a
stand-in into ansible-test's cache that runs the same version of pip from a wheel of the package index.
Run it with the Python that has the ansible-core in question.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

from ansible_test._internal.python_requirements import get_venv_packages

CACHE = Path("~/.ansible/test/cache").expanduser()
PYTHONS = [f"3.{minor}" for minor in range(9, 16)]
STAND_IN = """\
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "{wheel}"))

from pip._internal.cli.main import main

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", *options]))
"""


def file_host() -> str:
    """The address that this ansible-core would ask, up to the name of the file."""
    source = distribution("ansible-core").locate_file("ansible_test/_util/target/setup/requirements.py")
    match = re.search(r"url = '(https://[^']*/)get-pip-", Path(str(source)).read_text(encoding="utf-8"))
    return match.group(1) if match else ""


def reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 400
    except (OSError, ValueError):
        return False


def put(version: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), f"pip=={version}"]
    subprocess.run(command, check=True)
    wheel = next(CACHE.glob(f"pip-{version}-*.whl"))
    script = CACHE / f"get_pip_{version.replace('.', '_')}.py"
    fresh = script.with_suffix(f".{os.getpid()}")
    fresh.write_text(STAND_IN.format(wheel=wheel.name), encoding="utf-8")
    fresh.replace(script)


def main() -> None:
    versions = {get_venv_packages(SimpleNamespace(version=python))["pip"] for python in PYTHONS}
    for version in sorted(versions):
        cached = CACHE / f"get_pip_{version.replace('.', '_')}.py"
        if not cached.exists() and not reachable(f"{file_host()}get-pip-{version}.py"):
            print(f"ansible-test's file host does not answer: pip {version} comes from the package index")
            put(version)


if __name__ == "__main__":
    main()
