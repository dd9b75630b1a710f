# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages of modules name the role's variables in the role."""

from __future__ import annotations

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.role_terms import in_role_terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wait longer with server_timeout.", "wait longer with register_targets_server_timeout."),
        ("or wait longer with wait_timeout.", "or wait longer with register_targets_verify_timeout."),
        ("Check project_id.", "Check register_targets_project_id."),
        ("register_targets_app_key", "register_targets_app_key"),
        ("sysmon_workspace creates one.", "Set register_targets_create_workspace: true."),
        ("web1: name is empty.", "web1: register_targets_workspace is empty."),
        ("The host name is long.", "The host name is long."),
        ("timeout must be between 1 and 3600 seconds.", "register_targets_timeout must be between 1 and 3600 seconds."),
        ("retries must be 0 or more.", "register_targets_retries must be 0 or more."),
        ("longer than timeout (30 s) allows.", "longer than register_targets_timeout (30 s) allows."),
        ("region 'x' is not one of kr.", "register_targets_region 'x' is not one of kr."),
        ("3 servers are listed (project p, region kr).", "3 servers are listed (project p, region kr)."),
        ("metrics_path 'x' is not a path", "register_targets_metrics_path 'x' is not a path"),
        (
            "region is not set: give the option region or the environment variable NHNCLOUD_SYSMON_REGION.",
            "register_targets_region is not set: set register_targets_region or the environment variable "
            "NHNCLOUD_SYSMON_REGION.",
        ),
        (
            "app_key and region are not set: give the options or the environment variables A and B.",
            "register_targets_app_key and register_targets_region are not set: set them or the environment variables A and B.",
        ),
        ("Name one by host_id or instance_id.", "Set register_targets_match: host_id, and register_targets_identity."),
        ("Name one by workspace_id.", "The role takes a workspace by its name: delete the one that is not meant."),
    ],
)
def test_messages_name_the_roles_variables(text, words):
    assert in_role_terms(text) == words
