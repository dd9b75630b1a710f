# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action of the role register_targets: hosts join, and the first (the leader) registers all joined hosts in one pass.

In fleet mode (register_targets_hosts) the step ``fleet`` registers all named hosts without per-host tasks, ``failures``
returns those that failed, and ``fail`` fails a host with a message (gates use it, too). The playbooks register and
deregister ``find`` the hosts first; a host of a play that --limit kept from running fails by ``left_out``,
and one that was not registered by ``reason``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils._errors import SysmonError
from ..module_utils._model.hosts import SELECTORS
from ..module_utils._model.role_results import failed_host, public_result, results_by_host
from ..module_utils._model.role_summary import fleet_result, summary, without_shared_hints
from ..module_utils._run.batch import Batch
from ..module_utils._run.progress import Progress
from ..module_utils._run.register_batch import BatchResult, in_process_call, register_batch
from ..module_utils._run.secrets import hide
from ..plugin_utils.display import show
from ..plugin_utils.errors import without_repeated_error
from ..plugin_utils.fleet_hosts import CONTROLLER, failure_of, fleet_hosts, left_out
from ..plugin_utils.host_identity import check_exporter, instance_id
from ..plugin_utils.playbook_variables import playbook_options
from ..plugin_utils.preload import preload
from ..plugin_utils.rendezvous import Rendezvous
from ..plugin_utils.role_batch import batch_from
from ..plugin_utils.role_connection import checked_connection, environment_of, from_environment
from ..plugin_utils.role_hosts import entry_for, fleet_entries
from ..plugin_utils.role_variables import RoleVariables

# Runs in the process that forks a worker for each host.
preload()

FLEET = "the fleet"


class ActionModule(ActionBase):
    """Steps ``find``, ``join``, ``register``, ``fleet``, ``failures``, ``fail``, ``reason`` and ``left_out``."""

    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        self._task_vars = task_vars
        steps = {
            "find": self._find,
            "join": self._join,
            "register": self._register,
            "fleet": self._fleet,
            "failures": self._failures,
            "fail": self._fail,
            "reason": self._reason,
            "left_out": self._left_out,
        }
        step = str(self._task.args.get("step"))
        try:
            if step not in steps:
                raise SysmonError("config", f"step must be one of {', '.join(steps)}.")
            result.update(steps[step]())
        except SysmonError as error:
            result.update(public_result(failed_host(error)))
        return without_repeated_error(result)

    def _variables(self) -> RoleVariables:
        host = str(self._task_vars["inventory_hostname"])
        return RoleVariables(host, self._task_vars, lambda _name, raw: self._templar.template(raw))

    def _find(self) -> dict[str, Any]:
        """Check the variables of the playbooks register and deregister, and return the hosts that they name."""
        options = playbook_options("register", self._variables(), self._task_vars)
        hosts = fleet_hosts(self._loader, options["hosts"], self._task_vars)
        if not hosts:
            text = "Set the hosts with -e register_hosts=PATTERN. It matches no host of the inventory, or is not set."
            raise SysmonError("config", text)
        return {"changed": False, "hosts": hosts}

    def _join(self) -> dict[str, Any]:
        """Build the entry of this host, and add it to the batch."""
        variables = self._variables()
        if variables.get("hosts") is not None:
            return {"changed": False}
        message: dict[str, Any] = {}
        state, match = variables.choice("state", "present", "absent"), variables.choice("match", *SELECTORS)
        if variables.flag("probe") and state == "present" and not self._task.check_mode:
            port = variables.get("port")
            ports = port if isinstance(port, (list, tuple)) else [port]
            path = variables.text("metrics_path") or "/metrics"
            check_exporter(self._on_host, variables.host, str(variables.text("probe_host")), ports, path)
        identity = variables.get("identity")
        if match == "instance_id" and not identity:
            identity, source = instance_id(self._on_host, variables.host, str(variables.text("metadata_url")))
            message["msg"] = f"{variables.host}: instance id {identity} from {source}"
        # The first host decides for the batch. One whose own options are wrong is not registered by another.
        batch_from(variables, bool(self._task.check_mode), bool(self._task.diff))
        self._rendezvous(variables).join(variables.host, entry_for(variables, match, identity))
        return {"changed": False, **message}

    def _on_host(self, module: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a read-only module on the host itself, also in check mode."""
        check_mode, self._task.check_mode = self._task.check_mode, False
        try:
            answer: dict[str, Any] = self._execute_module(
                module_name=module, module_args=arguments, task_vars=self._task_vars
            )
        finally:
            self._task.check_mode = check_mode
        return answer

    def _register(self) -> dict[str, Any]:
        """Return the result of this host. The leader first registers all joined hosts that have no result yet."""
        variables = self._variables()
        if variables.get("hosts") is not None:
            return {"changed": False}
        return self._await_result(variables, variables.host)

    def _fleet(self) -> dict[str, Any]:
        """Register the named hosts. The step ``failures`` returns those that fail; they are not printed here."""
        variables = self._variables()
        if variables.get("hosts") is None:
            return {"changed": False}
        result = self._await_result(variables, FLEET)
        return {key: value for key, value in result.items() if key != "failed_hosts"}

    def _await_result(self, variables: RoleVariables, name: str) -> dict[str, Any]:
        """The result of ``name``, from the leader, or by leading."""
        meeting = self._rendezvous(variables)
        result = meeting.result(name)
        if result is None:
            with meeting.lock():
                result = meeting.result(name) or self._lead(variables, meeting, name)
        return result

    def _failures(self) -> dict[str, Any]:
        """Return the hosts of the fleet that failed."""
        try:
            result = self._rendezvous(self._variables()).result(FLEET) or {}
        except Exception:  # pylint: disable=broad-exception-caught
            # Templating can raise any error; the step ``fleet`` has failed for the same reason.
            result = {}
        return {"changed": False, "failed_hosts": result.get("failed_hosts", {})}

    def _fail(self) -> dict[str, Any]:
        return _failed(self._task.args.get("msg"))

    def _reason(self) -> dict[str, Any]:
        return _failed(failure_of(self._task_vars["inventory_hostname"], self._task_vars))

    def _left_out(self) -> dict[str, Any]:
        return _failed(left_out(self._task_vars))

    def _rendezvous(self, variables: RoleVariables) -> Rendezvous:
        asked = [variables.get(name) for name in ("workspace", "hosts", "state", "verify", "delegate_to")]
        request = [asked, variables.connection(self._task.args), self._task.check_mode]
        # The parent block's id is the same for all hosts of an include, and differs for each include.
        return Rendezvous(C.DEFAULT_LOCAL_TMP, self._task._parent._uuid, json.loads(json.dumps(request, default=str)))

    def _lead(self, variables: RoleVariables, meeting: Rendezvous, name: str) -> dict[str, Any]:
        """Register the batch and store the result of each host; return that of ``name``."""
        results: dict[str, dict[str, Any]] = {}
        fleet = name == FLEET
        if fleet:
            entries, failures = fleet_entries(variables, self._task_vars["hostvars"])
            results = {host: failed_host(error) for host, error in failures.items()}
        else:
            entries = _in_order(meeting.pending(), self._task_vars.get("ansible_play_hosts_all") or [])
        outcome = BatchResult({})
        batch = batch_from(variables, bool(self._task.check_mode), bool(self._task.diff))
        if entries:
            try:
                outcome = self._call_service(variables, batch, entries)
            except SysmonError as error:
                outcome = BatchResult(results_by_host(entries, {"msg": str(error), "error": error.as_result()}, False))
        results, hints = without_shared_hints({**results, **outcome.hosts})
        absent, check = batch.state == "absent", batch.check_mode
        text = summary(batch.workspace, results, hints, absent=absent, check=check, created=outcome.created)
        show(text)
        all_results = {host: public_result(result) for host, result in results.items()}
        if fleet:
            all_results = {name: fleet_result(results, text)}
        for host, one in all_results.items():
            meeting.publish(host, {**one, "changed": False, "diff": []} if fleet else one)
        if name not in all_results:
            raise SysmonError("config", f"{name}: its variables of the role changed after it joined the batch.")
        return outcome.leader_result(all_results[name])

    def _call_service(self, variables: RoleVariables, batch: Batch, entries: Mapping[str, Any]) -> BatchResult:
        """Call the API: in this process (never with become), or as modules on a bastion."""
        progress = Progress(show, batch.lines)
        given = variables.connection(self._task.args)
        if variables.text("delegate_to") in CONTROLLER:
            environment: dict[str, str] = {}
            self._compute_environment_string(environment)
            with environment_of(environment):
                options = checked_connection(given)
                hide(options["app_key"])
                return register_batch(in_process_call(options, batch, progress), batch, entries, progress)
        given = {**from_environment(), **given}
        hide(given.get("app_key"))
        return register_batch(partial(self._on_bastion, given), batch, entries, progress)

    def _on_bastion(self, connection: Mapping[str, Any], module: str, params: Mapping[str, Any]) -> dict[str, Any]:
        arguments = {key: value for key, value in {**connection, **params}.items() if value is not None}
        try:
            answer: dict[str, Any] = self._execute_module(
                module_name=f"nhncloud.sysmon.{module}", module_args=arguments, task_vars=self._task_vars
            )
        except AnsibleConnectionFailure as failure:
            return {"failed": True, "msg": f"the bastion {self._task.delegate_to} cannot be reached: {failure}"}
        return answer


def _failed(reason: str | None) -> dict[str, Any]:
    """The result of a host that fails for a reason; without one it succeeds."""
    return {"changed": False} if reason is None else {"changed": False, "failed": True, "msg": str(reason)}


def _in_order(entries: Mapping[str, Any], hosts: list[str]) -> dict[str, Any]:
    place = {host: number for number, host in enumerate(hosts)}
    return dict(sorted(entries.items(), key=lambda item: place.get(item[0], len(place))))
