# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action of the playbooks prune, drift and export, and of the role fleet_page. Runs in Ansible's process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.action import ActionBase

from ..module_utils._api.connect import connect
from ..module_utils._errors import SysmonError
from ..module_utils._model.export import check_export
from ..module_utils._model.fleet_summary import drift_summary, prune_summary
from ..module_utils._model.hosts import SELECTORS
from ..module_utils._model.outcome_errors import MOST_REASONS
from ..module_utils._run.drift import Comparison, compare
from ..module_utils._run.export import export_targets
from ..module_utils._run.page import build_page
from ..module_utils._run.prune import ensure_pruned
from ..module_utils._run.secrets import hide
from ..module_utils._secrets import redact_data
from ..plugin_utils.display import show
from ..plugin_utils.fleet_hosts import fleet_hosts
from ..plugin_utils.playbook_variables import playbook_options
from ..plugin_utils.role_connection import checked_connection, environment_of
from ..plugin_utils.role_hosts import fleet_entries
from ..plugin_utils.role_variables import RoleVariables
from ..plugin_utils.text_file import write_text

TEMPLATE = Path(__file__).parents[2] / "roles/fleet_page/templates/page.html"


class ActionModule(ActionBase):
    """One step for each playbook, and one for the role."""

    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        step = str(self._task.args.get("step"))
        steps = {"prune": self._prune, "drift": self._drift, "export": self._export, "page": self._page}
        try:
            if step not in steps:
                raise SysmonError("config", f"step must be one of {', '.join(steps)}.")
            found = steps[step](task_vars)
        except SysmonError as error:
            found = {"changed": False, "failed": True, "msg": str(error), "error": error.as_result()}
        except ImportError as missing:
            error = SysmonError("config", missing_required_lib(str(missing)))
            found = {"changed": False, "failed": True, "msg": str(error), "error": error.as_result()}
        return {**result, **redact_data(found)}

    def _variables(self, raw: Mapping[str, Any]) -> RoleVariables:
        return RoleVariables(str(raw["inventory_hostname"]), raw, lambda _name, value: self._templar.template(value))

    def _environment(self) -> Any:
        """Context manager that applies the ``environment`` of the play, as for a module."""
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        return environment_of(environment)

    def _connect_options(self, variables: RoleVariables) -> dict[str, Any]:
        options = checked_connection(variables.connection(self._task.args))
        hide(options["app_key"])
        return options

    def _prune(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        variables = self._variables(raw)
        options = playbook_options("prune", variables, raw)
        check_mode = bool(self._task.check_mode)
        with self._environment():
            params = {**self._connect_options(variables), **options}
            params.update(workspace_id=None, query="up", max_workers=8, rate_limit=None)
            result, error = ensure_pruned(connect(params, connections=8), params, check_mode)
        show("\n".join(prune_summary(result, check_mode)))
        return {**result, "failed": True, "msg": str(error), "error": error.as_result()} if error else result

    def _drift(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        variables = self._variables(raw)
        options = playbook_options("drift", variables, raw)
        entries, failures = self._desired(raw)
        workspace = variables.text("workspace")
        if entries is not None and workspace is None:
            raise SysmonError("config", "Set register_targets_workspace: register_hosts belong to one workspace.")
        with self._environment():
            params = {**self._connect_options(variables), "silent_for": options["silent_for"], "query": "up"}
            params.update(workspace=workspace, workspace_id=None, targets=entries, port=None)
            params.update(label=variables.text("verify_label"))
            params["partial"] = bool(failures) or "ansible_limit" in raw
            compared = compare(connect(params), params)
            title = f"Drift of {workspace}" if workspace else "Drift"
            written = self._write_page(compared, params, options["page"], title) if options["page"] else {}
        result = {"changed": False, **compared.to_result(), **written}
        show("\n".join(drift_summary(result)))
        failed = _failed(result, failures, options["fail"])
        # Ansible prints a failed result completely; the summary is enough.
        return {name: value for name, value in {**result, **failed}.items() if not failed or name != "drift"}

    def _page(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        variables = self._variables(raw)
        options = playbook_options("fleet_page", variables, raw)
        with self._environment():
            params = {**self._connect_options(variables), "workspace": options["workspace"], "workspace_id": None}
            params.update(label=options["label"], query="up", silent_for=None, targets=None, port=None)
            compared = compare(connect(params), params)
            return self._write_page(compared, params, options["path"], options["title"])

    def _write_page(self, compared: Comparison, params: Mapping[str, Any], path: str, title: str) -> dict[str, Any]:
        template = TEMPLATE.read_text(encoding="utf-8")
        page, remarks = build_page(compared, params, template, title)
        changed = write_text(path, page, bool(self._task.check_mode))
        return {
            "changed": changed,
            "path": str(Path(path).expanduser().absolute()),
            "warnings": compared.warnings + remarks,
        }

    def _desired(self, raw: Mapping[str, Any]) -> tuple[list[dict[str, Any]] | None, dict[str, SysmonError]]:
        """The targets of register_hosts (None if it is not set), and the errors of hosts that have none."""
        pattern = self._variables(raw).plain("register_hosts")
        if pattern is None:
            return None, {}
        hosts = fleet_hosts(self._loader, pattern, raw)
        if not hosts:
            raise SysmonError("config", "register_hosts matches no host of the inventory.")
        entries, failures = fleet_entries(self._variables({**raw, "register_targets_hosts": hosts}), raw["hostvars"])
        unset = dict.fromkeys(SELECTORS)
        return [{**unset, **target} for entry in entries.values() for target in entry["targets"]], failures

    def _export(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        variables = self._variables(raw)
        options = playbook_options("export", variables, raw)
        check_export(options["path"], options["file_sd"])
        with self._environment():
            params = {**self._connect_options(variables), **options}
            result = export_targets(connect(params), params)
        texts = result.pop("texts")
        check_mode = bool(self._task.check_mode)
        changed = [write_text(options[name], texts[name], check_mode) for name in texts if options[name]]
        counts = result["summary"]
        show(f"{counts['exported']} targets, {counts['doubles']} doubled, {counts['orphans']} orphaned.")
        return {"changed": any(changed), **result}


def _failed(result: Mapping[str, Any], failures: Mapping[str, SysmonError], fail: bool) -> dict[str, Any]:
    """Result keys of a failed comparison; empty if it did not fail."""
    if failures:
        reasons = [str(error) for error in failures.values()]
        more = [f"{len(reasons) - MOST_REASONS} more."] if len(reasons) > MOST_REASONS else []
        error = next(iter(failures.values())).as_result()
        text = f"{len(reasons)} hosts were not compared. " + " ".join([*reasons[:MOST_REASONS], *more])
        return {"failed": True, "msg": text, "error": error}
    if fail and not result["clean"]:
        return {"failed": True, "msg": drift_summary(result)[0], "error": None}
    return {}
