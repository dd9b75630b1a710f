# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of lookup and inventory: template those that ansible-core does not, and treat empty text as not set."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..module_utils._api.connect import ENVIRONMENT, option_value
from ..module_utils._errors import SysmonError
from ..module_utils._run.secrets import hide

GROUP = "group/nhncloud.sysmon.sysmon"
CONNECTION = (*ENVIRONMENT, "timeout", "retries")
VARIABLES = tuple(f"nhncloud_sysmon_{name}" for name in CONNECTION)


def templated(templar: Any, values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Copy ``values`` and template those of ``names``.

    Call it before the plugin's ``set_options``, which converts types and would make a boolean of a template's text. Use
    it only for text that the user wrote in variables or an inventory file: the result of a template must not be
    templated again. Raises SysmonError as ``without_empty``.
    """
    others = {name: value for name, value in values.items() if name not in names}
    # In a dictionary: from ansible-core 2.19 on, omit alone is an error.
    own = templar.template({name: values[name] for name in names if name in values})
    return without_empty({**others, **own}, names)


def without_empty(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Copy ``values`` without those of ``names`` that are empty text or ``omit``, which count as not set.

    ansible-core would convert empty text to a false ``validate_certs``, and to the current folder as ``ca_path``.
    Raises SysmonError of kind config for an appkey of another type, because ansible-core would print it.
    """
    for name in names:
        if name.endswith("app_key"):
            check_app_key(name, values.get(name))
    return {name: value for name, value in values.items() if name not in names or not is_unset(value)}


def with_defaults(
    args: Mapping[str, Any], defaults: Iterable[Mapping[str, Any]], action: str, template: Callable[[Any], Any]
) -> dict[str, Any]:
    """The arguments of a module, its empty connection options from the task's module_defaults.

    ansible-core lets an empty argument replace a default, although it counts as not set: the environment would beat
    module_defaults then. Of ``defaults`` with the same name the last one applies.
    """
    by_name: dict[str, Any] = {}
    for each in defaults:
        by_name.update(each)
    found = dict(args)
    for name in (GROUP, action):
        for option, value in (template(by_name.get(name)) or {}).items():
            if option in CONNECTION and args.get(option) == "" and not is_unset(value):
                found[option] = value
    return found


def is_unset(value: Any) -> bool:
    """Whether a value is empty text or ``omit``."""
    # omit is a placeholder text before ansible-core 2.19, and an object from then on.
    return (
        value == ""
        or type(value).__name__ in ("Omit", "_OmitType")
        or (isinstance(value, str) and value.startswith("__omit_place_holder__"))
    )


def check_app_key(name: str, value: Any) -> None:
    """Raise SysmonError of kind config if the appkey is not text."""
    if isinstance(value, (Mapping, list, tuple, set, bool, float)):
        raise SysmonError("config", f"{name} is not text: give the appkey itself, in quotes.")


@contextmanager
def no_empty_environment() -> Iterator[None]:
    """Remove the connection's empty environment variables while a plugin's ``set_options`` runs."""
    empty = [variable for variable in ENVIRONMENT.values() if os.environ.get(variable) == ""]
    for variable in empty:
        del os.environ[variable]
    try:
        yield
    finally:
        os.environ.update(dict.fromkeys(empty, ""))


def connection(plugin: Any) -> dict[str, Any]:
    """The connection options of a plugin, for ``connect`` and ``connect_prometheus``. Hides the appkey."""
    options = {name: plugin.get_option(name) for name in CONNECTION}
    hide(option_value(options, "app_key"))
    return options
