# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Appended to the conf.py that antsibull-docs writes. ruff: noqa: I002
html_static_path = ["static"]
html_css_files = ["narrow.css", "colors.css"]
templates_path = ["templates"]
locale_dirs = ["../locale"]  # relative to rst
gettext_compact = False
suppress_warnings = ["misc.highlighting_failure"]  # braces of PromQL are no template
