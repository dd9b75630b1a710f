# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every plugin can be imported where ansible-core no longer has the names that it deprecates today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPRECATED = [
    "ansible.module_utils._text",
    "ansible.module_utils.basic:get_distribution",
    "ansible.module_utils.basic:get_platform",
    "ansible.module_utils.basic:load_platform_subclass",
    "ansible.module_utils.basic:remove_values",
    "ansible.module_utils.basic:sanitize_keys",
    "ansible.module_utils.common._collections_compat",
    "ansible.module_utils.common.parameters:remove_values",
    "ansible.module_utils.common.parameters:sanitize_keys",
    "ansible.module_utils.common.text.converters:container_to_bytes",
    "ansible.module_utils.common.text.converters:container_to_text",
    "ansible.module_utils.pycompat24",
    "ansible.module_utils.six",
    "ansible.module_utils.six.moves",
]
# Core itself may still use them: all is imported, then ours once more without the names.
PROGRAM = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
names, gone = sys.argv[2].split(), sys.argv[3].split()
for name in names:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.startswith("ansible_collections.nhncloud")]:
    del sys.modules[name]
for name in gone:
    module, _, attribute = name.partition(":")
    if attribute:
        vars(importlib.import_module(module)).pop(attribute, None)
    else:
        sys.modules[module] = None
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_every_plugin_without_them():
    files = [path for path in ROOT.glob("plugins/**/*.py") if path.name != "__init__.py"]
    modules = [
        ".".join(("ansible_collections.nhncloud.sysmon", *file.relative_to(ROOT).with_suffix("").parts))
        for file in sorted(files)
    ]
    command = [sys.executable, "-c", PROGRAM, str(ROOT.parents[2]), " ".join(modules), " ".join(DEPRECATED)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == (f"{len(modules)}\n", 0), run.stderr
