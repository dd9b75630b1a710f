# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of lookup and inventory: templated where ansible-core does not, and as the connection wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..module_utils._api.connect import ENVIRONMENT

CONNECTION = (*ENVIRONMENT, "timeout", "retries")
VARIABLES = tuple(f"nhncloud_sysmon_{name}" for name in CONNECTION)


def templated(templar: Any, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """A copy of ``values`` in which those of ``names`` are templated.

    It has to be done before the plugin's ``set_options``, which converts types: a boolean would be made of the text of
    a template. Only for what the user wrote into variables or an inventory file; what a template has already given
    must not be templated once more.
    """
    return {**values, **{name: templar.template(values[name]) for name in names if name in values}}


def connection(plugin: Any) -> dict[str, Any]:
    """The options of the connection, for ``connect`` and ``connect_prometheus``."""
    return {name: plugin.get_option(name) for name in CONNECTION}
