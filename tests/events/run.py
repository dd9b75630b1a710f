# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the rulebooks of examples/events in a real ansible-rulebook. Arguments go to pytest.

With --obstacle, print why that cannot be done here, if so.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

JAVA_HOME = re.compile(r"/usr/lib/jvm/java-(\d+)-openjdk-\w+")
OLDEST_JAVA = 17


def java_home() -> str | None:
    """A Java that the rule engine of ansible-rulebook can use: an installed one, or that of JAVA_HOME."""
    installed = [JAVA_HOME.fullmatch(str(home)) for home in sorted(Path("/usr/lib/jvm").glob("*"))]
    homes = [found[0] for found in installed if found and int(found[1]) >= OLDEST_JAVA]
    given = [os.environ["JAVA_HOME"]] if os.environ.get("JAVA_HOME") else []
    return next((home for home in [*homes, *given] if list(Path(home).rglob("libjvm.so"))), None)


def obstacle() -> str | None:
    """Why there is nothing to run."""
    if java_home() is None:
        return f"ansible-rulebook needs Java {OLDEST_JAVA} or newer, which is not installed"
    if shutil.which("prometheus") is None:
        return "prometheus is not installed"
    return None


if __name__ == "__main__":
    if sys.argv[1:] == ["--obstacle"]:
        print(obstacle() or "")
        sys.exit()
    import pytest

    os.environ["JAVA_HOME"] = java_home() or ""
    here = str(Path(__file__).resolve().parent)
    options = ["-p", "no:cacheprovider", "--rootdir", here, "--import-mode=importlib", "--durations=5", "-v", "-n2"]
    # The longest one first.
    files = [f"{here}/test_rulebooks.py", here]
    given = sys.argv[1:]
    named = [each for each in given if Path(each.partition("::")[0]).exists()]
    sys.exit(pytest.main([*options, "--dist=worksteal", *given, *([] if named else files)]))
