# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the play of a guide: the one code block of YAML that has this text in it.

usage: play_of_guide.py GUIDE TEXT
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

guide = Path(sys.argv[1]).read_text(encoding="utf-8")
blocks = re.findall(r"^\.\. code-block:: yaml(?:\+jinja)?\n((?:\n|[ ]+.*\n)+)", guide, re.MULTILINE)
(play,) = [textwrap.dedent(block).strip("\n") for block in blocks if sys.argv[2] in block]
print("---\n" + play)
