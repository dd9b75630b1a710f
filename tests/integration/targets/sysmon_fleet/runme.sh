#!/usr/bin/env bash
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Every test runs a playbook of the collection against an emulator, and looks at both.
set -eux

python -m pytest -p no:cacheprovider --numprocesses=2 --durations=5 "$@" .
