#!/usr/bin/env bash
# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The pages that the role writes, looked at in a real Chromium where there is one.
set -eux

python -m pytest -p no:cacheprovider --durations=5 "$@" .
