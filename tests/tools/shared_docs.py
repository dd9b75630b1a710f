# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write documentation that modules or event sources share into each, between its BEGIN and END comments.

The source is shared_docs/*.yml. Run it after a change there: python tests/tools/shared_docs.py
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

SOURCE = Path(__file__).with_suffix("")
ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("extensions/eda/plugins/event_source/*.py")])
PART = re.compile(r"^( *)# BEGIN (\w+): .*\n(?:.*\n)*?\1# END \2\n", re.MULTILINE)


def rendered(text):
    """The text of a file with every shared part replaced by its source."""
    return PART.sub(_part, text)


def _part(match):
    margin, name = match.groups()
    lines = (SOURCE / f"{name}.yml").read_text(encoding="utf-8").partition("\n\n")[2]
    begin = f"{margin}# BEGIN {name}: written by tests/tools/shared_docs.py\n"
    return begin + indent(lines, margin) + f"{margin}# END {name}\n"


if __name__ == "__main__":
    for file in FILES:
        file.write_text(rendered(file.read_text(encoding="utf-8")), encoding="utf-8")
