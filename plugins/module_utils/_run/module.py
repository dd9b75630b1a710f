# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The frame of every module: its arguments, the boundary for errors, its result."""

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
from .options import Spec, connection, without_empty
from .secrets import hide

# What a run returns: its result, and the failure of parts of it where there was one.
Outcome = tuple[dict[str, Any], "SysmonError | None"]


def run_state(
    spec: Spec,
    run: Callable[[Any, dict[str, Any], bool], Outcome],
    **rules: Any,
) -> None:
    """Run a module that changes things: ``run(client, params, check_mode)`` gives its result, ``changed`` in it."""

    def act(module: AnsibleModule) -> Outcome:
        client = connect(
            module.params, connections=module.params.get("max_workers", 1), rate=module.params.get("rate_limit")
        )
        return run(client, module.params, module.check_mode)

    _run(spec, act, rules)


def run_action_only(spec: Spec, instead: str) -> None:
    """End a module that exists as an action only, for the documentation and the action group."""
    module = AnsibleModule(argument_spec={**connection(), **spec}, supports_check_mode=True)
    module.fail_json(msg=f"This module is an action only: use {instead}.")


def run_info(spec: Spec, run: Callable[[Any, dict[str, Any]], dict[str, Any]], **rules: Any) -> None:
    """Run a module that reads from the service: ``run(client, params)`` gives its result."""

    def act(module: AnsibleModule) -> Outcome:
        return {"changed": False, **run(connect(module.params), module.params)}, None

    _run(spec, act, rules)


def run_query(spec: Spec, run: Callable[[Any, dict[str, Any]], dict[str, Any]], **rules: Any) -> None:
    """Run a module that asks Prometheus: ``run(prometheus_client, params)`` gives its result."""

    def act(module: AnsibleModule) -> Outcome:
        return {"changed": False, **run(connect_prometheus(module.params), module.params)}, None

    _run(spec, act, rules)


def run_gate(spec: Spec, run: Callable[[Any, dict[str, Any], bool], Outcome], **rules: Any) -> None:
    """Run a module that waits for Prometheus: ``run(prometheus_client, params, check_mode)`` gives its outcome."""

    def act(module: AnsibleModule) -> Outcome:
        return run(connect_prometheus(module.params), module.params, module.check_mode)

    _run(spec, act, rules)


class _Module(AnsibleModule):
    """Takes empty text in an option of the connection as not set, before Ansible refuses it as a number or boolean."""

    def _load_params(self) -> None:
        super()._load_params()
        self.params = without_empty(self.params)
        self._arguments = dict(self.params)

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        if "error" not in result and "exception" not in result:
            msg += suggest_options(self._arguments, self.argument_spec)
        super().fail_json(msg=msg, **result)


# What a module is framed by: AnsibleModule where it has a process of its own.
MODULE_CLASS: ContextVar[Callable[..., Any]] = ContextVar("frame", default=_Module)


def _run(spec: Spec, act: Callable[[AnsibleModule], Outcome], rules: dict[str, Any]) -> None:
    module = MODULE_CLASS.get()(argument_spec={**connection(), **spec}, supports_check_mode=True, **rules)
    # An empty option counts as not set, so the environment's key may be in use without Ansible knowing it.
    for app_key in (module.params["app_key"], os.environ.get(ENVIRONMENT["app_key"])):
        module.no_log_values.update(hide(app_key))
    failure: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    try:
        result, error = act(module)
    except ImportError as missing:
        failure = {"msg": missing_required_lib(str(missing)), "error": SysmonError("config", "").as_result()}
    except SysmonError as raised:
        error = raised
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except MemoryError:
        error = SysmonError("protocol", "What the service answered does not fit into memory.")
    except Exception:
        # A mistake in this collection. Ansible would otherwise print the raw exception, with secrets.
        failure = {"msg": "nhncloud.sysmon has a bug here, please report it.", "exception": traceback.format_exc()}
    if failure is None and error is not None:
        failure = {"msg": str(error), "error": error.as_result()}
    for warning in result.pop("warnings", []):
        module.warn(one_line(warning))
    # Outside of the except blocks: ansible-core 2.16 would print a live exception as a traceback.
    if failure is not None:
        module.fail_json(**redact_data({**result, **failure}))
    module.exit_json(**redact_data(result))
