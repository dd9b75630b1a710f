# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all hosts of a batch share, from the variables of the role."""

from __future__ import annotations

from ..module_utils._errors import SysmonError
from ..module_utils._model.desired import check_parallel, check_wait
from ..module_utils._model.role_entries import PREFIX
from ..module_utils._run.batch import Batch
from .role_variables import RoleVariables


def batch_from(variables: RoleVariables, check_mode: bool, diff: bool) -> Batch:
    """The options of a batch from the leader's variables. Raises SysmonError of kind config."""
    workspace = variables.text("workspace")
    if workspace is None:
        raise SysmonError("config", "missing required arguments: register_targets_workspace")
    escaped = workspace.replace("\\", "\\\\").replace('"', '\\"')
    batch = Batch(
        workspace=workspace,
        state=variables.choice("state", "present", "absent"),
        create_workspace=variables.flag("create_workspace"),
        metrics_path=variables.text("metrics_path"),
        description=variables.description(),
        server_timeout=variables.number("server_timeout"),
        max_workers=variables.number("max_workers"),
        rate_limit=variables.number("rate_limit", float),
        verify=variables.choice("verify", "none", "health", "query"),
        verify_timeout=variables.number("verify_timeout"),
        verify_query=variables.text("verify_query") or f'up{{job="{escaped}"}}',
        verify_label=str(variables.text("verify_label")),
        lines=variables.number("batch"),
        check_mode=check_mode,
        diff=diff,
    )
    # Here, and not only by the module that takes them: the workspace is created before that.
    check_parallel({"max_workers": batch.max_workers, "rate_limit": batch.rate_limit})
    for name in ("server_timeout", "verify_timeout"):
        check_wait(f"{PREFIX}{name}", getattr(batch, name))
    return batch
