# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the end-to-end tests, two at a time, each worker inside namespaces of its own. Arguments go to pytest.

A worker's controller with its emulator and Prometheus gets a network that leads nowhere, a process tree and mounts
that the kernel takes away with their first process. So nothing stays behind, however a run ends.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMESPACES = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
# A worker dies with pytest, and pytest with this process, even where there is no time to see to it.
BOUND = ["setpriv", "--pdeathsig", "KILL"]
WORKER = shlex.join([*BOUND, *NAMESPACES, sys.executable])
PROGRAMS = ["sshd", "ssh", "sudo", "ip", "prometheus", "prometheus-node-exporter", "nsenter", "setpriv"]
PYTEST = [
    "-p",
    "no:cacheprovider",
    "--rootdir",
    str(HERE),
    "--import-mode=importlib",
    f"--tx=2*popen//python={WORKER}",
    "--dist=load",
    "--durations=5",
    "--tb=short",
    "-v",
]


def obstacle() -> str | None:
    """Why hosts cannot be made here, if so."""
    if os.geteuid() != 0:
        return "hosts of their own need root"
    tried = subprocess.run([*NAMESPACES, "true"], capture_output=True, text=True, check=False)
    return f"hosts of their own need namespaces: {tried.stderr.strip()}" if tried.returncode else None


def main(arguments: list[str]) -> int:
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        print(f"Not installed: {', '.join(missing)}. As root, ./dev installs them.")
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_args: sys.exit(f"ended by signal {_args[0]}"))
    where = [] if any(Path(argument.partition("::")[0]).exists() for argument in arguments) else [str(HERE)]
    process = subprocess.Popen([*BOUND, sys.executable, "-m", "pytest", *PYTEST, *arguments, *where])
    try:
        return process.wait()
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    if "--obstacle" in sys.argv:
        print(obstacle() or "", end="")
        sys.exit()
    sys.exit(main(sys.argv[1:]))
