# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of lookup and inventory: templated where ansible-core does not, and as the connection wants them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..module_utils._api.connect import ENVIRONMENT, given
from ..module_utils._errors import SysmonError
from ..module_utils._run.secrets import hide

CONNECTION = (*ENVIRONMENT, "timeout", "retries")
VARIABLES = tuple(f"nhncloud_sysmon_{name}" for name in CONNECTION)


def templated(templar: Any, values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A copy of ``values`` in which those of ``names`` are templated.

    It has to be done before the plugin's ``set_options``, which converts types: a boolean would be made of the text of
    a template. Only for what the user wrote into variables or an inventory file; what a template has already given
    must not be templated once more.
    """
    return without_empty(
        {**values, **{name: templar.template(values[name]) for name in names if name in values}}, names
    )


def without_empty(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A copy of ``values`` without those of ``names`` that are empty text, which counts as not set.

    Of empty text ansible-core would make a false ``validate_certs``, and the current folder of ``ca_path``. Raises
    SysmonError of kind config for an appkey of another type, which ansible-core would show while it refuses it.
    """
    for name in names:
        if name.endswith("app_key"):
            check_app_key(name, values.get(name))
    return {name: value for name, value in values.items() if name not in names or value != ""}


def check_app_key(name: str, value: Any) -> None:
    """Raises SysmonError of kind config where it is a list, a mapping or anything else that is not text."""
    if isinstance(value, (Mapping, list, tuple, set, bool, float)):
        raise SysmonError("config", f"{name} is not text: give the appkey itself, in quotes.")


@contextmanager
def no_empty_environment() -> Iterator[None]:
    """Hides the connection's variables of the environment that are empty, while a plugin's ``set_options`` runs."""
    empty = [variable for variable in ENVIRONMENT.values() if os.environ.get(variable) == ""]
    for variable in empty:
        del os.environ[variable]
    try:
        yield
    finally:
        os.environ.update(dict.fromkeys(empty, ""))


def connection(plugin: Any) -> dict[str, Any]:
    """The options of the connection, for ``connect`` and ``connect_prometheus``."""
    options = {name: plugin.get_option(name) for name in CONNECTION}
    hide(given(options, "app_key"))
    return options
