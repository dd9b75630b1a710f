# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module: argument spec, error handling, result. The modules are documentation and one call of these functions."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._api.connect import ENVIRONMENT, connect, connect_prometheus
from .._errors import SysmonError
from .._model.nearest import suggest_options
from .._secrets import redact_data
from .._text import one_line
from .options import Spec, check_numbers, connection, without_empty
from .secrets import hide

# What a run returns: its result, and the error if parts of it failed.
Outcome = tuple[dict[str, Any], "SysmonError | None"]


def run_state(
    spec: Spec,
    run: Callable[[Any, dict[str, Any], bool], Outcome],
    **rules: Any,
) -> None:
    """Run a module that changes things. ``run(client, params, check_mode)`` returns its outcome, ``changed`` included.

    ``rules`` are further arguments of AnsibleModule, such as required_one_of.
    """

    def act(module: AnsibleModule) -> Outcome:
        client = connect(
            module.params, connections=module.params.get("max_workers", 1), rate=module.params.get("rate_limit")
        )
        return run(client, module.params, module.check_mode)

    _run(spec, act, rules)


def run_action_only(spec: Spec, instead: str) -> None:
    """Fail a module that exists only for documentation and the action group: its action plugin does the work."""
    module = AnsibleModule(argument_spec={**connection(), **spec}, supports_check_mode=True)
    module.fail_json(msg=f"This module is an action only: use {instead}.")


def run_info(spec: Spec, run: Callable[[Any, dict[str, Any]], dict[str, Any]], **rules: Any) -> None:
    """Run a module that reads from the service. ``run(client, params)`` returns its result."""

    def act(module: AnsibleModule) -> Outcome:
        return {"changed": False, **run(connect(module.params), module.params)}, None

    _run(spec, act, rules)


def run_query(spec: Spec, run: Callable[[Any, dict[str, Any]], dict[str, Any]], **rules: Any) -> None:
    """Run a module that queries Prometheus. ``run(prometheus_client, params)`` returns its result."""

    def act(module: AnsibleModule) -> Outcome:
        return {"changed": False, **run(connect_prometheus(module.params), module.params)}, None

    _run(spec, act, rules)


def run_gate(spec: Spec, run: Callable[[Any, dict[str, Any], bool], Outcome], **rules: Any) -> None:
    """Run a module that waits for Prometheus. ``run(prometheus_client, params, check_mode)`` returns its outcome."""

    def act(module: AnsibleModule) -> Outcome:
        return run(connect_prometheus(module.params), module.params, module.check_mode)

    _run(spec, act, rules)


class _Module(AnsibleModule):
    """Treats empty text in a connection option as not set, before Ansible rejects it as a number or boolean."""

    def _load_params(self) -> None:
        super()._load_params()
        self.params = without_empty(self.params)
        self._arguments = dict(self.params)
        # Before the options are checked: where AnsibleModule cannot list the no_log values, it shows all of them.
        self.no_log_values.update(hide(self.params.get("app_key") and str(self.params["app_key"])))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        if "error" not in result and "exception" not in result:
            msg += suggest_options(self._arguments, self.argument_spec)
        super().fail_json(msg=msg, **result)


# The class that runs a module: AnsibleModule in a process of its own, InProcessModule in Ansible's process.
MODULE_CLASS: ContextVar[Callable[..., Any]] = ContextVar("module_class", default=_Module)


def _run(spec: Spec, act: Callable[[AnsibleModule], Outcome], rules: dict[str, Any]) -> None:
    spec = {**connection(), **spec}
    module = MODULE_CLASS.get()(argument_spec=spec, supports_check_mode=True, **rules)
    # Hide both keys: an empty option counts as not set, so the key may come from the environment unknown to Ansible.
    for app_key in (module.params["app_key"], os.environ.get(ENVIRONMENT["app_key"])):
        module.no_log_values.update(hide(app_key))
    failure: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    try:
        check_numbers(module.params, spec)
        result, error = act(module)
    except ImportError as missing:
        failure = {"msg": missing_required_lib(str(missing)), "error": SysmonError("config", "").as_result()}
    except SysmonError as raised:
        error = raised
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except MemoryError:
        error = SysmonError("protocol", "The service's response does not fit into memory.")
    except Exception:
        # A bug in this collection. Ansible would otherwise print the exception unredacted.
        failure = {"msg": "nhncloud.sysmon has a bug here, please report it.", "exception": traceback.format_exc()}
    if failure is None and error is not None:
        failure = {"msg": str(error), "error": error.as_result()}
    for warning in result.pop("warnings", []):
        module.warn(one_line(warning))
    # Outside of the except blocks: ansible-core 2.16 prints the traceback of an exception that is being handled.
    if failure is not None:
        module.fail_json(**redact_data({**result, **failure}))
    module.exit_json(**redact_data(result))
