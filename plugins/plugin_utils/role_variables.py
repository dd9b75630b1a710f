# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the role register_targets: templated on demand, validated, with defaults and fallbacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

try:
    from ansible.errors import AnsibleValueOmittedError
except ImportError:  # before ansible-core 2.19, where omit is a placeholder text

    class AnsibleValueOmittedError(Exception):
        """Never raised."""


from ..module_utils._errors import SysmonError
from ..module_utils._model.role_entries import PREFIX, VARIABLES, check_facts, check_names
from ..module_utils._run.options import connection
from .options import check_app_key, is_unset

_TEMPLATE = re.compile("[{#]").search


class RoleVariables:
    """The variables of one host. Raises SysmonError of kind config if its facts are named like options.

    ``raw`` are all variables of the host, not templated; ``template(name, raw_value)`` templates one. ``port``
    replaces the role's default port.
    """

    def __init__(
        self, host: str, raw: Mapping[str, Any], template: Callable[[str, Any], Any], port: Any = None
    ) -> None:
        self._variables = raw
        self._template = template
        self._known: dict[str, Any] = {}
        self._defaults = VARIABLES if port is None else {**VARIABLES, "port": port}
        self.host = host
        check_facts(host, self.facts())
        check_names(raw)

    def get(self, name: str) -> Any:
        """Variable ``register_targets_<name>``, or the role's default. Empty text and ``omit`` count as not set."""
        value = self.plain(f"{PREFIX}{name}")
        return self._defaults.get(name) if value is None else value

    def plain(self, name: str) -> Any:
        """Any variable, templated; None if it is not set."""
        raw = self._variables.get(name)
        if isinstance(raw, (int, float)) or raw is None:
            return raw
        if isinstance(raw, str) and not _TEMPLATE(raw):
            return None if is_unset(raw) else raw
        if name not in self._known:
            self._known[name] = self._templated(name, raw)
        return self._known[name]

    def _templated(self, name: str, raw: Any) -> Any:
        try:
            value = self._template(name, raw)
        except AnsibleValueOmittedError:
            return None
        return None if is_unset(value) else value

    def description(self) -> str | None:
        """The description of the workspace. Empty text clears it, so it counts as set."""
        name = f"{PREFIX}description"
        return "" if self._variables.get(name) == "" else self.text("description")

    def facts(self) -> Mapping[str, Any]:
        """The facts of the host, not templated."""
        return self._variables.get("ansible_facts") or {}

    def text(self, name: str) -> str | None:
        """A variable as text; None if it is not set."""
        value = self.get(name)
        return None if value is None else str(value)

    def number(self, name: str, kind: type = int) -> Any:
        """A variable as an int or float (``kind``). Raises SysmonError of kind config."""
        value = self.get(name)
        try:
            return None if value is None else kind(str(value))
        except ValueError:
            raise SysmonError("config", f"{PREFIX}{name} {value!r} is not a number.") from None

    def flag(self, name: str) -> bool:
        """A variable as a boolean. Raises SysmonError of kind config."""
        value = str(self.get(name)).lower()
        if value not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
            raise SysmonError("config", f"{PREFIX}{name} {value!r} is not a boolean.")
        return value in ("true", "yes", "on", "1")

    def choice(self, name: str, *choices: str) -> str:
        """A variable with a fixed set of values. Raises SysmonError of kind config for any other value."""
        value = str(self.get(name))
        if value not in choices:
            raise SysmonError("config", f"{PREFIX}{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def connection(self, module_defaults: Mapping[str, Any]) -> dict[str, Any]:
        """The connection options that are set: from the role's variables, the collection's, or ``module_defaults``.

        The environment is not read here. Raises SysmonError of kind config.
        """
        given: dict[str, Any] = {}
        for name in connection():
            found = (self.get(name), self.plain(f"nhncloud_sysmon_{name}"), module_defaults.get(name))
            value = next((value for value in found if value is not None and not is_unset(value)), None)
            if name == "app_key":
                check_app_key(f"{PREFIX}{name}", value)
            if value is not None:
                given[name] = value if isinstance(value, (bool, int)) else str(value)
        return given
