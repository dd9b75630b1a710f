# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the shared parts of RETURN into every module, between their BEGIN and END comments.

The source is return_values/*.yml. Run it after a change there: python tests/tools/return_values.py
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

SOURCE = Path(__file__).with_suffix("")
MODULES = sorted((Path(__file__).parents[2] / "plugins/modules").glob("*.py"))
PART = re.compile(r"^( *)# BEGIN (\w+): .*\n(?:.*\n)*?\1# END \2\n", re.MULTILINE)


def rendered(text):
    """The text of a module with every shared part replaced by its source."""
    return PART.sub(_part, text)


def _part(match):
    margin, name = match.groups()
    lines = (SOURCE / f"{name}.yml").read_text(encoding="utf-8").partition("\n\n")[2]
    begin = f"{margin}# BEGIN {name}: written by tests/tools/return_values.py\n"
    return begin + indent(lines, margin) + f"{margin}# END {name}\n"


if __name__ == "__main__":
    for module in MODULES:
        module.write_text(rendered(module.read_text(encoding="utf-8")), encoding="utf-8")
