# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Escape label names for the path of a Prometheus request."""

from __future__ import annotations

import re

from .._errors import SysmonError


def escape_label(name: str) -> str:
    """Escape a label name for a URL path. Raises SysmonError of kind config.

    Source: ValueEncodingEscaping in prometheus/common, model/metric.go, as read by Prometheus 3.0 and newer. The example
    in Prometheus' documentation (U__http_2e_status_code) keeps a single underscore, which Prometheus does not read back.
    Plain names stay unchanged unless they begin with U__. Older servers know only plain names and correctly find
    nothing for an escaped one.
    """
    if not name or any("\ud800" <= letter <= "\udfff" for letter in name):
        raise SysmonError("config", f"{name!r} is not the name of a label.")
    if max(name) > "\U000fffff":
        # UnescapeName reads at most five digits and otherwise keeps the escaped name.
        raise SysmonError("config", f"label {name!r} contains a character above U+FFFFF, which Prometheus cannot read.")
    if re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name) and not name.startswith("U__"):
        return name
    return "U__" + "".join(_escape_letter(letter, first=index == 0) for index, letter in enumerate(name))


def _escape_letter(letter: str, *, first: bool) -> str:
    if letter == "_":
        return "__"
    if re.fullmatch(r"[a-zA-Z:]" if first else r"[a-zA-Z0-9:]", letter):
        return letter
    return f"_{ord(letter):x}_"
